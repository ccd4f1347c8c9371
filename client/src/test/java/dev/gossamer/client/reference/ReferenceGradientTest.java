package dev.gossamer.client.reference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Dropout;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.util.ArrayList;
import java.util.List;

/** The gradient of every trained tensor, of each family, head and adapter, by differences. */
class ReferenceGradientTest {
    private static final Dropout DROPOUT = new Dropout(0.2, 36);

    @TestFactory
    List<DynamicTest> gradient_ofEachFamilyAndHead_isTheDerivative() {
        List<DynamicTest> tests = new ArrayList<>();
        TinyTransformers.all()
                .forEach(
                        (family, base) ->
                                TinyHeads.all(base)
                                        .forEach(
                                                (name, head) ->
                                                        tests.add(
                                                                test(
                                                                        family + " " + name,
                                                                        base,
                                                                        head,
                                                                        Adapter.Kind.LORA))));
        return tests;
    }

    @TestFactory
    List<DynamicTest> gradient_ofEachAdapterKind_isTheDerivative() {
        Transformer base = TinyTransformers.qwen2(31);
        Head head = TinyHeads.all(base).get("first-tanh");
        List<DynamicTest> tests = new ArrayList<>();
        for (Adapter.Kind kind : Adapter.Kind.values()) {
            tests.add(test(kind.name(), base, head, kind));
        }
        return tests;
    }

    private static DynamicTest test(String name, Transformer base, Head head, Adapter.Kind kind) {
        return DynamicTest.dynamicTest(name, () -> check(base, head, kind));
    }

    private static void check(Transformer base, Head head, Adapter.Kind kind) {
        Adapter adapter = TinyTransformers.adapter(base, kind, 2, 0.7, 32);
        ReferenceModel model =
                (ReferenceModel)
                        new ReferenceEngine()
                                .load(base, Storage.FP32, Precision.FP32)
                                .attach(adapter, head, TinyHeads.maps(head));
        List<Example> batch = TinyHeads.rows(head, 33, 7, 2, 9);
        double[] values = Directions.random(model.layout().size(), 34);
        double[] gradient = new double[values.length];
        model.gradient(values, batch, DROPOUT, gradient);

        for (Slice slice : model.layout().slices()) {
            double[] direction = new double[values.length];
            int offset = model.layout().offset(slice.name());
            System.arraycopy(
                    Directions.random(slice.size(), 35), 0, direction, offset, slice.size());
            Directions.assertSlope(
                    h -> {
                        double[] moved = Directions.moved(values, direction, h);
                        return model.gradient(moved, batch, DROPOUT, new double[moved.length]);
                    },
                    Directions.dot(gradient, direction),
                    slice.name());
        }
        assertTrue(Directions.dot(gradient, gradient) > 1e-6, "something is learned");
    }
}
