package dev.gossamer.client.weights;

import dev.gossamer.client.model.Matrix;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A matrix in the blocks of a GGUF file, without a copy.
 *
 * <p>Each row is a whole number of blocks, so an engine that decodes blocks by itself takes row
 * {@code r} as the {@link #rowBytes} bytes of {@link #blocks} from {@link #rowStart rowStart(r)}
 * on. Rows need not stand in the file in the order of the matrix.
 */
public final class BlockMatrix implements Matrix {
    private final BlockType type;
    private final MemorySegment blocks;
    private final int rows;
    private final int columns;
    private final long rowBytes;
    private final RowOrder order;

    /** Where the file keeps a row. */
    @FunctionalInterface
    public interface RowOrder {
        /** Rows in the file's own order. */
        RowOrder AS_STORED = row -> row;

        /** The place in the file, counted in rows, of row {@code row} of the matrix. */
        int placeOf(int row);
    }

    /**
     * The matrix whose rows are in {@code blocks}, one after the other.
     *
     * @throws IllegalArgumentException if a row is no whole number of blocks, or the memory does
     *     not fit
     */
    public BlockMatrix(
            BlockType type, MemorySegment blocks, int rows, int columns, RowOrder order) {
        this.type = type;
        this.blocks = blocks.asReadOnly();
        this.rows = rows;
        this.columns = columns;
        this.order = order;
        rowBytes = type.rowBytes(columns);
        if (rows < 0 || columns < 0 || blocks.byteSize() != rows * rowBytes) {
            throw new IllegalArgumentException(
                    "memory does not fit the matrix: bytes="
                            + blocks.byteSize()
                            + ", rows="
                            + rows
                            + ", bytes of a row="
                            + rowBytes);
        }
    }

    /** The layout of the blocks. */
    public BlockType type() {
        return type;
    }

    /** The memory of all rows, read only, at any alignment. */
    public MemorySegment blocks() {
        return blocks;
    }

    /** The bytes of each row. */
    public long rowBytes() {
        return rowBytes;
    }

    /** Where row {@code row} begins in {@link #blocks}, in bytes. */
    public long rowStart(int row) {
        return order.placeOf(Objects.checkIndex(row, rows)) * rowBytes;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public void readRow(int row, float[] into, int offset) {
        Objects.checkFromIndexSize(offset, columns, into.length);
        type.decode(blocks, rowStart(row), columns / type.blockValues(), into, offset);
    }

    @Override
    public long bytes() {
        return blocks.byteSize();
    }
}
