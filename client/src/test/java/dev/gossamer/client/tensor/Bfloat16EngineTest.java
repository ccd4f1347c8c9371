package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.train.Engine.Storage;

/** Weights kept as the upper halves of floats. */
class Bfloat16EngineTest extends StoredEngineSuite {
    Bfloat16EngineTest() {
        super(Storage.BF16);
    }

    @Override
    Matrix file(Matrix matrix) {
        return matrix;
    }
}
