package dev.gossamer.client.weights;

import java.util.List;

/**
 * Where a tensor of a GGUF file lies.
 *
 * @param sides the number of values along each axis, the fastest running first, as GGUF has it
 * @param offset of its first byte within the file
 * @param bytes that it takes
 */
public record GgufTensor(String name, List<Long> sides, BlockType type, long offset, long bytes) {
    /** Copies the list. */
    public GgufTensor {
        sides = List.copyOf(sides);
    }

    /** Where the next byte lies. */
    long end() {
        return offset + bytes;
    }

    /** The same tensor {@code by} bytes further on. */
    GgufTensor movedBy(long by) {
        return new GgufTensor(name, sides, type, offset + by, bytes);
    }

    /** The sides as a reader of matrices has them: the fastest running last. */
    String shape() {
        return sides.reversed().toString().replace(", ", " × ");
    }
}
