package dev.gossamer.client.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Values as sequences: run through, taken from by place, sliced. */
final class Sequences {
    /** The longest range; a guard of memory. */
    private static final long MAX_RANGE = 1 << 17;

    private Sequences() {}

    /** What a loop over {@code value} runs through: items, keys or characters. */
    static List<Value> of(Value value) {
        return switch (value) {
            case Value.Sequence(List<Value> items) -> items;
            case Value.Mapping(Map<String, Value> entries) ->
                    entries.keySet().stream().<Value>map(Value::of).toList();
            case Value.Text(String text) -> characters(text);
            case Value.Undefined _ -> List.of();
            case Value.Whole _,
                    Value.Real _,
                    Value.Truth _,
                    Value.None _,
                    Value.Fields _,
                    Value.Function _ ->
                    throw new TemplateException("nothing to run through: kind=" + value.kind());
        };
    }

    private static List<Value> characters(String text) {
        Budget.requirePieces(text.length());
        return text.codePoints()
                .<Value>mapToObj(code -> Value.of(Character.toString(code)))
                .toList();
    }

    /** The pairs of a dict. */
    static Value pairs(Map<String, Value> entries) {
        return new Value.Sequence(
                entries.entrySet().stream()
                        .<Value>map(
                                entry ->
                                        new Value.Sequence(
                                                List.of(
                                                        Value.of(entry.getKey()),
                                                        entry.getValue())))
                        .toList());
    }

    /** The item at {@code place}, counted from the end where that is below zero. */
    static Optional<Value> at(List<Value> items, long place) {
        long from = place < 0 ? place + items.size() : place;
        return from < 0 || from >= items.size()
                ? Optional.empty()
                : Optional.of(items.get((int) from));
    }

    /** {@code value[from:to:step]}. */
    static Value slice(Value value, Optional<Long> from, Optional<Long> to, Optional<Long> step) {
        long stride = step.orElse(1L);
        if (stride == 0) {
            throw new TemplateException("slice does not move: step=0");
        }
        if (value instanceof Value.Text(String text) && stride == 1) {
            return part(text, from, to);
        }
        if (!(value instanceof Value.Text) && !(value instanceof Value.Sequence)) {
            throw new TemplateException("nothing to slice: kind=" + value.kind());
        }
        List<Value> items = of(value);
        long size = items.size();
        long first = stride > 0 ? 0 : -1;
        long last = stride > 0 ? size : size - 1;
        long begin = from.map(at -> bounded(at, size, first, last)).orElse(stride > 0 ? 0 : last);
        long end = to.map(at -> bounded(at, size, first, last)).orElse(stride > 0 ? size : -1L);
        List<Value> slice = new ArrayList<>();
        // A stride beyond the size takes one item, and must not overflow.
        long move = Math.clamp(stride, -size - 1, size + 1);
        for (long i = begin; stride > 0 ? i < end : i > end; i += move) {
            slice.add(items.get((int) i));
        }
        return value instanceof Value.Text ? Methods.join("", slice) : new Value.Sequence(slice);
    }

    /** The part of a text between two places counted in code points. */
    private static Value part(String text, Optional<Long> from, Optional<Long> to) {
        long size = text.codePointCount(0, text.length());
        int begin = from.map(at -> bounded(at, size, 0, size)).orElse(0L).intValue();
        int end = to.map(at -> bounded(at, size, 0, size)).orElse(size).intValue();
        if (begin >= end) {
            return Value.of("");
        }
        int first = text.offsetByCodePoints(0, begin);
        return Value.of(text.substring(first, text.offsetByCodePoints(first, end - begin)));
    }

    private static long bounded(long place, long size, long first, long last) {
        long from = place < 0 ? Math.max(place, -size - 1) + size : place;
        return Math.clamp(from, first, last);
    }

    /** {@code range(...)}. */
    static Value range(Arguments arguments) {
        List<Value> placed = arguments.placed();
        if (placed.isEmpty() || placed.size() > 3) {
            throw new TemplateException("range of numbers: arguments=" + placed.size());
        }
        long from = placed.size() == 1 ? 0 : arguments.whole(0, "start").orElse(0L);
        long to = arguments.whole(placed.size() == 1 ? 0 : 1, "stop").orElse(0L);
        long step = placed.size() < 3 ? 1 : arguments.whole(2, "step").orElse(0L);
        if (step == 0) {
            throw new TemplateException("range does not move: step=0");
        }
        List<Value> numbers = new ArrayList<>();
        for (long i = from; step > 0 ? i < to : i > to; i = Math.addExact(i, step)) {
            numbers.add(Value.of(i));
            if (numbers.size() > MAX_RANGE) {
                throw new TemplateException("range is too long: bound=" + MAX_RANGE);
            }
        }
        return new Value.Sequence(numbers);
    }
}
