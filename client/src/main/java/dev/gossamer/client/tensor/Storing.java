package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.client.weights.BlockMatrix;
import dev.gossamer.client.weights.BlockType;
import dev.gossamer.client.weights.FloatMatrix;
import dev.gossamer.client.weights.Int8Matrix;
import dev.gossamer.client.weights.TransposedMatrix;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Lays frozen matrices out in one storage.
 *
 * <p>Integers of 8 bits are symmetric about zero, with the largest value of each row at 127; a
 * matrix that comes as such integers keeps its own, where a row has one scale.
 */
final class Storing {
    private static final int GREATEST = 127;

    /** Rows that are read together: two cache lines of floats where a file keeps columns. */
    private static final int BAND = 32;

    private final Storage storage;
    private final boolean vectors;

    /**
     * @param vectors whether by the Vector API
     */
    Storing(Storage storage, boolean vectors) {
        this.storage = storage;
        this.vectors = vectors && Narrow.SUPPORTED;
    }

    /**
     * The rows of {@code matrix}.
     *
     * @param name of the matrix, for errors
     * @throws IllegalArgumentException if they are to be kept as blocks and are none
     */
    FrozenRows rows(String name, Matrix matrix) {
        return switch (storage) {
            case FP32 -> floats(matrix);
            case BF16 -> bfloats(matrix);
            case INT8 -> integers(matrix);
            case BLOCKS -> blocks(name, matrix);
        };
    }

    /** The word embeddings: read as the file has them where they stay as they are. */
    FrozenRows words(Matrix matrix) {
        if (storage != Storage.FP32) {
            return rows("words", matrix);
        }
        return inPlace(matrix)
                .orElseGet(
                        () ->
                                new FrozenRows(
                                        ScalarFormat.of(matrix),
                                        matrix.rows(),
                                        matrix.columns(),
                                        row -> row,
                                        matrix,
                                        matrix.bytes()));
    }

    /** Whether the word embeddings lie in memory in a form that products take. */
    boolean keepsWords(Matrix matrix) {
        return storage != Storage.FP32 || inPlace(matrix).isPresent();
    }

    /** Floats in native memory, without a copy. */
    private Optional<FrozenRows> inPlace(Matrix matrix) {
        if (!(matrix instanceof FloatMatrix floats)
                || !floats.values().isNative()
                || floats.values().address() % Float.BYTES != 0) {
            return Optional.empty();
        }
        long start = floats.values().address();
        long rowBytes = Float.BYTES * (long) matrix.columns();
        return Optional.of(
                new FrozenRows(
                        floatFormat(),
                        matrix.rows(),
                        matrix.columns(),
                        row -> start + row * rowBytes,
                        matrix,
                        matrix.bytes()));
    }

    /** Reads rows of fp32. */
    RowFormat floatFormat() {
        return vectors ? PlainFormat.FP32 : ScalarFormat.FP32;
    }

    private FrozenRows floats(Matrix matrix) {
        return inPlace(matrix).orElseGet(() -> copied(matrix));
    }

    private FrozenRows copied(Matrix matrix) {
        long rowBytes = Float.BYTES * (long) matrix.columns();
        NativeBlock block = NativeBlock.zeros(rowBytes * matrix.rows());
        eachRow(
                matrix,
                (row, values, from) ->
                        MemorySegment.copy(
                                values,
                                from,
                                Tensor.MEMORY,
                                ValueLayout.JAVA_FLOAT,
                                block.address() + row * rowBytes,
                                matrix.columns()));
        return owned(floatFormat(), matrix, block, rowBytes);
    }

    private FrozenRows bfloats(Matrix matrix) {
        RowFormat format = vectors ? PlainFormat.BF16 : ScalarFormat.BF16;
        long rowBytes = Short.BYTES * (long) matrix.columns();
        NativeBlock block = NativeBlock.zeros(rowBytes * matrix.rows());
        eachRow(
                matrix,
                (row, values, from) -> {
                    long to = block.address() + row * rowBytes;
                    for (int i = 0; i < matrix.columns(); i++) {
                        short upper = Rounding.toBfloat16(values[from + i]);
                        Tensor.MEMORY.set(
                                ValueLayout.JAVA_SHORT_UNALIGNED,
                                to + (long) Short.BYTES * i,
                                upper);
                    }
                });
        return owned(format, matrix, block, rowBytes);
    }

    private FrozenRows integers(Matrix matrix) {
        return switch (matrix) {
            case TransposedMatrix(Int8Matrix stored) -> columnsOf(stored);
            case Int8Matrix stored when uniform(stored) -> rowsOf(stored);
            default -> quantised(matrix);
        };
    }

    private static boolean uniform(Int8Matrix matrix) {
        for (int c = 1; c < matrix.columns(); c++) {
            if (matrix.scales()[c] != matrix.scales()[0]
                    || matrix.zeroPoints()[c] != matrix.zeroPoints()[0]) {
                return false;
            }
        }
        return matrix.columns() > 0;
    }

    private NativeBlock integerRows(int rows, int columns) {
        return NativeBlock.zeros(Int8Format.rowBytes(columns) * rows);
    }

