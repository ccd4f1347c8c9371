package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.weights.BlockType;

import java.lang.foreign.ValueLayout;

/**
 * Formats value by value: what the vector formats are held to, and what stands in for them where
 * there are none.
 */
final class ScalarFormat implements RowFormat {
    static final RowFormat FP32 = new ScalarFormat(Tensor::copy);
    static final RowFormat BF16 = new ScalarFormat(ScalarFormat::decodeBfloats);
    static final RowFormat INT8 = new ScalarFormat(ScalarFormat::decodeBytes);

    private static final ThreadLocal<Scratch> LINES = ThreadLocal.withInitial(Scratch::new);

    /** Writes a row's values as fp32. */
    private interface Decoding {
        void decode(long row, long to, int n);
    }

    private final Decoding decoding;

    private ScalarFormat(Decoding decoding) {
        this.decoding = decoding;
    }

    /** Blocks of {@code type}, whichever it is. */
    static RowFormat of(BlockType type) {
        return new ScalarFormat((row, to, n) -> decodeBlocks(type, row, to, n));
    }

    /** A matrix as its file has it; its rows go by their numbers, not their addresses. */
    static RowFormat of(Matrix matrix) {
        return new ScalarFormat(
                (row, to, n) -> {
                    float[] values = new float[n];
                    matrix.readRow((int) row, values, 0);
                    Tensor.write(to, values);
                });
    }

    private static void decodeBlocks(BlockType type, long row, long to, int n) {
        float[] values = new float[n];
        type.decode(
                Tensor.MEMORY.asSlice(row, type.rowBytes(n)), 0, n / type.blockValues(), values, 0);
        Tensor.write(to, values);
    }

    private static void decodeBfloats(long row, long to, int n) {
        for (int i = 0; i < n; i++) {
            Tensor.poke(to + 4L * i, bfloat(row + 2L * i));
        }
    }

    private static void decodeBytes(long row, long to, int n) {
        float scale = Tensor.peek(row);
        float zero = Tensor.peek(row + 4);
        for (int i = 0; i < n; i++) {
            Tensor.poke(to + 4L * i, scale * (signed(row + Int8Format.HEADER_BYTES + i) - zero));
        }
    }

    /** The float whose upper half is at {@code at}. */
    static float bfloat(long at) {
        return Float.intBitsToFloat(
                Tensor.MEMORY.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) << Short.SIZE);
    }

    static byte signed(long at) {
        return Tensor.MEMORY.get(ValueLayout.JAVA_BYTE, at);
    }

    /** The IEEE half-precision float at {@code at}. */
    static float half(long at) {
        return Float.float16ToFloat(Tensor.MEMORY.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
    }

    @Override
    public boolean isFloats() {
        return equals(FP32);
    }

    @Override
    public void decode(long row, long to, int n) {
        decoding.decode(row, to, n);
    }

    @Override
    public float dot(long row, long x, int n) {
        long line = LINES.get().lay(carver -> carver.floats(n));
        decoding.decode(row, line, n);
        float sum = 0;
        for (int i = 0; i < n; i++) {
            sum = Math.fma(Tensor.peek(line + 4L * i), Tensor.peek(x + 4L * i), sum);
        }
        return sum;
    }
}
