package dev.gossamer.client.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.tensor.CpuEngine;
import dev.gossamer.client.tensor.TruncatedSvd;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Progress;
import dev.gossamer.client.weights.FloatMatrix;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.adapter.Bfloat16;
import dev.gossamer.protocols.adapter.Residual;
import dev.gossamer.protocols.algebra.Factored;
import dev.gossamer.protocols.basis.Rebasing;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

class GradientBasisTest {
    private static final int RANK = 3;
    private static final double LEARNING_RATE = 5e-3;
    private static final int BATCH = 4;

    private final Workers workers = new Workers(2);
    private final Transformer base = TinyTransformers.bert(1);
    private final int hidden = base.architecture().hidden();
    private final Head.SequenceClassifier head =
            TinyHeads.sequence(base, Head.Pooling.MEAN, Optional.empty(), 2);
    private final List<Example> sample = TinyHeads.rows(head, 3, 5, 9, 3, 7, 11, 4, 6, 8);

    @AfterEach
    void stop() {
        workers.close();
    }

    private static LoadedBase reference(Transformer transformer) {
        return new ReferenceEngine().load(transformer, Engine.Storage.FP32, Engine.Precision.FP32);
    }

    private GradientBasis.Start start(int rank, Workers on) {
        return start(
                reference(base),
                new TargetSelector(List.of(TargetSelector.ALL), rank).select(base),
                sample,
                on);
    }

    private GradientBasis.Start start(
            LoadedBase loaded,
            List<TargetSelector.Choice> choices,
            List<Example> rows,
            Workers on) {
        return made(loaded, choices, GradientBasis.fitted(loaded, newHead(), rows), rows, on);
    }

    private NewHead newHead() {
        return new NewHead(head, List.of(head.output().name()));
    }

    private static GradientBasis.Start made(
            LoadedBase loaded,
            List<TargetSelector.Choice> choices,
            NewHead newHead,
            List<Example> rows,
            Workers on) {
        return GradientBasis.make(
                loaded,
                choices,
                newHead,
                rows,
                new GradientBasis.Plan(LEARNING_RATE, BATCH),
                on,
                Progress.SILENT);
    }

    /** The head that the adapter starts with. */
    private Head fitted(GradientBasis.Start start) {
        float[] values = start.adapter().values();
        int bias = values.length - TinyHeads.CLASSES;
        int weight = bias - TinyHeads.CLASSES * hidden;
        return Heads.with(
                head,
                map ->
                        new Linear(
                                map.name(),
                                FloatMatrix.of(
                                        Arrays.copyOfRange(values, weight, bias),
                                        TinyHeads.CLASSES,
                                        hidden),
                                Optional.of(Arrays.copyOfRange(values, bias, values.length))));
    }

    private Map<String, float[]> gradients(Head through, List<List<Example>> batches) {
        List<String> names = base.linears().stream().map(l -> l.name()).toList();
        Map<String, float[]> gradients = new TreeMap<>();
        reference(base)
                .weightGradients(names, through, batches, Progress.SILENT)
                .forEach(sum -> gradients.put(sum.name(), sum.values()));
        return gradients;
    }

    @Test
    void make_factorsOfEveryTarget_areOrthonormal() {
        GradientBasis.Start start = start(RANK, workers);

        assertEquals(base.linears().size(), start.basis().targets().size());
        for (Basis.Target target : start.basis().targets()) {
            for (int i = 0; i < RANK; i++) {
                for (int j = 0; j < RANK; j++) {
                    double expected = i == j ? 1 : 0;
                    assertEquals(expected, rows(target, i, j), 1e-5, target.name());
                    assertEquals(expected, columns(target, i, j), 1e-5, target.name());
                }
            }
        }
    }

    private static double rows(Basis.Target t, int i, int j) {
        double sum = 0;
        for (int k = 0; k < t.in(); k++) {
            sum += (double) t.a()[i * t.in() + k] * t.a()[j * t.in() + k];
        }
        return sum;
    }

    private static double columns(Basis.Target t, int i, int j) {
        double sum = 0;
        for (int k = 0; k < t.out(); k++) {
            sum += (double) t.b()[k * t.rank() + i] * t.b()[k * t.rank() + j];
        }
        return sum;
    }

