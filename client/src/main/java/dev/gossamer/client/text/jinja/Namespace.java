package dev.gossamer.client.text.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** {@code namespace(...)}: fields that a loop can set for what comes after it. */
final class Namespace implements Value.Fields {
    private final Map<String, Value> values = new HashMap<>();

    static Value of(Arguments arguments) {
        Namespace namespace = new Namespace();
        for (Value value : arguments.placed()) {
            if (!(value instanceof Value.Mapping mapping)) {
                throw new TemplateException("namespace of no dict: kind=" + value.kind());
            }
            namespace.values.putAll(mapping.entries());
        }
        namespace.values.putAll(arguments.named());
        return namespace;
    }

    void set(String name, Value value) {
        values.put(name, value);
    }

    @Override
    public Optional<Value> field(String name) {
        return Optional.ofNullable(values.get(name));
    }
}
