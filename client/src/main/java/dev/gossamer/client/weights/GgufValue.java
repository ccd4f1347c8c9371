package dev.gossamer.client.weights;

import java.util.List;

/** A value of a GGUF file's metadata. */
public sealed interface GgufValue {
    /**
     * A whole number of any width.
     *
     * @param value an unsigned one above {@link Long#MAX_VALUE} is held as that
     */
    record Whole(long value) implements GgufValue {}

    /** A floating-point number of either width. */
    record Real(double value) implements GgufValue {}

    /** A truth value. */
    record Flag(boolean value) implements GgufValue {}

    /** A text. */
    record Text(String value) implements GgufValue {}

    /** Values of one type, arrays perhaps. */
    record Array(List<GgufValue> values) implements GgufValue {
        /** Copies the list. */
        public Array {
            values = List.copyOf(values);
        }
    }
}