    @Test
    void make_firstR_isDiagonalPositiveAndWithinItsBound() {
        GradientBasis.Start start = start(RANK, workers);

        double eta = LEARNING_RATE * BATCH / sample.size();
        for (Basis.Target t : start.basis().targets()) {
            int offset = start.adapter().layout().offset(t.sliceName());
            double squares = 0;
            for (int i = 0; i < RANK * RANK; i++) {
                float value = start.adapter().values()[offset + i];
                assertTrue(i % (RANK + 1) == 0 ? value > 0 : value == 0, t.name() + ", i=" + i);
                squares += (double) value * value;
            }
            assertTrue(Math.sqrt(squares) <= eta * Math.sqrt(t.in() * t.out()), t.name());
            assertTrue(Math.sqrt(squares) > 0.2 * eta * Math.sqrt(t.in() * t.out()), t.name());
        }
    }

    /** What other nodes decode; R's product on it is off by the rounding of both factors. */
    @Test
    void rounded_startOfHalfTheBytes_isDecodedFromItsArtifactAndKeepsTheStep()
            throws ArtifactFormatException {
        GradientBasis.Start start = start(RANK, workers);

        GradientBasis.Start rounded = start.rounded();

        Basis decoded = BasisCodec.decode(rounded.artifact());
        assertArrayEquals(BasisCodec.encode(decoded), BasisCodec.encode(rounded.basis()));
        assertTrue(rounded.artifact().length < 0.6 * start.artifact().length);
        for (int t = 0; t < decoded.targets().size(); t++) {
            Residual before = Rebasing.merged(start.basis(), start.adapter()).get(t);
            Residual after = Rebasing.merged(rounded.basis(), rounded.adapter()).get(t);
            double lost =
                    Factored.stacked(List.of(before.change(), after.change().times(-1))).norm();
            assertTrue(lost < 2 * Bfloat16.UNIT * before.change().norm(), before.target());
            assertTrue(lost > 0, before.target());
        }
    }

    /** At full rank nothing is cut off, so the product is the step itself. */
    @Test
    void make_fullRank_givesMinusEtaTimesTheSignOfTheGradient() {
        GradientBasis.Start start = start(hidden, workers);

        List<List<Example>> batches = List.of(sample.subList(0, 4), sample.subList(4, 8));
        Map<String, float[]> gradients = gradients(fitted(start), batches);
        for (Basis.Target target : start.basis().targets()) {
            float[] expected = gradients.get(target.name()).clone();
            for (int i = 0; i < expected.length; i++) {
                expected[i] = (float) (-LEARNING_RATE / 2 * Math.signum(expected[i]));
            }
            assertArrayEquals(expected, product(target, start.adapter()), 1e-7f, target.name());
        }
    }

    /** B R A, {@code [out × in]}. */
    private static float[] product(Basis.Target t, AdapterState adapter) {
        int r = t.rank();
        int offset = adapter.layout().offset(t.sliceName());
        float[] product = new float[t.out() * t.in()];
        for (int o = 0; o < t.out(); o++) {
            for (int i = 0; i < t.in(); i++) {
                double sum = 0;
                for (int k = 0; k < r; k++) {
                    sum +=
                            (double) t.b()[o * r + k]
                                    * adapter.values()[offset + k * r + k]
                                    * t.a()[k * t.in() + i];
                }
                product[o * t.in() + i] = (float) sum;
            }
        }
        return product;
    }

    /** {@code B gR A = B Bᵀ g Aᵀ A}: with orthonormal factors nothing better fits the gradient. */
    @Test
    void gradientOfR_isTheProjectionOfTheFullGradient() {
        GradientBasis.Start start = start(RANK, workers);
        float[] values = start.adapter().values().clone();
        Arrays.fill(values, 0, start.basis().targets().size() * RANK * RANK, 0);
        AdaptedModel model =
                reference(base)
                        .attach(Adapter.of(start.basis()), head, Set.of(head.output().name()));
        float[] gradient = new float[values.length];

        model.gradient(values, sample, gradient);

        Map<String, float[]> full = gradients(fitted(start), List.of(sample));
        for (Basis.Target target : start.basis().targets()) {
            int offset = start.adapter().layout().offset(target.sliceName());
            assertArrayEquals(
                    projected(target, full.get(target.name())),
                    Arrays.copyOfRange(gradient, offset, offset + RANK * RANK),
                    1e-6f,
                    target.name());
        }
    }

