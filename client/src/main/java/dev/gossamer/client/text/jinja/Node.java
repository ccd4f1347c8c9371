package dev.gossamer.client.text.jinja;

import java.util.List;
import java.util.Optional;

/** What a template does. */
sealed interface Node {
    /** Prints text as it stands. */
    record Data(String text) implements Node {}

    /** Prints what stands between double braces. */
    record Print(Expression value) implements Node {}

    /** {@code if}, {@code elif} and {@code else}, the last without a condition. */
    record If(List<Branch> branches) implements Node {
        /** What is done where the condition holds. */
        record Branch(Optional<Expression> condition, List<Node> body) {}
    }

    /**
     * {@code for targets in items if condition}.
     *
     * @param otherwise is done where nothing was run through
     */
    record For(
            List<String> targets,
            Expression items,
            Optional<Expression> condition,
            List<Node> body,
            List<Node> otherwise,
            int line)
            implements Node {}

    /** {@code set names = value}. */
    record Assign(List<String> names, Expression value, int line) implements Node {}

    /** {@code set name.field = value}, of a namespace. */
    record AssignField(String name, String field, Expression value, int line) implements Node {}

    /** {@code set name}, and what is printed up to {@code endset}. */
    record Capture(String name, List<Node> body) implements Node {}

    /** {@code macro name(parameters)}. */
    record Macro(String name, List<Parameter> parameters, List<Node> body) implements Node {
        /** A name, and what it stands for where the caller says nothing. */
        record Parameter(String name, Optional<Expression> otherwise) {}
    }

    /** {@code break}, out of the innermost loop. */
    record Break() implements Node {}

    /** {@code continue} with the innermost loop. */
    record Continue() implements Node {}
}
