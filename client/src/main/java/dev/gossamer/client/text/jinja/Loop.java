package dev.gossamer.client.text.jinja;

import java.util.List;
import java.util.Optional;

/** {@code loop}: where a loop is. */
record Loop(List<Value> items, int place) implements Value.Fields {
    @Override
    public Optional<Value> field(String name) {
        int size = items.size();
        return switch (name) {
            case "index0" -> Optional.of(Value.of(place));
            case "index" -> Optional.of(Value.of(place + 1));
            case "revindex0" -> Optional.of(Value.of(size - 1 - place));
            case "revindex" -> Optional.of(Value.of(size - place));
            case "first" -> Optional.of(Value.of(place == 0));
            case "last" -> Optional.of(Value.of(place == size - 1));
            case "length" -> Optional.of(Value.of(size));
            case "depth" -> Optional.of(Value.of(1));
            case "depth0" -> Optional.of(Value.of(0));
            case "previtem" -> neighbour(place - 1);
            case "nextitem" -> neighbour(place + 1);
            case "cycle" -> Optional.of((Value.Function) this::cycle);
            default -> Optional.empty();
        };
    }

    private Optional<Value> neighbour(int at) {
        return at < 0 || at >= items.size() ? Optional.empty() : Optional.of(items.get(at));
    }

    private Value cycle(Arguments arguments) {
        if (arguments.placed().isEmpty()) {
            throw new TemplateException("nothing to cycle through");
        }
        return arguments.placed().get(place % arguments.placed().size());
    }
}
