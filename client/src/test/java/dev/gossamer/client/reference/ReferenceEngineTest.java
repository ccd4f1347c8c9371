package dev.gossamer.client.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Adapter.Kind;
import dev.gossamer.client.adapter.Adapter.Target;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Activation;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Head.Pooling;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.TinyTransformers.Parts;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.AdaptedModel.RowScore;
import dev.gossamer.client.train.AdaptedModel.TextSession;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Engine.LoadedBase.MatrixSum;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.client.train.Progress;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

class ReferenceEngineTest {
    private static final Transformer ENCODER = TinyTransformers.bert(41);
    private static final Transformer DECODER = TinyTransformers.mistral(42);
    private static final Head.SequenceClassifier CLASSIFIER =
            TinyHeads.sequence(ENCODER, Pooling.MEAN, Optional.of(Activation.TANH), 43);
    private static final Head.LanguageModel LANGUAGE =
            TinyHeads.language(DECODER, Optional.empty(), true, true, 44);

    /** One rounding to fp32 on each side. */
    private static final double ROUNDING = 1e-6;

    private static LoadedBase load(Transformer base) {
        return new ReferenceEngine().load(base, Storage.FP32, Precision.FP32);
    }

    private static AdaptedModel attach(Transformer base, Head head, Kind kind) {
        Adapter adapter = TinyTransformers.adapter(base, kind, 2, 0.7, 45);
        return load(base).attach(adapter, head, Set.of());
    }

    private static float[] values(AdaptedModel model, long seed) {
        return TinyTransformers.values(model.layout().size(), 0.4, seed);
    }

    @Test
    void layout_withTrainedHead_appendsHiddenMapBeforeOutput() {
        Adapter adapter =
                TinyTransformers.adapter(ENCODER.linears().subList(0, 1), Kind.LORA, 2, 1, 45);

        AdaptedModel model =
                load(ENCODER).attach(adapter, CLASSIFIER, Set.of("classifier", "dense"));

        assertEquals(
                List.of(
                        new Slice("layers.0.attn.q.lora_A", 2, 12),
                        new Slice("layers.0.attn.q.lora_B", 12, 2),
                        new Slice("dense.weight", 10, 12),
                        new Slice("dense.bias", 1, 10),
                        new Slice("classifier.weight", 5, 10),
                        new Slice("classifier.bias", 1, 5)),
                model.layout().slices());
    }

    @Test
    void exampleGradients_weightedByLabels_sumToTheBatchGradient() {
        AdaptedModel model = attach(DECODER, LANGUAGE, Kind.LORA);
        float[] values = values(model, 46);
        List<Example> rows = TinyHeads.rows(LANGUAGE, 47, 5, 1, 8);
        float[] batch = new float[values.length];
        double loss = model.gradient(values, rows, batch);
        // Labels at places not divisible by three, less the first, which nothing scores.
        double[] weights = {3 / 8.0, 0, 5 / 8.0};
        double[] sum = new double[values.length];
        double[] lossSum = {0};

        model.exampleGradients(
                values,
                rows,
                (i, own, gradient) -> {
                    lossSum[0] += weights[i] * own;
                    IntStream.range(0, sum.length).forEach(j -> sum[j] += weights[i] * gradient[j]);
                });

        assertEquals(loss, lossSum[0], ROUNDING);
        assertArrayEquals(NormLayer.doubles(batch), sum, ROUNDING);
    }

    @Test
    void gradient_withoutLabels_isZero() {
        AdaptedModel model = attach(DECODER, LANGUAGE, Kind.LORA);
        float[] values = values(model, 46);
        float[] gradient = values.clone();
        Example silent = new Example(new int[] {3, 4}, new int[] {7, Example.NO_LABEL});

        assertEquals(0, model.gradient(values, List.of(silent), gradient));
        assertArrayEquals(new float[values.length], gradient);
        assertEquals(0, model.gradient(values, List.of(), gradient));
        assertArrayEquals(new float[values.length], gradient);
    }

