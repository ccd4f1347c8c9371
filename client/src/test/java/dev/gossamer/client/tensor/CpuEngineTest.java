package dev.gossamer.client.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.reference.EngineSuite;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

class CpuEngineTest extends EngineSuite {
    private static final Workers WORKERS = new Workers(2);
    private static final Engine ENGINE = new CpuEngine(WORKERS);

    @AfterAll
    static void stop() {
        WORKERS.close();
    }

    @Override
    protected Engine engine() {
        return ENGINE;
    }

    @Test
    void gradient_forAnyNumberOfWorkers_isTheSameBitByBit() {
        Transformer base = TinyTransformers.qwen3(71);
        Head head = TinyHeads.all(base).get("free-lm");
        Adapter adapter = TinyTransformers.adapter(base, Adapter.Kind.LORA, 2, 1, 72);
        List<Example> rows = TinyHeads.rows(head, 73, 24, 20, 24, 9, 24, 24, 13, 24, 24, 24, 24);
        float[][] gradients = new float[3][];
        double[] losses = new double[3];
        for (int i = 0; i < 3; i++) {
            try (Workers workers = new Workers(i + 1)) {
                AdaptedModel model =
                        new CpuEngine(workers)
                                .load(base, Storage.FP32, Precision.FP32)
                                .attach(adapter, head, Set.of());
                gradients[i] = new float[model.layout().size()];
                float[] values = TinyTransformers.values(gradients[i].length, 0.3, 74);
                losses[i] = model.gradient(values, rows, gradients[i]);
            }
        }

        assertEquals(losses[0], losses[1]);
        assertEquals(losses[0], losses[2]);
        assertArrayEquals(gradients[0], gradients[1]);
        assertArrayEquals(gradients[0], gradients[2]);
    }
}
