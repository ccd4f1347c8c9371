package dev.gossamer.client.tensor;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.reference.EngineSuite;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.client.train.Progress;

import org.junit.jupiter.api.AfterEach;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The CPU's engine with one compact storage, against the reference on the values that it keeps. */
abstract class StoredEngineSuite extends EngineSuite {
    private final Workers workers = new Workers(2);
    private final IdentityHashMap<Matrix, Matrix> files = new IdentityHashMap<>();
    private final Storage storage;

    StoredEngineSuite(Storage storage) {
        this.storage = storage;
    }

    @AfterEach
    void stop() {
        workers.close();
    }

    /** The matrix as a file has it that this storage takes. */
    abstract Matrix file(Matrix matrix);

    private Matrix filed(Matrix matrix) {
        return files.computeIfAbsent(matrix, this::file);
    }

    private Matrix keptMatrix(Matrix matrix) {
        return StoredModels.decoded(new Storing(storage, true).rows("matrix", filed(matrix)));
    }

    @Override
    protected Transformer kept(Transformer base) {
        return StoredModels.map(base, this::keptMatrix);
    }

    @Override
    protected Head kept(Head head) {
        return StoredModels.map(head, this::keptMatrix);
    }

    @Override
    protected Engine engine() {
        return new Stored();
    }

    /** Loads what the tests ask for as this storage keeps it. */
    private final class Stored implements Engine {
        @Override
        public String name() {
            return "cpu";
        }

        @Override
        public LoadedBase load(Transformer base, Storage ignored, Precision precision) {
            Transformer filed = StoredModels.map(base, StoredEngineSuite.this::filed);
            return new StoredBase(new CpuEngine(workers).load(filed, storage, precision));
        }
    }

    private final class StoredBase implements LoadedBase {
        private final LoadedBase base;

        StoredBase(LoadedBase base) {
            this.base = base;
        }

        @Override
        public long bytes() {
            return base.bytes();
        }

        @Override
        public AdaptedModel attach(Adapter adapter, Head head, Set<String> trainedHead) {
            return base.attach(adapter, filedHead(head), trainedHead);
        }

        private Head filedHead(Head head) {
            return StoredModels.map(head, StoredEngineSuite.this::filed);
        }

        @Override
        public float[] features(List<Example> rows) {
            return base.features(rows);
        }

        @Override
        public List<MatrixSum> weightGradients(
                List<String> targets, Head head, List<List<Example>> batches, Progress progress) {
            return base.weightGradients(targets, filedHead(head), batches, progress);
        }

        @Override
        public List<MatrixSum> inputMoments(
                List<String> targets, List<Example> rows, Progress progress) {
            return base.inputMoments(targets, rows, progress);
        }
    }
}