    @Test
    void cohortGradients_ofSeveralClients_areThoseOneByOne() {
        AdaptedModel model = attach(ENCODER, CLASSIFIER, Kind.R_ONLY);
        List<float[]> values = List.of(values(model, 48), values(model, 49));
        List<List<Example>> batches =
                List.of(TinyHeads.rows(CLASSIFIER, 50, 4, 6), TinyHeads.rows(CLASSIFIER, 51, 3));
        List<float[]> gradients =
                List.of(new float[values.getFirst().length], new float[values.getFirst().length]);

        double[] losses = model.cohortGradients(values, batches, gradients);

        for (int i = 0; i < losses.length; i++) {
            float[] alone = new float[values.get(i).length];
            assertEquals(model.gradient(values.get(i), batches.get(i), alone), losses[i]);
            assertArrayEquals(alone, gradients.get(i));
        }
    }

    @Test
    void cohortGradients_ofFactors_areRefused() {
        AdaptedModel model = attach(ENCODER, CLASSIFIER, Kind.LORA);

        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> model.cohortGradients(List.of(), List.of(), List.of()));

        assertEquals(
                "cohort does not share its factors: kind=LORA, bound=R_ONLY", refused.getMessage());
    }

    /** A token's scores depend on nothing after it, so the text may grow in any pieces. */
    @Test
    void session_appendedInPieces_givesTheScoresOfTheWhole() {
        AdaptedModel model = attach(DECODER, LANGUAGE, Kind.LORA);
        float[] values = values(model, 46);
        int[] ids = {5, 17, 2, 28, 11, 11, 3};
        float[] whole =
                model.logits(values, List.of(new Example(ids, new int[ids.length]))).getFirst();
        int width = TinyTransformers.VOCABULARY;

        TextSession session = model.session(values, ids.length);

        assertArrayEquals(part(whole, 2, width), session.append(5, 17, 2), 1e-6f);
        assertArrayEquals(part(whole, 3, width), session.append(28), 1e-6f);
        assertEquals(4, session.length());
        assertArrayEquals(part(whole, 6, width), session.append(11, 11, 3), 1e-6f);
        assertEquals(
                "tokens do not fit the text: tokens=1, length=7, capacity=7",
                assertThrows(IllegalArgumentException.class, () -> session.append(1)).getMessage());
    }

    private static float[] part(float[] all, int row, int width) {
        return Arrays.copyOfRange(all, row * width, (row + 1) * width);
    }

    @Test
    void session_ofClassifier_isRefused() {
        AdaptedModel model = attach(ENCODER, CLASSIFIER, Kind.LORA);

        UnsupportedOperationException refused =
                assertThrows(
                        UnsupportedOperationException.class,
                        () -> model.session(values(model, 46), 4));

        assertEquals(
                "model does not continue texts: family=bert, head=SequenceClassifier",
                refused.getMessage());
    }

    /** Beyond the reach of the window through both layers, a token changes nothing. */
    @Test
    void window_ofFiveTokensAndTwoLayers_reachesEightBack() {
        AdaptedModel model = attach(DECODER, LANGUAGE, Kind.LORA);
        float[] values = values(model, 46);
        int[] ids = IntStream.range(0, 12).toArray();
        int[] other = ids.clone();
        other[0] = 20;
        List<float[]> logits =
                model.logits(values, List.of(new Example(ids, ids), new Example(other, other)));
        int width = TinyTransformers.VOCABULARY;

        for (int t = 0; t < ids.length; t++) {
            boolean equal =
                    Arrays.equals(part(logits.get(0), t, width), part(logits.get(1), t, width));
            assertEquals(t > 8, equal, "token " + t);
        }
    }

    @Test
    void score_ofLanguageModel_readsTheTokenBefore() {
        AdaptedModel model = attach(DECODER, LANGUAGE, Kind.LORA);
        float[] values = values(model, 46);
        Example row = new Example(new int[] {5, 17, 2}, new int[] {5, 17, Example.NO_LABEL});
        float[] logits = part(model.logits(values, List.of(row)).getFirst(), 0, 29);
        double sum = 0;
        int highest = 0;
        for (int c = 0; c < logits.length; c++) {
            sum += Math.exp(logits[c]);
            highest = logits[c] > logits[highest] ? c : highest;
        }

        RowScore score = model.score(values, List.of(row)).getFirst();

        assertArrayEquals(new int[] {17}, score.labels());
        assertArrayEquals(new int[] {highest}, score.predictions());
        assertEquals(Math.log(sum) - logits[17], score.lossSum(), ROUNDING);
    }

    /** The mean-pooling head of the identity returns the features. */
    @Test
    void features_ofRows_areThePooledOutputs() {
        int hidden = ENCODER.architecture().hidden();
        float[] identity = new float[hidden * hidden];
        IntStream.range(0, hidden).forEach(i -> identity[i * hidden + i] = 1);
        Head head =
                new Head.SequenceClassifier(
                        Pooling.MEAN,
                        Optional.empty(),
                        new Linear(
                                "identity",
                                TinyTransformers.matrix(hidden, hidden, identity),
                                Optional.empty()));
        AdaptedModel model = attach(ENCODER, head, Kind.LORA);
        List<Example> rows = TinyHeads.rows(CLASSIFIER, 52, 4, 7);

        float[] features = load(ENCODER).features(rows);

        List<float[]> pooled = model.logits(new float[model.layout().size()], rows);
        assertArrayEquals(pooled.get(0), part(features, 0, hidden), 1e-6f);
        assertArrayEquals(pooled.get(1), part(features, 1, hidden), 1e-6f);
    }

    /** At R = 0 the gradient of R is {@code s Bᵀ dW Aᵀ}. */
    @Test
    void weightGradients_foldedByTheFactors_areTheGradientOfR() {
        Adapter adapter = TinyTransformers.adapter(ENCODER, Kind.R_ONLY, 2, 0.7, 45);
        AdaptedModel model = load(ENCODER).attach(adapter, CLASSIFIER, Set.of());
        List<List<Example>> batches =
                List.of(TinyHeads.rows(CLASSIFIER, 53, 5, 2), TinyHeads.rows(CLASSIFIER, 54, 6));
        float[] zeros = new float[model.layout().size()];
        float[][] gradients = {zeros.clone(), zeros.clone()};
        for (int i = 0; i < 2; i++) {
            model.gradient(zeros, batches.get(i), gradients[i]);
        }
        List<String> steps = new ArrayList<>();
        List<String> names = adapter.targets().stream().map(Target::name).toList();

        List<MatrixSum> sums =
                load(ENCODER)
                        .weightGradients(
                                names,
                                CLASSIFIER,
                                batches,
                                (done, total) -> steps.add(done + "/" + total));

        assertEquals(List.of("1/2", "2/2"), steps);
        for (int i = 0; i < names.size(); i++) {
            Target target = adapter.targets().get(i);
            double[] folded = folded(target, sums.get(i));
            int offset = model.layout().offset(Adapter.sliceOfR(target.name()));
            for (int j = 0; j < folded.length; j++) {
                double sum = (double) gradients[0][offset + j] + gradients[1][offset + j];
                assertEquals(sum, folded[j], ROUNDING, target.name());
            }
        }
    }

    private static double[] folded(Target target, MatrixSum sum) {
        Rows a = rows(target.rank(), target.in(), target.frozenA().orElseThrow());
        Rows b = rows(target.out(), target.rank(), target.frozenB().orElseThrow());
        Rows dw = rows(sum.rows(), sum.columns(), sum.values());
        assertEquals(target.name(), sum.name());
        return b.transposedTimes(dw).timesTransposed(a).scaled(target.scaling()).values();
    }

    private static Rows rows(int rows, int columns, float[] values) {
        return new Rows(rows, columns, NormLayer.doubles(values));
    }

    /** Without a norm before them, the first maps see the sum of the embeddings. */
    @Test
    void inputMoments_ofFirstMap_areThoseOfTheEmbeddings() {
        Transformer base =
                TinyTransformers.of(
                        TinyTransformers.encoder("plain", 3, Activation.RELU),
                        new Parts(false, 0, false, false, false, false, true, true),
                        55);
        Example row = new Example(new int[] {7, 7, 2}, 0);
        float[] seven = new float[12];
        float[] two = new float[12];
        base.words().readRow(7, seven, 0);
        base.words().readRow(2, two, 0);

        List<MatrixSum> moments =
                load(base)
                        .inputMoments(
                                List.of("layers.0.attn.k", "layers.1.mlp.down"),
                                List.of(row, row),
                                Progress.SILENT);

        MatrixSum first = moments.getFirst();
        assertEquals("layers.0.attn.k", first.name());
        for (int i = 0; i < 12; i++) {
            for (int j = 0; j < 12; j++) {
                double expected = 2 * (2.0 * seven[i] * seven[j] + (double) two[i] * two[j]);
                assertEquals(expected, first.values()[i * 12 + j], 1e-5);
            }
        }
        assertEquals(14, moments.getLast().rows());
        assertTrue(IntStream.range(0, 14).allMatch(i -> moments.getLast().values()[i * 15] >= 0));
    }

    @ParameterizedTest
    @EnumSource(Storage.class)
    void load_inAnyStorage_readsTheStoredValues(Storage storage) {
        List<Example> rows = TinyHeads.rows(CLASSIFIER, 52, 4);

        LoadedBase base = new ReferenceEngine().load(ENCODER, storage, Precision.FP32);

        assertArrayEquals(load(ENCODER).features(rows), base.features(rows));
    }

    @Test
    void load_inHalfPrecision_isRefused() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new ReferenceEngine().load(ENCODER, Storage.FP32, Precision.BF16));

        assertEquals(
                "engine has no such precision: engine=reference, precision=BF16, bound=FP32",
                refused.getMessage());
    }

    @Test
    void load_ofWindowInBothDirections_isRefused() {
        Transformer base =
                TinyTransformers.of(
                        TinyTransformers.windowed(ENCODER.architecture(), 4),
                        new Parts(true, 0, true, false, false, false, true, true),
                        56);

        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> load(base));

        assertEquals(
                "engine has no window without a causal mask: engine=reference, window=4",
                refused.getMessage());
    }

    @Test
    void attach_ofStrangers_namesThem() {
        Optional<float[]> none = Optional.empty();
        Adapter unknown =
                new Adapter(Kind.LORA, List.of(new Target("layers.9.x", 2, 12, 12, 1, none, none)));
        Adapter wide =
                new Adapter(
                        Kind.LORA,
                        List.of(new Target("layers.0.attn.q", 2, 13, 12, 1, none, none)));
        Adapter good = TinyTransformers.adapter(ENCODER, Kind.LORA, 2, 1, 45);

        assertTrue(
                refusal(unknown, Set.of())
                        .startsWith(
                                "target is no map of the base: target=layers.9.x,"
                                        + " known=[layers.0.attn.q, "));
        assertEquals(
                "adapter does not fit the map: target=layers.0.attn.q, adapter=12x13, map=12x12",
                refusal(wide, Set.of()));
        assertEquals(
                "trained map is not in the head: name=pooler, known=[dense, classifier]",
                refusal(good, Set.of("pooler")));
    }

    private static String refusal(Adapter adapter, Set<String> trainedHead) {
        return assertThrows(
                        IllegalArgumentException.class,
                        () -> load(ENCODER).attach(adapter, CLASSIFIER, trainedHead))
                .getMessage();
    }

    @Test
    void gradient_ofRowsThatDoNotFit_namesTheRow() {
        AdaptedModel model = attach(ENCODER, CLASSIFIER, Kind.LORA);
        float[] values = values(model, 46);

        assertEquals(
                "row does not fit the model: tokens=25, bound=24",
                refusal(model, values, new Example(new int[25], 0)));
        assertEquals(
                "token is outside the vocabulary: id=29, bound=29",
                refusal(model, values, new Example(new int[] {29}, 0)));
        assertEquals(
                "label is outside the classes: label=5, bound=5",
                refusal(model, values, new Example(new int[] {1}, 5)));
        assertEquals(
                "labels do not fit the row: labels=2, bound=1",
                refusal(model, values, new Example(new int[] {1, 2}, new int[] {1, 2})));
        assertEquals(
                "array does not fit the layout: values=3, bound=" + values.length,
                refusal(model, new float[3], new Example(new int[] {1}, 0)));
    }

    private static String refusal(AdaptedModel model, float[] values, Example row) {
        float[] gradient = new float[model.layout().size()];
        return assertThrows(
                        IllegalArgumentException.class,
                        () -> model.gradient(values, List.of(row), gradient))
                .getMessage();
    }
}
