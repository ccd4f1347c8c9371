package dev.gossamer.client.text.jinja;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Arithmetic and comparisons, as Python has them. */
final class Operators {
    private Operators() {}

    /** {@code left sign right}. */
    static Value binary(String sign, Value left, Value right) {
        if (left instanceof Value.Undefined undefined) {
            throw undefined(undefined);
        }
        if (right instanceof Value.Undefined undefined) {
            throw undefined(undefined);
        }
        if (sign.equals("+")
                && left instanceof Value.Text(String first)
                && right instanceof Value.Text(String second)) {
            return Value.of(first + second);
        }
        if (sign.equals("+")
                && left instanceof Value.Sequence(List<Value> first)
                && right instanceof Value.Sequence(List<Value> second)) {
            List<Value> both = new ArrayList<>(first);
            both.addAll(second);
            return new Value.Sequence(both);
        }
        if (!isNumber(left) || !isNumber(right)) {
            throw new TemplateException(
                    "no such operation: " + left.kind() + " " + sign + " " + right.kind());
        }
        try {
            return isWhole(left) && isWhole(right)
                    ? whole(sign, toWhole(left), toWhole(right))
                    : new Value.Real(real(sign, toReal(left), toReal(right)));
        } catch (ArithmeticException e) {
            throw new TemplateException(
                    "arithmetic fails: " + Printed.text(left) + sign + Printed.text(right));
        }
    }

    /** More was asked of a name than it has. */
    static TemplateException undefined(Value.Undefined undefined) {
        return new TemplateException("name is not defined: name=" + undefined.name());
    }

    private static Value whole(String sign, long left, long right) {
        return switch (sign) {
            case "+" -> Value.of(Math.addExact(left, right));
            case "-" -> Value.of(Math.subtractExact(left, right));
            case "*" -> Value.of(Math.multiplyExact(left, right));
            case "//" -> Value.of(Math.floorDiv(left, right));
            case "%" -> Value.of(Math.floorMod(left, right));
            case "**" ->
                    right < 0
                            ? new Value.Real(Math.pow((double) left, (double) right))
                            : Value.of(Math.powExact(left, Math.toIntExact(right)));
            default -> new Value.Real(real(sign, (double) left, (double) right));
        };
    }

    private static double real(String sign, double left, double right) {
        if (right == 0 && (sign.equals("/") || sign.equals("//") || sign.equals("%"))) {
            throw new ArithmeticException("division by zero");
        }
        return switch (sign) {
            case "+" -> left + right;
            case "-" -> left - right;
            case "*" -> left * right;
            case "/" -> left / right;
            case "//" -> Math.floor(left / right);
            case "%" -> left - Math.floor(left / right) * right;
            default -> Math.pow(left, right);
        };
    }

    static boolean isNumber(Value value) {
        return isWhole(value) || value instanceof Value.Real;
    }

    /** Truth values count as 0 and 1. */
    private static boolean isWhole(Value value) {
        return value instanceof Value.Whole || value instanceof Value.Truth;
    }

    private static long toWhole(Value value) {
        if (value instanceof Value.Truth(boolean truth)) {
            return truth ? 1 : 0;
        }
        return ((Value.Whole) value).number();
    }

    static double toReal(Value value) {
        return value instanceof Value.Real(double number) ? number : toWhole(value);
    }

    /** {@code left sign right}, a comparison. */
    static boolean compare(String sign, Value left, Value right) {
        return switch (sign) {
            case "==" -> equal(left, right);
            case "!=" -> !equal(left, right);
            case "in" -> contains(right, left);
            case "not in" -> !contains(right, left);
            case "<" -> order(left, right) < 0;
            case "<=" -> order(left, right) <= 0;
            case ">" -> order(left, right) > 0;
            default -> order(left, right) >= 0;
        };
    }

    static boolean equal(Value left, Value right) {
        return equal(left, right, 1);
    }

    private static boolean equal(Value left, Value right, int level) {
        Budget.requireNesting(level);
        if (isNumber(left) && isNumber(right)) {
            return (isWhole(left) && isWhole(right))
                    ? toWhole(left) == toWhole(right)
                    : toReal(left) == toReal(right);
        }
        if (left instanceof Value.Sequence(List<Value> first)
                && right instanceof Value.Sequence(List<Value> second)) {
            return equal(first, second, level);
        }
        if (left instanceof Value.Mapping(Map<String, Value> first)
                && right instanceof Value.Mapping(Map<String, Value> second)) {
            return first.keySet().equals(second.keySet())
                    && first.keySet().stream()
                            .allMatch(key -> equal(first.get(key), second.get(key), level + 1));
        }
        if (left instanceof Value.Undefined && right instanceof Value.Undefined) {
            return true;
        }
        return left.equals(right);
    }

    private static boolean equal(List<Value> first, List<Value> second, int level) {
        if (first.size() != second.size()) {
            return false;
        }
        for (int i = 0; i < first.size(); i++) {
            if (!equal(first.get(i), second.get(i), level + 1)) {
                return false;
            }
        }
        return true;
    }

    /** Less than 0, 0 or more, as {@code left} comes before, with or after {@code right}. */
    static int order(Value left, Value right) {
        if (isNumber(left) && isNumber(right)) {
            return isWhole(left) && isWhole(right)
                    ? Long.compare(toWhole(left), toWhole(right))
                    : Double.compare(toReal(left), toReal(right));
        }
        if (left instanceof Value.Text(String first)
                && right instanceof Value.Text(String second)) {
            return Arrays.compare(first.codePoints().toArray(), second.codePoints().toArray());
        }
        throw new TemplateException(
                "values cannot be compared: " + left.kind() + " and " + right.kind());
    }

    private static boolean contains(Value whole, Value part) {
        return switch (whole) {
            case Value.Text(String text) -> text.contains(Arguments.text(part));
            case Value.Sequence(List<Value> items) ->
                    items.stream().anyMatch(item -> equal(item, part));
            case Value.Mapping(Map<String, Value> entries) ->
                    part instanceof Value.Text(String key) && entries.containsKey(key);
            case Value.Undefined _ -> false;
            case Value.Whole _,
                    Value.Real _,
                    Value.Truth _,
                    Value.None _,
                    Value.Fields _,
                    Value.Function _ ->
                    throw new TemplateException("nothing is in it: kind=" + whole.kind());
        };
    }
}
