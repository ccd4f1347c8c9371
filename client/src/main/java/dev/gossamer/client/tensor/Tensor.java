package dev.gossamer.client.tensor;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;

/**
 * A block of fp32 values in the memory of an ND4J array, aligned to a cache line.
 *
 * <p>Kernels and products take addresses; the block must stay reachable while they use them.
 */
final class Tensor {
    /** All native memory; offsets are addresses. */
    @SuppressWarnings("restricted") // native blocks are the point of this class
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final int LINE_BYTES = 64;
    private static final int LINE_FLOATS = LINE_BYTES / Float.BYTES;

    private final INDArray array;
    private final long address;
    private final long floats;

    private Tensor(INDArray array, long floats) {
        this.array = array;
        this.floats = floats;
        long start = array.data().address();
        address = (start + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES;
    }

    /** Zeros. */
    static Tensor zeros(long floats) {
        return new Tensor(Nd4j.zeros(DataType.FLOAT, floats + LINE_FLOATS), floats);
    }

    /** The least stride of at least {@code width} floats at which every row is aligned. */
    static int stride(int width) {
        return (width + LINE_FLOATS - 1) / LINE_FLOATS * LINE_FLOATS;
    }

    /** How many values the block holds. */
    long floats() {
        return floats;
    }

    /** The address of value {@code index}. */
    long at(long index) {
        return address + Float.BYTES * index;
    }

    /** Value {@code index}. */
    float get(long index) {
        return MEMORY.get(ValueLayout.JAVA_FLOAT, at(checked(index, 1)));
    }

    /** Sets value {@code index}. */
    void set(long index, float value) {
        MEMORY.set(ValueLayout.JAVA_FLOAT, at(checked(index, 1)), value);
    }

    /** Copies all of {@code values} to {@code index} and on. */
    void put(long index, float[] values) {
        MemorySegment.copy(
                values,
                0,
                MEMORY,
                ValueLayout.JAVA_FLOAT,
                at(checked(index, values.length)),
                values.length);
    }

    /** Copies what remains of {@code values} to {@code index} and on. */
    void put(long index, FloatBuffer values) {
        long from = at(checked(index, values.remaining()));
        MEMORY.asSlice(from, (long) Float.BYTES * values.remaining())
                .copyFrom(MemorySegment.ofBuffer(values));
    }

    /** Copies the values from {@code index} on into all of {@code into}. */
    void get(long index, float[] into) {
        MemorySegment.copy(
                MEMORY,
                ValueLayout.JAVA_FLOAT,
                at(checked(index, into.length)),
                into,
                0,
                into.length);
    }

    private long checked(long index, long count) {
        if (array.wasClosed() || index < 0 || index + count > floats) {
            throw new IndexOutOfBoundsException(
                    "outside of the tensor: index="
                            + index
                            + ", count="
                            + count
                            + ", floats="
                            + floats);
        }
        return index;
    }
}
