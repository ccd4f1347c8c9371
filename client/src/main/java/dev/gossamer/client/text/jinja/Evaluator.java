package dev.gossamer.client.text.jinja;

import dev.gossamer.client.text.jinja.Expression.ArgumentList;
import dev.gossamer.client.text.jinja.Expression.Comparison.Step;
import dev.gossamer.client.text.jinja.Expression.DictOf.Pair;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Gives expressions their values. */
final class Evaluator {
    private final Budget budget;

    Evaluator(Budget budget) {
        this.budget = budget;
    }

    /** The value of {@code expression} where names mean what {@code frame} says. */
    Value value(Expression expression, Frame frame) {
        budget.enter();
        Value value =
                switch (expression) {
                    case Expression.Literal(Value literal) -> literal;
                    case Expression.Name(String name) -> frame.get(name);
                    case Expression.ListOf(List<Expression> items) ->
                            budget.charge(new Value.Sequence(values(items, frame)));
                    case Expression.DictOf(List<Pair> pairs) -> dict(pairs, frame);
                    case Expression.Attribute attribute ->
                            found(
                                    attribute.line(),
                                    () ->
                                            Access.attribute(
                                                    value(attribute.of(), frame),
                                                    attribute.name()));
                    case Expression.Item item ->
                            found(
                                    item.line(),
                                    () ->
                                            Access.item(
                                                    value(item.of(), frame),
                                                    value(item.key(), frame)));
                    case Expression.Slice slice -> at(slice.line(), () -> slice(slice, frame));
                    case Expression.Call call -> at(call.line(), () -> call(call, frame));
                    case Expression.Filter filter ->
                            at(
                                    filter.line(),
                                    () ->
                                            Filters.apply(
                                                    value(filter.of(), frame),
                                                    filter.name(),
                                                    arguments(filter.arguments(), frame)));
                    case Expression.Test test -> at(test.line(), () -> test(test, frame));
                    case Expression.Not(Expression of) -> Value.of(!value(of, frame).holds());
                    case Expression.Signed signed -> at(signed.line(), () -> signed(signed, frame));
                    case Expression.Logical logical -> logical(logical, frame);
                    case Expression.Binary binary -> at(binary.line(), () -> binary(binary, frame));
                    case Expression.Comparison comparison ->
                            at(comparison.line(), () -> comparison(comparison, frame));
                    case Expression.Conditional conditional -> conditional(conditional, frame);
                };
        budget.leave();
        return value;
    }

    private List<Value> values(List<Expression> expressions, Frame frame) {
        return expressions.stream().map(expression -> value(expression, frame)).toList();
    }

    private Value dict(List<Pair> pairs, Frame frame) {
        Map<String, Value> entries = new LinkedHashMap<>();
        for (Pair pair : pairs) {
            entries.put(Arguments.text(value(pair.key(), frame)), value(pair.value(), frame));
        }
        return budget.charge(new Value.Mapping(entries));
    }

    /** The value of {@code held}, which is there already; its failure told with its line. */
    private static Value found(int line, Supplier<Value> held) {
        try {
            return held.get();
        } catch (TemplateException e) {
            throw e.at(line);
        }
    }

    /** The value of {@code made}, its size counted, its failure told with its line. */
    private Value at(int line, Supplier<Value> made) {
        return found(line, () -> budget.charge(made.get()));
    }

    private Value slice(Expression.Slice slice, Frame frame) {
        return Sequences.slice(
                value(slice.of(), frame),
                side(slice.from(), frame),
                side(slice.to(), frame),
                side(slice.step(), frame));
    }

    private Optional<Long> side(Optional<Expression> side, Frame frame) {
        Value value = side.map(expression -> value(expression, frame)).orElse(Value.none());
        return switch (value) {
            case Value.Whole(long number) -> Optional.of(number);
            case Value.None _ -> Optional.empty();
            case Value.Text _,
                    Value.Real _,
                    Value.Truth _,
                    Value.Sequence _,
                    Value.Mapping _,
                    Value.Undefined _,
                    Value.Fields _,
                    Value.Function _ ->
                    throw new TemplateException("slice by no int: kind=" + value.kind());
        };
    }

    private Value call(Expression.Call call, Frame frame) {
        Value callee = value(call.callee(), frame);
        if (callee instanceof Value.Function function) {
            return function.call(arguments(call.arguments(), frame));
        }
        if (callee instanceof Value.Undefined undefined) {
            throw Operators.undefined(undefined);
        }
        throw new TemplateException("value cannot be called: kind=" + callee.kind());
    }

    private Arguments arguments(ArgumentList list, Frame frame) {
        Map<String, Value> named = new LinkedHashMap<>();
        list.named().forEach((name, expression) -> named.put(name, value(expression, frame)));
        return new Arguments(values(list.placed(), frame), named);
    }

    private Value test(Expression.Test test, Frame frame) {
        return Value.of(
                Tests.passes(
                        value(test.of(), frame), test.name(), arguments(test.arguments(), frame)));
    }

    private Value signed(Expression.Signed signed, Frame frame) {
        return Operators.binary(signed.sign(), Value.of(0), value(signed.of(), frame));
    }

    private Value logical(Expression.Logical logical, Frame frame) {
        Value left = value(logical.left(), frame);
        return left.holds() == logical.and() ? value(logical.right(), frame) : left;
    }

    private Value binary(Expression.Binary binary, Frame frame) {
        Value left = value(binary.left(), frame);
        Value right = value(binary.right(), frame);
        return binary.sign().equals("~")
                ? Value.of(Printed.text(left) + Printed.text(right))
                : Operators.binary(binary.sign(), left, right);
    }

    private Value comparison(Expression.Comparison comparison, Frame frame) {
        Value left = value(comparison.first(), frame);
        for (Step step : comparison.steps()) {
            Value right = value(step.right(), frame);
            if (!Operators.compare(step.sign(), left, right)) {
                return Value.of(false);
            }
            left = right;
        }
        return Value.of(true);
    }

    private Value conditional(Expression.Conditional conditional, Frame frame) {
        if (value(conditional.condition(), frame).holds()) {
            return value(conditional.then(), frame);
        }
        return conditional
                .otherwise()
                .map(otherwise -> value(otherwise, frame))
                .orElseGet(() -> new Value.Undefined("else"));
    }
}
