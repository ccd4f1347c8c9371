package dev.gossamer.client.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor as a file stores it.
 *
 * @param source the file, for errors
 * @param values row-major and little-endian, as many as the shape says
 */
public record StoredTensor(
        String source, String name, TensorType type, List<Long> shape, MemorySegment values) {
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Copies the shape. */
    public StoredTensor {
        shape = List.copyOf(shape);
    }

    /**
     * The matrix that this is, without a copy.
     *
     * @throws WeightsFormatException if it is of another shape, or no matrix of floats
     */
    public DenseMatrix matrix(int rows, int columns) {
        requireShape(List.of((long) rows, (long) columns));
        return switch (type) {
            case F32 -> new FloatMatrix(values, rows, columns);
            case F16 -> new HalfMatrix(values, rows, columns);
            case BF16 -> new Bfloat16Matrix(values, rows, columns);
            case F64, I64, I32, I8, U8, BOOL -> throw noFloats();
        };
    }

    /** The matrix that this is, of whatever size. */
    public DenseMatrix matrix() {
        if (shape.size() != 2 || shape.stream().anyMatch(size -> size > Integer.MAX_VALUE)) {
            throw new WeightsFormatException(
                    "no matrix: file=" + source + ", tensor=" + name + ", shape=" + shape);
        }
        return matrix(Math.toIntExact(shape.get(0)), Math.toIntExact(shape.get(1)));
    }

    /**
     * The vector that this is, decoded to fp32.
     *
     * @throws WeightsFormatException if it is of another size, or no vector of floats
     */
    public float[] vector(int size) {
        requireShape(List.of((long) size));
        return floats();
    }

    /**
     * All values in fp32, whatever the shape.
     *
     * @throws WeightsFormatException if they are no floats, or more than an array holds
     */
    public float[] floats() {
        float[] all = new float[count()];
        switch (type) {
            case F32 -> new FloatMatrix(values, 1, all.length).readRow(0, all, 0);
            case F16 -> new HalfMatrix(values, 1, all.length).readRow(0, all, 0);
            case BF16 -> new Bfloat16Matrix(values, 1, all.length).readRow(0, all, 0);
            case F64 -> {
                for (int i = 0; i < all.length; i++) {
                    all[i] = (float) values.getAtIndex(DOUBLE, i);
                }
            }
            case I64, I32, I8, U8, BOOL -> throw noFloats();
        }
        return all;
    }

    /**
     * All values as integers, whatever the shape.
     *
     * @throws WeightsFormatException if they are no integers, or more than an array holds
     */
    public long[] integers() {
        long[] all = new long[count()];
        for (int i = 0; i < all.length; i++) {
            all[i] =
                    switch (type) {
                        case I64 -> values.getAtIndex(LONG, i);
                        case I32 -> values.getAtIndex(INT, i);
                        case I8 -> values.get(ValueLayout.JAVA_BYTE, i);
                        case U8, BOOL -> Byte.toUnsignedInt(values.get(ValueLayout.JAVA_BYTE, i));
                        case F64, F32, F16, BF16 ->
                                throw new WeightsFormatException(
                                        "no integers: file="
                                                + source
                                                + ", tensor="
                                                + name
                                                + ", dtype="
                                                + type);
                    };
        }
        return all;
    }

    private int count() {
        long count = values.byteSize() / type.bytes();
        if (count > Integer.MAX_VALUE - 8) {
            throw new WeightsFormatException(
                    "tensor too large for an array: file="
                            + source
                            + ", tensor="
                            + name
                            + ", values="
                            + count);
        }
        return (int) count;
    }

    private void requireShape(List<Long> expected) {
        if (!shape.equals(expected)) {
            throw new WeightsFormatException(
                    "wrong shape: file="
                            + source
                            + ", tensor="
                            + name
                            + ", shape="
                            + shape
                            + ", expected="
                            + expected);
        }
    }

    private WeightsFormatException noFloats() {
        return new WeightsFormatException(
                "dtype is not one of weights: file="
                        + source
                        + ", tensor="
                        + name
                        + ", dtype="
                        + type
                        + ", known=[F32, F16, BF16]");
    }
}
