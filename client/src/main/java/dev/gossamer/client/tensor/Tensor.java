package dev.gossamer.client.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;

/**
 * A block of fp32 values in native memory, aligned to a cache line.
 *
 * <p>Kernels and products take addresses; the block must stay reachable while they use them.
 */
final class Tensor {
    /** All native memory; offsets are addresses. */
    @SuppressWarnings("restricted") // native blocks are the point of this class
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final int LINE_FLOATS = NativeBlock.LINE_BYTES / Float.BYTES;

    private final NativeBlock block;
    private final long address;
    private final long floats;

    private Tensor(NativeBlock block, long floats) {
        this.block = block;
        this.floats = floats;
        address = block.address();
    }

    /** Zeros. */
    static Tensor zeros(long floats) {
        return new Tensor(NativeBlock.zeros(Float.BYTES * floats), floats);
    }

    /** A copy of {@code values}. */
    static Tensor of(float[] values) {
        Tensor tensor = zeros(values.length);
        tensor.put(0, values);
        return tensor;
    }

    /** Copies {@code values} to {@code address} and on. */
    static void write(long address, float[] values) {
        MemorySegment.copy(values, 0, MEMORY, ValueLayout.JAVA_FLOAT, address, values.length);
    }

    /** Copies {@code count} floats. */
    static void copy(long from, long to, long count) {
        MemorySegment.copy(MEMORY, from, MEMORY, to, Float.BYTES * count);
    }

    /** Copies {@code count} floats to {@code into}, from {@code offset} on. */
    static void read(long from, float[] into, int offset, int count) {
        MemorySegment.copy(MEMORY, ValueLayout.JAVA_FLOAT, from, into, offset, count);
    }

    /** Sets {@code count} floats to zero. */
    static void clear(long address, long count) {
        MEMORY.asSlice(address, Float.BYTES * count).fill((byte) 0);
    }

    /** The float at {@code address}. */
    static float peek(long address) {
        return MEMORY.get(ValueLayout.JAVA_FLOAT, address);
    }

    /** Sets the float at {@code address}. */
    static void poke(long address, float value) {
        MEMORY.set(ValueLayout.JAVA_FLOAT, address, value);
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

    /** Copies {@code count} of {@code values} from {@code from} on to {@code index} and on. */
    void put(long index, float[] values, int from, int count) {
        MemorySegment.copy(
                values, from, MEMORY, ValueLayout.JAVA_FLOAT, at(checked(index, count)), count);
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
        if (block.bytes() < Float.BYTES * floats || index < 0 || index + count > floats) {
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
