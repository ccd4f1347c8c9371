package dev.gossamer.client.text.jinja;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What stands behind a bar. */
final class Filters {
    /** A filter of a value with arguments. */
    @FunctionalInterface
    private interface Filter {
        Value apply(Value value, Arguments arguments);
    }

    private static final Map<String, Filter> ALL =
            Map.ofEntries(
                    Map.entry("trim", Filters::trim),
                    Map.entry("length", (value, _) -> length(value)),
                    Map.entry("count", (value, _) -> length(value)),
                    Map.entry("upper", (value, _) -> upper(value)),
                    Map.entry("lower", (value, _) -> lower(value)),
                    Map.entry(
                            "capitalize",
                            (value, _) -> Value.of(Methods.capitalized(Printed.text(value)))),
                    Map.entry("title", (value, _) -> Value.of(Methods.title(Printed.text(value)))),
                    Map.entry("string", (value, _) -> Value.of(Printed.text(value))),
                    Map.entry("safe", (value, _) -> value),
                    Map.entry("default", Filters::otherwise),
                    Map.entry("d", Filters::otherwise),
                    Map.entry("int", Filters::whole),
                    Map.entry("float", Filters::real),
                    Map.entry("abs", (value, _) -> absolute(value)),
                    Map.entry("first", (value, _) -> end(value, 0)),
                    Map.entry("last", (value, _) -> end(value, -1)),
                    Map.entry("list", (value, _) -> new Value.Sequence(Sequences.of(value))),
                    Map.entry("reverse", (value, _) -> reversed(value)),
                    Map.entry("unique", (value, _) -> unique(value)),
                    Map.entry("sort", Filters::sorted),
                    Map.entry("join", Filters::join),
                    Map.entry(
                            "replace",
                            (value, arguments) -> Methods.replace(Printed.text(value), arguments)),
                    Map.entry("items", (value, _) -> items(value)),
                    Map.entry("dictsort", (value, _) -> dictSorted(value)),
                    Map.entry("map", Filters::map),
                    Map.entry("select", (value, arguments) -> select(value, arguments, true)),
                    Map.entry("reject", (value, arguments) -> select(value, arguments, false)),
                    Map.entry("selectattr", (value, arguments) -> selectBy(value, arguments, true)),
                    Map.entry(
                            "rejectattr", (value, arguments) -> selectBy(value, arguments, false)),
                    Map.entry("indent", Filters::indent),
                    Map.entry("tojson", Filters::toJson));

    private Filters() {}

    /** {@code value | name(arguments)}. */
    static Value apply(Value value, String name, Arguments arguments) {
        Filter filter = ALL.get(name);
        if (filter == null) {
            throw new TemplateException(
                    "filter that is not supported: filter="
                            + name
                            + ", supported="
                            + ALL.keySet().stream().sorted().toList());
        }
        return filter.apply(value, arguments);
    }

    private static Value trim(Value value, Arguments arguments) {
        Value text = Value.of(Printed.text(value));
        return ((Value.Function) Methods.of(text, "strip").orElseThrow()).call(arguments);
    }

    private static Value length(Value value) {
        if (value instanceof Value.Text(String text)) {
            return Value.of(text.codePointCount(0, text.length()));
        }
        return Value.of(Sequences.of(value).size());
    }

    private static Value upper(Value value) {
        return Value.of(Printed.text(value).toUpperCase(Locale.ROOT));
    }

    private static Value lower(Value value) {
        return Value.of(Printed.text(value).toLowerCase(Locale.ROOT));
    }

    private static Value otherwise(Value value, Arguments arguments) {
        boolean forEmpty = arguments.at(1, "boolean").map(Value::holds).orElse(false);
        boolean missing = value instanceof Value.Undefined || (forEmpty && !value.holds());
        return missing ? arguments.at(0, "default_value").orElse(Value.of("")) : value;
    }

    private static Value whole(Value value, Arguments arguments) {
        if (Operators.isNumber(value)) {
            return Value.of((long) Operators.toReal(value));
        }
        try {
            return Value.of(Long.parseLong(Blanks.strip(Printed.text(value))));
        } catch (NumberFormatException e) {
            return arguments.at(0, "default").orElse(Value.of(0));
        }
    }

    private static Value real(Value value, Arguments arguments) {
        if (Operators.isNumber(value)) {
            return new Value.Real(Operators.toReal(value));
        }
        try {
            return new Value.Real(Double.parseDouble(Blanks.strip(Printed.text(value))));
        } catch (NumberFormatException e) {
            return arguments.at(0, "default").orElse(new Value.Real(0));
        }
    }

    private static Value absolute(Value value) {
        return Operators.order(value, Value.of(0)) < 0
                ? Operators.binary("-", Value.of(0), value)
                : value;
    }

    private static Value end(Value value, int place) {
        return Sequences.at(Sequences.of(value), place)
                .orElseGet(() -> new Value.Undefined(place == 0 ? "first" : "last"));
    }

    private static Value reversed(Value value) {
        return value instanceof Value.Text
                ? Sequences.slice(value, Optional.empty(), Optional.empty(), Optional.of(-1L))
                : new Value.Sequence(Sequences.of(value).reversed());
    }

