package dev.gossamer.client.text.jinja;

import java.util.Map;

/** What stands behind {@code is}. */
final class Tests {
    /** A test of a value with arguments. */
    @FunctionalInterface
    private interface Test {
        boolean holds(Value value, Arguments arguments);
    }

    private static final Map<String, Test> ALL =
            Map.ofEntries(
                    Map.entry("defined", (value, _) -> !(value instanceof Value.Undefined)),
                    Map.entry("undefined", (value, _) -> value instanceof Value.Undefined),
                    Map.entry("none", (value, _) -> value instanceof Value.None),
                    Map.entry("string", (value, _) -> value instanceof Value.Text),
                    Map.entry("number", (value, _) -> Operators.isNumber(value)),
                    Map.entry("integer", (value, _) -> value instanceof Value.Whole),
                    Map.entry("float", (value, _) -> value instanceof Value.Real),
                    Map.entry("boolean", (value, _) -> value instanceof Value.Truth),
                    Map.entry("true", (value, _) -> value.equals(Value.of(true))),
                    Map.entry("false", (value, _) -> value.equals(Value.of(false))),
                    Map.entry("mapping", (value, _) -> value instanceof Value.Mapping),
                    Map.entry("iterable", (value, _) -> isIterable(value)),
                    Map.entry("sequence", (value, _) -> isSequence(value)),
                    Map.entry("callable", (value, _) -> value instanceof Value.Function),
                    Map.entry("odd", (value, _) -> remainder(value, 2) == 1),
                    Map.entry("even", (value, _) -> remainder(value, 2) == 0),
                    Map.entry("divisibleby", Tests::isDivisible),
                    Map.entry("in", comparison("in")),
                    Map.entry("equalto", comparison("==")),
                    Map.entry("eq", comparison("==")),
                    Map.entry("sameas", comparison("==")),
                    Map.entry("ne", comparison("!=")),
                    Map.entry("lt", comparison("<")),
                    Map.entry("lessthan", comparison("<")),
                    Map.entry("le", comparison("<=")),
                    Map.entry("gt", comparison(">")),
                    Map.entry("greaterthan", comparison(">")),
                    Map.entry("ge", comparison(">=")));

    private Tests() {}

    /** Whether {@code value} passes the test of that name. */
    static boolean passes(Value value, String name, Arguments arguments) {
        Test test = ALL.get(name);
        if (test == null) {
            throw new TemplateException(
                    "test that is not supported: test="
                            + name
                            + ", supported="
                            + ALL.keySet().stream().sorted().toList());
        }
        return test.holds(value, arguments);
    }

    private static Test comparison(String sign) {
        return (value, arguments) -> Operators.compare(sign, value, arguments.required(0, "other"));
    }

    private static boolean isDivisible(Value value, Arguments arguments) {
        return remainder(value, arguments.whole(0, "num").orElse(0L)) == 0;
    }

    private static boolean isIterable(Value value) {
        return isSequence(value) || value instanceof Value.Undefined;
    }

    /** Jinja's sense of a sequence: anything that has a length and items. */
    private static boolean isSequence(Value value) {
        return switch (value) {
            case Value.Text _, Value.Sequence _, Value.Mapping _ -> true;
            case Value.Whole _,
                    Value.Real _,
                    Value.Truth _,
                    Value.None _,
                    Value.Undefined _,
                    Value.Fields _,
                    Value.Function _ ->
                    false;
        };
    }

    private static long remainder(Value value, long by) {
        Value remainder = Operators.binary("%", value, Value.of(by));
        return remainder instanceof Value.Whole(long number) ? number : -1;
    }
}
