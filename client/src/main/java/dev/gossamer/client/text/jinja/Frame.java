package dev.gossamer.client.text.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The names that a loop, a macro or a template sets, and those around it. */
final class Frame {
    private final Optional<Frame> around;
    private final Map<String, Value> values = new HashMap<>();

    private Frame(Optional<Frame> around) {
        this.around = around;
    }

    /** The outermost frame. */
    static Frame of(Map<String, Value> values) {
        Frame frame = new Frame(Optional.empty());
        frame.values.putAll(values);
        return frame;
    }

    /** A frame inside of this one: what it sets is gone with it. */
    Frame inner() {
        return new Frame(Optional.of(this));
    }

    void set(String name, Value value) {
        values.put(name, value);
    }

    Value get(String name) {
        Value value = values.get(name);
        if (value != null) {
            return value;
        }
        return around.isEmpty() ? new Value.Undefined(name) : around.get().get(name);
    }
}
