package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.train.Engine.Storage;

/** Weights kept as integers of 8 bits. */
class Int8EngineTest extends StoredEngineSuite {
    Int8EngineTest() {
        super(Storage.INT8);
    }

    @Override
    Matrix file(Matrix matrix) {
        return matrix;
    }
}
