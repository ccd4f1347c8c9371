package dev.gossamer.client.text.jinja;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What gives a value. */
sealed interface Expression {
    /** A value written out. */
    record Literal(Value value) implements Expression {}

    /** The value of a name. */
    record Name(String name) implements Expression {}

    /** {@code [a, b]}, or a tuple. */
    record ListOf(List<Expression> items) implements Expression {}

    /** {@code {'a': b}}. */
    record DictOf(List<Pair> pairs) implements Expression {
        /** A key with its value. */
        record Pair(Expression key, Expression value) {}
    }

    /** {@code of.name}. */
    record Attribute(Expression of, String name, int line) implements Expression {}

    /** {@code of[key]}. */
    record Item(Expression of, Expression key, int line) implements Expression {}

    /** {@code of[from:to:step]}. */
    record Slice(
            Expression of,
            Optional<Expression> from,
            Optional<Expression> to,
            Optional<Expression> step,
            int line)
            implements Expression {}

    /** {@code callee(arguments)}. */
    record Call(Expression callee, ArgumentList arguments, int line) implements Expression {}

    /** {@code of | name(arguments)}. */
    record Filter(Expression of, String name, ArgumentList arguments, int line)
            implements Expression {}

    /** {@code of is name(arguments)}. */
    record Test(Expression of, String name, ArgumentList arguments, int line)
            implements Expression {}

    /** {@code not of}. */
    record Not(Expression of) implements Expression {}

    /** {@code -of}, {@code +of}. */
    record Signed(String sign, Expression of, int line) implements Expression {}

    /** {@code left and right}, {@code left or right}; the value is one of the two. */
    record Logical(boolean and, Expression left, Expression right) implements Expression {}

    /** {@code left + right} and other arithmetic. */
    record Binary(String sign, Expression left, Expression right, int line) implements Expression {}

    /** {@code first < second <= third}, and {@code in}. */
    record Comparison(Expression first, List<Step> steps, int line) implements Expression {
        /** A sign and what stands to its right. */
        record Step(String sign, Expression right) {}
    }

    /** {@code then if condition else otherwise}. */
    record Conditional(Expression condition, Expression then, Optional<Expression> otherwise)
            implements Expression {}

    /** What a call hands over. */
    record ArgumentList(List<Expression> placed, Map<String, Expression> named) {
        static final ArgumentList NONE = new ArgumentList(List.of(), Map.of());
    }
}
