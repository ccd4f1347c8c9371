package dev.gossamer.client.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.reference.EngineSuite;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.AdaptedModel.TextSession;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.client.train.Progress;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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

    @Test
    void gradientAndSession_forAnyNumberOfWorkers_areTheSameBitByBit() {
        Transformer base = StoredModels.map(TinyTransformers.qwen2(91), this::filed);
        Head head = StoredModels.map(TinyHeads.all(base).get("free-lm"), this::filed);
        Adapter adapter = TinyTransformers.adapter(base, Adapter.Kind.LORA, 2, 1, 92);
        List<Example> rows = TinyHeads.rows(head, 93, 24, 20, 24, 9, 24, 24, 13, 24, 24, 24, 24);
        float[][] gradients = new float[3][];
        float[][] scores = new float[3][];
        for (int i = 0; i < 3; i++) {
            try (Workers some = new Workers(i + 1)) {
                AdaptedModel model =
                        new CpuEngine(some)
                                .load(base, storage, Precision.FP32)
                                .attach(adapter, head, Set.of());
                gradients[i] = new float[model.layout().size()];
                float[] values = TinyTransformers.values(gradients[i].length, 0.3, 94);
                model.gradient(values, rows, gradients[i]);
                TextSession session = model.session(values, 24);
                session.append(1, 2, 3, 4, 5, 6);
                scores[i] = session.append(7);
            }
        }

        assertArrayEquals(gradients[0], gradients[1]);
        assertArrayEquals(gradients[0], gradients[2]);
        assertArrayEquals(scores[0], scores[1]);
        assertArrayEquals(scores[0], scores[2]);
    }

    @Test
    void base_inThisStorage_takesFewerBytesThanInFp32() {
        Transformer base = StoredModels.map(TinyTransformers.gpt2(95), this::filed);
        Engine cpu = new CpuEngine(workers);

        long bytes = cpu.load(base, storage, Precision.FP32).bytes();

        assertTrue(bytes < cpu.load(base, Storage.FP32, Precision.FP32).bytes(), "bytes=" + bytes);
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