    private static Value unique(Value value) {
        List<Value> once = new ArrayList<>();
        for (Value item : Sequences.of(value)) {
            if (once.stream().noneMatch(before -> Operators.equal(before, item))) {
                once.add(item);
            }
        }
        return new Value.Sequence(once);
    }

    private static Value sorted(Value value, Arguments arguments) {
        Optional<String> attribute = arguments.text(2, "attribute");
        Comparator<Value> order =
                (left, right) -> Operators.order(key(left, attribute), key(right, attribute));
        boolean reverse = arguments.at(0, "reverse").map(Value::holds).orElse(false);
        List<Value> items = new ArrayList<>(Sequences.of(value));
        items.sort(reverse ? order.reversed() : order);
        return new Value.Sequence(items);
    }

    private static Value key(Value item, Optional<String> attribute) {
        return attribute.isEmpty() ? item : path(item, attribute.get());
    }

    /** The attribute of that name, or of those names with dots between them. */
    private static Value path(Value item, String names) {
        Value value = item;
        for (String name : names.split("\\.", -1)) {
            value = Access.attribute(value, name);
        }
        return value;
    }

    private static Value join(Value value, Arguments arguments) {
        Optional<String> attribute = arguments.text(1, "attribute");
        return Methods.join(
                arguments.text(0, "d").orElse(""),
                Sequences.of(value).stream().map(item -> key(item, attribute)).toList());
    }

    private static Value items(Value value) {
        return switch (value) {
            case Value.Mapping(Map<String, Value> entries) -> Sequences.pairs(entries);
            case Value.Undefined _ -> new Value.Sequence(List.of());
            case Value.Text _,
                    Value.Whole _,
                    Value.Real _,
                    Value.Truth _,
                    Value.None _,
                    Value.Sequence _,
                    Value.Fields _,
                    Value.Function _ ->
                    throw new TemplateException("items of no dict: kind=" + value.kind());
        };
    }

    private static Value dictSorted(Value value) {
        List<Value> pairs = new ArrayList<>(Sequences.of(items(value)));
        pairs.sort(
                Comparator.comparing(
                        pair ->
                                Printed.text(Sequences.of(pair).getFirst())
                                        .toLowerCase(Locale.ROOT)));
        return new Value.Sequence(pairs);
    }

    private static Value map(Value value, Arguments arguments) {
        Optional<String> attribute =
                Optional.ofNullable(arguments.named().get("attribute")).map(Arguments::text);
        List<Value> mapped = new ArrayList<>();
        for (Value item : Sequences.of(value)) {
            mapped.add(
                    attribute.isPresent()
                            ? withDefault(path(item, attribute.get()), arguments)
                            : apply(
                                    item,
                                    Arguments.text(arguments.required(0, "filter")),
                                    arguments.rest()));
        }
        return new Value.Sequence(mapped);
    }

    private static Value withDefault(Value value, Arguments arguments) {
        Value otherwise = arguments.named().get("default");
        return value instanceof Value.Undefined && otherwise != null ? otherwise : value;
    }

    private static Value select(Value value, Arguments arguments, boolean wanted) {
        return new Value.Sequence(
                Sequences.of(value).stream()
                        .filter(item -> passes(item, arguments) == wanted)
                        .toList());
    }

    private static Value selectBy(Value value, Arguments arguments, boolean wanted) {
        String attribute = Arguments.text(arguments.required(0, "attribute"));
        return new Value.Sequence(
                Sequences.of(value).stream()
                        .filter(item -> passes(path(item, attribute), arguments.rest()) == wanted)
                        .toList());
    }

    /** Whether the test that the first argument names passes; without one, whether it holds. */
    private static boolean passes(Value value, Arguments arguments) {
        return arguments.placed().isEmpty()
                ? value.holds()
                : Tests.passes(
                        value, Arguments.text(arguments.placed().getFirst()), arguments.rest());
    }

    private static Value indent(Value value, Arguments arguments) {
        String blanks = indentation(arguments);
        boolean first = arguments.at(1, "first").map(Value::holds).orElse(false);
        boolean empty = arguments.at(2, "blank").map(Value::holds).orElse(false);
        StringBuilder out = new StringBuilder();
        String[] lines = Printed.text(value).split("\n", -1);
        Budget.requirePieces(lines.length);
        Budget.requireRoomFor((long) lines.length * blanks.length());
        for (int i = 0; i < lines.length; i++) {
            boolean indented = i == 0 ? first : empty || !lines[i].isEmpty();
            out.append(i == 0 ? "" : "\n").append(indented ? blanks : "").append(lines[i]);
        }
        return Value.of(out.toString());
    }

    private static String indentation(Arguments arguments) {
        if (arguments.at(0, "width").orElse(Value.of(4)) instanceof Value.Text(String blanks)) {
            return blanks;
        }
        return " ".repeat(bounded(arguments.whole(0, "width").orElse(4L)));
    }

    private static Value toJson(Value value, Arguments arguments) {
        int indent =
                arguments.named().containsKey("indent") || arguments.placed().size() > 1
                        ? arguments.whole(1, "indent").map(Filters::bounded).orElse(-1)
                        : -1;
        return Value.of(Printed.json(value, indent));
    }

    private static int bounded(long width) {
        return Math.clamp(width, 0, 64);
    }
}
