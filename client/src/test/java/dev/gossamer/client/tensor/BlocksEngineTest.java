package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.client.weights.BlockMatrix;
import dev.gossamer.client.weights.BlockMatrix.RowOrder;
import dev.gossamer.client.weights.BlockType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Weights kept as a file's blocks: of one value each, for the models are narrower than others. */
class BlocksEngineTest extends StoredEngineSuite {
    BlocksEngineTest() {
        super(Storage.BLOCKS);
    }

    @Override
    Matrix file(Matrix matrix) {
        int rows = matrix.rows();
        int columns = matrix.columns();
        MemorySegment blocks = Arena.ofAuto().allocate((long) rows * columns * Short.BYTES);
        float[] values = matrix.toArray();
        for (int row = 0; row < rows; row++) {
            for (int i = 0; i < columns; i++) {
                long at = (long) (rows - 1 - row) * columns + i;
                short half = Float.floatToFloat16(values[row * columns + i]);
                blocks.setAtIndex(ValueLayout.JAVA_SHORT, at, half);
            }
        }
        RowOrder reversed = row -> rows - 1 - row;
        return new BlockMatrix(BlockType.F16, blocks, rows, columns, reversed);
    }
}
