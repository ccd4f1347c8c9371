package dev.gossamer.client.text.jinja;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a call hands over, by place and by name. */
public record Arguments(List<Value> placed, Map<String, Value> named) {
    /** Copies both; names keep their order. */
    public Arguments {
        placed = List.copyOf(placed);
        named = Collections.unmodifiableMap(new LinkedHashMap<>(named));
    }

    /** The argument at that place, or of that name. */
    Optional<Value> at(int place, String name) {
        return place < placed.size()
                ? Optional.of(placed.get(place))
                : Optional.ofNullable(named.get(name));
    }

    /** The argument at that place, or of that name, which must be there. */
    Value required(int place, String name) {
        return at(place, name)
                .orElseThrow(() -> new TemplateException("argument is missing: name=" + name));
    }

    /** The text at that place, or of that name. */
    Optional<String> text(int place, String name) {
        return at(place, name).filter(value -> !(value instanceof Value.None)).map(Arguments::text);
    }

    /** The whole number at that place, or of that name. */
    Optional<Long> whole(int place, String name) {
        return at(place, name)
                .filter(value -> !(value instanceof Value.None))
                .map(
                        value -> {
                            if (value instanceof Value.Whole(long number)) {
                                return number;
                            }
                            throw new TemplateException(
                                    "argument is no int: name=" + name + ", kind=" + value.kind());
                        });
    }

    /** All but the first. */
    Arguments rest() {
        return new Arguments(placed.subList(1, placed.size()), named);
    }

    /** The text that {@code value} must be. */
    static String text(Value value) {
        if (value instanceof Value.Text(String text)) {
            return text;
        }
        throw new TemplateException("text was expected: kind=" + value.kind());
    }
}
