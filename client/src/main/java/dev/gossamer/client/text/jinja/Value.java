package dev.gossamer.client.text.jinja;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of a template, as Python has them. */
public sealed interface Value {
    /** A {@code str}. */
    record Text(String text) implements Value {}

    /** An {@code int} of 64 bits. */
    record Whole(long number) implements Value {}

    /** A {@code float}. */
    record Real(double number) implements Value {}

    /** A {@code bool}. */
    record Truth(boolean truth) implements Value {}

    /** {@code None}. */
    record None() implements Value {}

    /** A {@code list} or a {@code tuple}. */
    record Sequence(List<Value> items) implements Value {
        /** Copies the list. */
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** A {@code dict} with texts as keys, in the order in which they came. */
    record Mapping(Map<String, Value> entries) implements Value {
        /** Copies the map. */
        public Mapping {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }
    }

    /**
     * What a name that stands for nothing gives: empty where it is printed or run through, an error
     * where more is asked of it.
     */
    record Undefined(String name) implements Value {}

    /** Named fields, by attribute: of a loop, or of a namespace, whose fields can be set. */
    non-sealed interface Fields extends Value {
        /** The field of that name. */
        Optional<Value> field(String name);
    }

    /** Something to call. */
    @FunctionalInterface
    non-sealed interface Function extends Value {
        /** The result for {@code arguments}. */
        Value call(Arguments arguments);
    }

    /** Nothing. */
    static Value none() {
        return new None();
    }

    /** A text. */
    static Value of(String text) {
        return new Text(text);
    }

    /** A whole number. */
    static Value of(long number) {
        return new Whole(number);
    }

    /** A truth value. */
    static Value of(boolean truth) {
        return new Truth(truth);
    }

    /** Whether a condition takes it for true: anything but nothing, zero, and what is empty. */
    default boolean holds() {
        return switch (this) {
            case Text(String text) -> !text.isEmpty();
            case Whole(long number) -> number != 0;
            case Real(double number) -> number != 0;
            case Truth(boolean truth) -> truth;
            case Sequence(List<Value> items) -> !items.isEmpty();
            case Mapping(Map<String, Value> entries) -> !entries.isEmpty();
            case None _, Undefined _ -> false;
            case Fields _, Function _ -> true;
        };
    }

    /** What Python calls its type. */
    default String kind() {
        return switch (this) {
            case Text _ -> "str";
            case Whole _ -> "int";
            case Real _ -> "float";
            case Truth _ -> "bool";
            case Sequence _ -> "list";
            case Mapping _ -> "dict";
            case None _ -> "None";
            case Undefined _ -> "undefined";
            case Fields _ -> "namespace";
            case Function _ -> "function";
        };
    }
}
