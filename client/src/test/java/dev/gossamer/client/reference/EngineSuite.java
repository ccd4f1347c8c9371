package dev.gossamer.client.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Dropout;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.AdaptedModel.RowScore;
import dev.gossamer.client.train.AdaptedModel.TextSession;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Engine.LoadedBase.MatrixSum;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.client.train.Progress;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * An engine against the reference on small models of every family, head and adapter.
 *
 * <p>Every value may differ by {@link #TOLERANCE} of the largest of its tensor.
 */
public abstract class EngineSuite {
    /** What is asked of the golden models too; seen are at most 1e-5. */
    private static final List<Dropout> DROPOUTS = List.of(Dropout.NONE, new Dropout(0.3, 5));

    private static final double TOLERANCE = 2e-5;

    /** Long enough for several micro-batches, with rows of one token and of all positions. */
    private static final int[] LENGTHS = {5, 24, 1, 17, 24, 2, 9, 16, 23, 24, 8, 19, 24, 3, 12};

    private final Engine reference = new ReferenceEngine();

    /** The engine under test; the same one every time. */
    protected abstract Engine engine();

    /** The values that the engine keeps of {@code base}. */
    protected Transformer kept(Transformer base) {
        return base;
    }

    /** The values that the engine keeps of {@code head}. */
    protected Head kept(Head head) {
        return head;
    }

    /** What one test compares. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    private record Pair(AdaptedModel expected, AdaptedModel actual, Head head, float[] values) {
        List<Example> rows(long seed, int... lengths) {
            return TinyHeads.rows(head, seed, lengths);
        }
    }

    private LoadedBase load(Engine engine, Transformer base) {
        return engine.load(base, Storage.FP32, Precision.FP32);
    }

    private Pair pair(Transformer base, Head head, Adapter adapter, Set<String> trained) {
        AdaptedModel expected = load(reference, kept(base)).attach(adapter, kept(head), trained);
        AdaptedModel actual = load(engine(), base).attach(adapter, head, trained);
        assertEquals(expected.layout(), actual.layout());
        float[] values = TinyTransformers.values(expected.layout().size(), 0.2, 41);
        return new Pair(expected, actual, head, values);
    }

    private Pair pair(Transformer base, Head head, Adapter.Kind kind) {
        Adapter adapter = TinyTransformers.adapter(base, kind, 2, 0.7, 42);
        return pair(base, head, adapter, TinyHeads.maps(head));
    }

    private interface Check {
        void on(Pair pair);
    }

    /** One test for each family and head, with R trained, and with A and B. */
    private List<DynamicTest> everywhere(Check check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, Transformer> base : TinyTransformers.all().entrySet()) {
            for (Map.Entry<String, Head> head : TinyHeads.all(base.getValue()).entrySet()) {
                for (Adapter.Kind kind : List.of(Adapter.Kind.LORA, Adapter.Kind.R_ONLY)) {
                    tests.add(
                            DynamicTest.dynamicTest(
                                    base.getKey() + " " + head.getKey() + " " + kind,
                                    () -> check.on(pair(base.getValue(), head.getValue(), kind))));
                }
            }
        }
        return tests;
    }

    private static float largest(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static void assertClose(float[] expected, float[] actual, String name) {
        assertClose(expected, actual, largest(expected), name);
    }

    private static void assertClose(float[] expected, float[] actual, float largest, String name) {
        float bound = (float) (TOLERANCE * largest) + Float.MIN_NORMAL;
        assertArrayEquals(expected, actual, bound, name);
    }

    /**
     * A tensor whose gradient nearly cancels keeps the rounding of what cancelled, so its largest
     * entry counts as at least a hundredth of the largest of all.
     */
    private static void assertClose(Pair pair, float[] expected, float[] actual) {
        assertClose(pair, expected, actual, 100);
    }

    private static void assertClose(Pair pair, float[] expected, float[] actual, float share) {
        float least = largest(expected) / share;
        int offset = 0;
        for (Slice slice : pair.expected().layout().slices()) {
            float[] one = Arrays.copyOfRange(expected, offset, offset + slice.size());
            float[] two = Arrays.copyOfRange(actual, offset, offset + slice.size());
            assertClose(one, two, Math.max(least, largest(one)), slice.name());
            offset += slice.size();
        }
    }

    @TestFactory
    List<DynamicTest> logits_equalTheReference() {
        return everywhere(
                pair -> {
                    List<Example> rows = pair.rows(1, LENGTHS);
                    List<float[]> expected = pair.expected().logits(pair.values(), rows);
                    List<float[]> actual = pair.actual().logits(pair.values(), rows);
                    for (int row = 0; row < rows.size(); row++) {
                        assertClose(expected.get(row), actual.get(row), "row=" + row);
                    }
                });
    }

    @TestFactory
    List<DynamicTest> scores_equalTheReference() {
        return everywhere(
                pair -> {
                    List<Example> rows = pair.rows(2, LENGTHS);
                    List<RowScore> expected = pair.expected().score(pair.values(), rows);
                    List<RowScore> actual = pair.actual().score(pair.values(), rows);
                    for (int row = 0; row < rows.size(); row++) {
                        double sum = expected.get(row).lossSum();
                        assertEquals(sum, actual.get(row).lossSum(), TOLERANCE * (1 + sum));
                        assertArrayEquals(expected.get(row).labels(), actual.get(row).labels());
                        assertArrayEquals(
                                expected.get(row).predictions(), actual.get(row).predictions());
                    }
                });
    }

    private static void checkGradient(Pair pair) {
        for (Dropout dropout : DROPOUTS) {
            List<Example> rows = pair.rows(3, LENGTHS);
            float[] expected = new float[pair.values().length];
            float[] actual = TinyTransformers.values(expected.length, 1, 43);

            double expectedLoss = pair.expected().gradient(pair.values(), rows, dropout, expected);
            double actualLoss = pair.actual().gradient(pair.values(), rows, dropout, actual);

            assertEquals(expectedLoss, actualLoss, TOLERANCE * expectedLoss);
            assertClose(pair, expected, actual);
        }
    }

    @TestFactory
    List<DynamicTest> gradient_equalsTheReference() {
        return everywhere(EngineSuite::checkGradient);
    }

    @TestFactory
    List<DynamicTest> gradient_ofEachAdapterKind_equalsTheReference() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Adapter.Kind kind : Adapter.Kind.values()) {
            for (Transformer base :
                    List.of(TinyTransformers.bert(51), TinyTransformers.qwen3(52))) {
                Head head = TinyHeads.all(base).get("first-tanh");
                String name = base.architecture().family() + " " + kind;
                tests.add(
                        DynamicTest.dynamicTest(name, () -> checkGradient(pair(base, head, kind))));
            }
        }
        return tests;
    }

    /** Targets of one kind in the upper layer alone, and a head that stays as it is. */
    @Test
    void gradient_ofFewTargets_equalsTheReference() {
        Transformer base = TinyTransformers.llama(53);
        List<Linear> few =
                base.linears().stream()
                        .filter(l -> l.name().matches("layers.1.*(v|down)"))
                        .toList();
        Head head = TinyHeads.all(base).get("free-lm");
        for (Adapter.Kind kind : Adapter.Kind.values()) {
            checkGradient(
                    pair(base, head, TinyTransformers.adapter(few, kind, 3, 1, 54), Set.of()));
        }
    }

    @TestFactory
    List<DynamicTest> exampleGradients_equalTheReference() {
        return everywhere(pair -> checkExamples(pair, Dropout.NONE, 100));
    }

    /** What dropout leaves of a row of one or two tokens cancels more often. */
    @TestFactory
    List<DynamicTest> exampleGradients_withDropout_equalTheReference() {
        return everywhere(pair -> checkExamples(pair, new Dropout(0.3, 5), 4));
    }

    private static void checkExamples(Pair pair, Dropout dropout, float share) {
        List<Example> rows = pair.rows(4, LENGTHS);
        List<float[]> expected = new ArrayList<>();
        List<Double> losses = new ArrayList<>();
        pair.expected()
                .exampleGradients(
                        pair.values(),
                        rows,
                        dropout,
                        (i, loss, gradient) -> {
                            losses.add(loss);
                            expected.add(gradient.clone());
                        });
        List<Integer> seen = new ArrayList<>();
        pair.actual()
                .exampleGradients(
                        pair.values(),
                        rows,
                        dropout,
                        (i, loss, gradient) -> {
                            seen.add(i);
                            assertEquals(losses.get(i), loss, TOLERANCE * (1 + loss));
                            assertClose(pair, expected.get(i), gradient, share);
                        });
        assertEquals(rows.size(), seen.size());
        assertEquals(seen.stream().sorted().toList(), seen);
    }

    @TestFactory
    List<DynamicTest> cohortGradients_equalTheReference() {
        List<DynamicTest> tests = new ArrayList<>();
        TinyTransformers.all()
                .forEach(
                        (family, base) ->
                                TinyHeads.all(base)
                                        .forEach(
                                                (name, head) ->
                                                        tests.add(
                                                                DynamicTest.dynamicTest(
                                                                        family + " " + name,
                                                                        () ->
                                                                                checkCohort(
                                                                                        base,
                                                                                        head)))));
        return tests;
    }

    private void checkCohort(Transformer base, Head head) {
        Pair pair = pair(base, head, Adapter.Kind.R_ONLY);
        List<float[]> values = new ArrayList<>();
        List<List<Example>> batches = new ArrayList<>();
        List<float[]> expected = new ArrayList<>();
        List<float[]> actual = new ArrayList<>();
        for (int client = 0; client < 5; client++) {
            values.add(TinyTransformers.values(pair.values().length, 0.2, 60 + client));
            int[] lengths = client == 3 ? new int[0] : new int[] {7 + client, 24, 1, 13};
            batches.add(pair.rows(70 + client, lengths));
            expected.add(new float[pair.values().length]);
            actual.add(TinyTransformers.values(pair.values().length, 1, 80));
        }

        List<Dropout> dropouts =
                IntStream.range(0, 5).mapToObj(i -> new Dropout(i / 10.0, 90 + i)).toList();

        double[] expectedLosses =
                pair.expected().cohortGradients(values, batches, dropouts, expected);
        double[] losses = pair.actual().cohortGradients(values, batches, dropouts, actual);

        for (int client = 0; client < 5; client++) {
            assertEquals(expectedLosses[client], losses[client], TOLERANCE * 10);
            assertClose(pair, expected.get(client), actual.get(client));
        }
    }

    @TestFactory
    List<DynamicTest> bare_featuresAndSums_equalTheReference() {
        List<DynamicTest> tests = new ArrayList<>();
        TinyTransformers.all()
                .forEach(
                        (family, base) ->
                                tests.add(DynamicTest.dynamicTest(family, () -> checkBare(base))));
        return tests;
    }

    private void checkBare(Transformer base) {
        LoadedBase expected = load(reference, kept(base));
        LoadedBase actual = load(engine(), base);
        Head head = TinyHeads.all(base).get("tied-transform-lm");
        List<Example> rows = TinyHeads.rows(head, 5, LENGTHS);
        List<List<Example>> batches = List.of(rows.subList(0, 4), rows.subList(4, 15));
        List<String> targets =
                base.linears().stream().map(Linear::name).filter(n -> !n.contains("k")).toList();

        assertClose(expected.features(rows), actual.features(rows), "features");
        assertSums(
                expected.weightGradients(targets, kept(head), batches, Progress.SILENT),
                actual.weightGradients(targets, head, batches, Progress.SILENT));
        assertSums(
                expected.inputMoments(targets, rows, Progress.SILENT),
                actual.inputMoments(targets, rows, Progress.SILENT));
    }

    private static void assertSums(List<MatrixSum> expected, List<MatrixSum> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            MatrixSum sum = expected.get(i);
            assertEquals(sum.name(), actual.get(i).name());
            assertEquals(sum.rows(), actual.get(i).rows());
            assertEquals(sum.columns(), actual.get(i).columns());
            assertClose(sum.values(), actual.get(i).values(), sum.name());
        }
    }

    @TestFactory
    List<DynamicTest> session_givesTheLogitsOfTheWholeText() {
        return everywhere(
                pair -> {
                    boolean next =
                            pair.head() instanceof Head.LanguageModel
                                    && pair.actual().layout().equals(pair.expected().layout());
                    if (next && isCausal(pair)) {
                        checkSession(pair);
                    } else {
                        assertThrows(
                                UnsupportedOperationException.class,
                                () -> pair.actual().session(pair.values(), 8));
                    }
                });
    }

    private static boolean isCausal(Pair pair) {
        try {
            return pair.expected().session(pair.values(), 8).length() == 0;
        } catch (UnsupportedOperationException e) {
            return false;
        }
    }

    private static void checkSession(Pair pair) {
        Example text = pair.rows(6, 24).getFirst();
        float[] all = pair.expected().logits(pair.values(), List.of(text)).getFirst();
        int width = TinyTransformers.VOCABULARY;
        TextSession session = pair.actual().session(pair.values(), 24);
        int[] cuts = {9, 10, 11, 20, 24};
        for (int cut : cuts) {
            int[] part = Arrays.copyOfRange(text.tokenIds(), session.length(), cut);
            float[] last = new float[width];
            System.arraycopy(all, (cut - 1) * width, last, 0, width);

            assertClose(last, session.append(part), "length=" + cut);
            assertEquals(cut, session.length());
        }
    }

    @Test
    void base_withTwoAdaptersInTurn_keepsThemApart() {
        Transformer base = TinyTransformers.llama(61);
        Head head = TinyHeads.all(base).get("free-lm");
        Adapter wide = TinyTransformers.adapter(base, Adapter.Kind.R_ONLY, 4, 0.5, 62);
        Adapter narrow = TinyTransformers.adapter(base, Adapter.Kind.LORA, 1, 0.5, 63);
        LoadedBase expected = load(reference, kept(base));
        LoadedBase actual = load(engine(), base);
        List<Example> rows = TinyHeads.rows(head, 7, 9, 4);
        for (int turn = 0; turn < 2; turn++) {
            for (Adapter adapter : List.of(wide, narrow)) {
                AdaptedModel model = expected.attach(adapter, kept(head), Set.of());
                float[] values = TinyTransformers.values(model.layout().size(), 0.3, 64);
                float[] want = model.logits(values, rows).getFirst();
                AdaptedModel own = actual.attach(adapter, head, Set.of());
                assertClose(want, own.logits(values, rows).getFirst(), "logits");
                assertClose(expected.features(rows), actual.features(rows), "features");
            }
        }
    }

    @Test
    void batch_withoutAnyLabel_hasLossAndGradientZero() {
        Transformer base = TinyTransformers.gpt2(65);
        Head head = TinyHeads.all(base).get("free-lm");
        Pair pair = pair(base, head, Adapter.Kind.LORA);
        Example silent = new Example(new int[] {3, 4}, new int[] {5, Example.NO_LABEL});
        float[] gradient = TinyTransformers.values(pair.values().length, 1, 66);

        assertEquals(0, pair.actual().gradient(pair.values(), List.of(silent), gradient));
        assertArrayEquals(new float[gradient.length], gradient);
        assertEquals(0, pair.actual().gradient(pair.values(), List.of(), gradient));
        pair.actual()
                .exampleGradients(
                        pair.values(),
                        List.of(silent),
                        (i, loss, own) -> assertArrayEquals(new float[own.length], own));
        assertEquals(List.of(), pair.actual().score(pair.values(), List.of()));
    }

    @Test
    void badRows_areRefusedByName() {
        Transformer base = TinyTransformers.bert(67);
        Pair pair = pair(base, TinyHeads.all(base).get("mean"), Adapter.Kind.LORA);
        float[] gradient = new float[pair.values().length];
        Example foreign = new Example(new int[] {29}, 0);
        Example classless = new Example(new int[] {1}, TinyHeads.CLASSES);
        Example longRow = new Example(new int[25], 0);
        for (Example bad : List.of(foreign, classless, longRow)) {
            IllegalArgumentException e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> pair.actual().gradient(pair.values(), List.of(bad), gradient));
            assertTrue(e.getMessage().contains("bound="), e.getMessage());
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> pair.actual().gradient(new float[1], List.of(), gradient));
    }
}