    /** The matrix whose outputs are the columns of {@code stored}, integers as they are. */
    private FrozenRows columnsOf(Int8Matrix stored) {
        int rows = stored.columns();
        int columns = stored.rows();
        NativeBlock block = integerRows(rows, columns);
        long rowBytes = Int8Format.rowBytes(columns);
        for (int row = 0; row < rows; row++) {
            head(block, row * rowBytes, stored, row);
        }
        for (int i = 0; i < columns; i++) {
            long to = block.address() + Int8Format.HEADER_BYTES + i;
            for (int row = 0; row < rows; row++) {
                pokeByte(to + row * rowBytes, signed(stored, i, row));
            }
        }
        return owned(integerFormat(), rows, columns, block, rowBytes);
    }

    private FrozenRows rowsOf(Int8Matrix stored) {
        NativeBlock block = integerRows(stored.rows(), stored.columns());
        long rowBytes = Int8Format.rowBytes(stored.columns());
        for (int row = 0; row < stored.rows(); row++) {
            head(block, row * rowBytes, stored, 0);
            long to = block.address() + row * rowBytes + Int8Format.HEADER_BYTES;
            for (int i = 0; i < stored.columns(); i++) {
                pokeByte(to + i, signed(stored, row, i));
            }
        }
        return owned(integerFormat(), stored, block, rowBytes);
    }

    /** Unsigned bytes less 128, as their zero points. */
    private static byte signed(Int8Matrix stored, int row, int column) {
        return (byte) (stored.stored(row, column) - (stored.signed() ? 0 : 128));
    }

    private static void head(NativeBlock block, long offset, Int8Matrix stored, int scale) {
        int zero = stored.zeroPoints()[scale] - (stored.signed() ? 0 : 128);
        Tensor.poke(block.address() + offset, stored.scales()[scale]);
        Tensor.poke(block.address() + offset + 4, zero);
    }

    private FrozenRows quantised(Matrix matrix) {
        int columns = matrix.columns();
        NativeBlock block = integerRows(matrix.rows(), columns);
        long rowBytes = Int8Format.rowBytes(columns);
        eachRow(
                matrix,
                (row, values, from) -> {
                    float largest = 0;
                    for (int i = 0; i < columns; i++) {
                        largest = Math.max(largest, Math.abs(values[from + i]));
                    }
                    float scale = largest / GREATEST;
                    long to = block.address() + row * rowBytes;
                    Tensor.poke(to, scale);
                    for (int i = 0; i < columns && scale > 0; i++) {
                        double q = Math.rint(values[from + i] / (double) scale);
                        pokeByte(
                                to + Int8Format.HEADER_BYTES + i,
                                (byte) Math.clamp(q, -GREATEST, GREATEST));
                    }
                });
        return owned(integerFormat(), matrix, block, rowBytes);
    }

    private RowFormat integerFormat() {
        return vectors ? new Int8Format() : ScalarFormat.INT8;
    }

    private static void pokeByte(long at, byte value) {
        Tensor.MEMORY.set(ValueLayout.JAVA_BYTE, at, value);
    }

    private FrozenRows blocks(String name, Matrix matrix) {
        if (!(matrix instanceof BlockMatrix blocks)) {
            throw new IllegalArgumentException(
                    "base is not of blocks: weights=blocks, matrix="
                            + name
                            + "; take a GGUF file, or weights=fp32, bf16 or int8");
        }
        RowFormat format = format(blocks.type());
        if (blocks.blocks().isNative()) {
            // The file's own pages, not a copy of them.
            long start = blocks.blocks().address();
            return new FrozenRows(
                    format,
                    blocks.rows(),
                    blocks.columns(),
                    row -> start + blocks.rowStart(row),
                    blocks,
                    blocks.bytes());
        }
        NativeBlock block = NativeBlock.zeros(blocks.bytes());
        MemorySegment.copy(blocks.blocks(), 0, Tensor.MEMORY, block.address(), blocks.bytes());
        long start = block.address();
        return new FrozenRows(
                format,
                blocks.rows(),
                blocks.columns(),
                row -> start + blocks.rowStart(row),
                block,
                blocks.bytes());
    }

    private RowFormat format(BlockType type) {
        if (!vectors) {
            return ScalarFormat.of(type);
        }
        return switch (type) {
            case F32 -> PlainFormat.FP32;
            case BF16 -> PlainFormat.BF16;
            case Q8_0 -> new Q8Rows();
            case Q4_0 -> new Q4Rows();
            case Q4_1 -> new Q4MinimumRows();
            case Q4_K -> new Q4GroupedRows();
            case Q6_K -> new Q6GroupedRows();
            case F16, Q5_0, Q5_1, Q5_K -> ScalarFormat.of(type);
        };
    }

    private interface RowSink {
        void accept(int row, float[] values, int from);
    }

    private static void eachRow(Matrix matrix, RowSink sink) {
        int columns = matrix.columns();
        float[] band = new float[BAND * columns];
        for (int from = 0; from < matrix.rows(); from += BAND) {
            int count = Math.min(BAND, matrix.rows() - from);
            matrix.readRows(from, count, band, 0);
            for (int row = 0; row < count; row++) {
                sink.accept(from + row, band, row * columns);
            }
        }
    }

    private static FrozenRows owned(
            RowFormat format, Matrix matrix, NativeBlock block, long rowBytes) {
        return owned(format, matrix.rows(), matrix.columns(), block, rowBytes);
    }

    private static FrozenRows owned(
            RowFormat format, int rows, int columns, NativeBlock block, long rowBytes) {
        long start = block.address();
        return new FrozenRows(
                format, rows, columns, row -> start + row * rowBytes, block, rowBytes * rows);
    }
}
