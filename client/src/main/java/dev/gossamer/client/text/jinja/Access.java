package dev.gossamer.client.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a value holds by name, by key and by place. */
final class Access {
    private Access() {}

    /** {@code of.name}: a method or a field, else an entry. */
    static Value attribute(Value of, String name) {
        if (of instanceof Value.Undefined undefined) {
            throw Operators.undefined(undefined);
        }
        return Methods.of(of, name)
                .or(() -> entry(of, name))
                .orElseGet(() -> new Value.Undefined(name));
    }

    private static Optional<Value> entry(Value of, String name) {
        return switch (of) {
            case Value.Mapping(Map<String, Value> entries) ->
                    Optional.ofNullable(entries.get(name));
            case Value.Fields fields -> fields.field(name);
            case Value.Text _,
                    Value.Whole _,
                    Value.Real _,
                    Value.Truth _,
                    Value.None _,
                    Value.Sequence _,
                    Value.Undefined _,
                    Value.Function _ ->
                    Optional.empty();
        };
    }

    /** {@code of[key]}: an entry or an item, else a method or a field. */
    static Value item(Value of, Value key) {
        if (of instanceof Value.Undefined undefined) {
            throw Operators.undefined(undefined);
        }
        if (key instanceof Value.Text(String name)) {
            return entry(of, name)
                    .or(() -> Methods.of(of, name))
                    .orElseGet(() -> new Value.Undefined(name));
        }
        String place = Printed.text(key);
        if (key instanceof Value.Whole(long number)
                && (of instanceof Value.Sequence || of instanceof Value.Text)) {
            List<Value> items = Sequences.of(of);
            return Sequences.at(items, number).orElseGet(() -> new Value.Undefined(place));
        }
        return new Value.Undefined(place);
    }
}