    /** Bᵀ g Aᵀ, {@code [rank × rank]}. */
    private static float[] projected(Basis.Target t, float[] g) {
        double[] sums = new double[RANK * RANK];
        for (int o = 0; o < t.out(); o++) {
            for (int i = 0; i < t.in(); i++) {
                for (int k = 0; k < RANK * RANK; k++) {
                    sums[k] +=
                            (double) t.b()[o * RANK + k / RANK]
                                    * g[o * t.in() + i]
                                    * t.a()[k % RANK * t.in() + i];
                }
            }
        }
        float[] projected = new float[sums.length];
        for (int k = 0; k < sums.length; k++) {
            projected[k] = (float) sums[k];
        }
        return projected;
    }

    /** The base's own head stays as it is, and nothing but R is trained. */
    @Test
    void make_ofALanguageModel_trainsNoHead() {
        Transformer decoder = TinyTransformers.llama(4);
        Head language = TinyHeads.language(decoder, Optional.empty(), true, false, 5);
        List<Example> rows = TinyHeads.rows(language, 6, 7, 9, 4);

        GradientBasis.Start start =
                GradientBasis.make(
                        reference(decoder),
                        new TargetSelector(List.of("gate", "query"), 2).select(decoder),
                        new NewHead(language, List.of()),
                        rows,
                        new GradientBasis.Plan(LEARNING_RATE, BATCH),
                        workers,
                        Progress.SILENT);

        assertEquals(2 * decoder.blocks().size(), start.adapter().layout().slices().size());
        assertTrue(
                start.adapter().layout().slices().stream().allMatch(s -> s.name().endsWith(".R")));
        assertEquals("layers.0.attn.q", start.basis().targets().getFirst().name());
    }

    @Test
    void make_oneWorkerOrTwo_givesTheSameBits() {
        try (Workers one = new Workers(1)) {
            GradientBasis.Start two = onCpu(workers);
            GradientBasis.Start alone = onCpu(one);

            assertEquals(two.adapter().digest(), alone.adapter().digest());
            for (int t = 0; t < two.basis().targets().size(); t++) {
                Basis.Target expected = two.basis().targets().get(t);
                assertArrayEquals(expected.a(), alone.basis().targets().get(t).a());
                assertArrayEquals(expected.b(), alone.basis().targets().get(t).b());
            }
        }
    }

    private GradientBasis.Start onCpu(Workers on) {
        return start(
                new CpuEngine(on).load(base, Engine.Storage.FP32, Engine.Precision.FP32),
                new TargetSelector(List.of(TargetSelector.ALL), RANK).select(base),
                sample,
                on);
    }

    @Test
    void make_withoutRowsOrTargets_isRefused() {
        var choices = new TargetSelector(List.of("query"), 2).select(base);
        var rows =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> made(reference(base), choices, newHead(), List.of(), workers));
        var targets =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> start(reference(base), List.of(), sample, workers));

        assertEquals("basis needs a sample and targets: rows=0, targets=2", rows.getMessage());
        assertEquals("basis needs a sample and targets: rows=8, targets=0", targets.getMessage());
    }

    /** Eckart and Young: what the truncation leaves out is the sum of the discarded squares. */
    @Test
    void svd_truncated_leavesTheDiscardedSquares() {
        int rows = 17;
        int columns = 11;
        float[] matrix = TinyTransformers.values(rows * columns, 1, 7);

        TruncatedSvd svd = TruncatedSvd.ofInPlace(matrix.clone(), rows, columns, 4);

        double squares = 0;
        List<Float> descending = new ArrayList<>();
        for (float value : svd.values()) {
            descending.add(value);
        }
        for (int i = 0; i < rows * columns; i++) {
            double rest = matrix[i];
            for (int k = 0; k < 4; k++) {
                rest -=
                        (double) svd.left()[i / columns * 4 + k]
                                * svd.values()[k]
                                * svd.right()[k * columns + i % columns];
            }
            squares += rest * rest;
        }
        assertEquals(svd.discarded(), squares, 1e-4);
        assertEquals(
                descending.stream().sorted((a, b) -> Float.compare(b, a)).toList(), descending);
    }
}
