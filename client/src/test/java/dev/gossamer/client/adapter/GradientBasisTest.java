package dev.gossamer.client.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.client.model.LinearRole;
import dev.gossamer.client.tensor.DenseGradientSum;
import dev.gossamer.client.tensor.TensorClassifier;
import dev.gossamer.client.tensor.TruncatedSvd;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Progress;
import dev.gossamer.client.train.ReferenceClassifier;
import dev.gossamer.client.train.TinyEncoder;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Basis;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class GradientBasisTest {
    private static final int RANK = 3;
    private static final double LEARNING_RATE = 5e-3;

    private final Workers workers = new Workers(2);
    private final TinyEncoder tiny = new TinyEncoder();
    private final EncoderWeights weights = tiny.weights();
    private final List<Example> sample = tiny.batch();
    private final int hidden = TinyEncoder.SHAPE.hidden();

    @AfterEach
    void stop() {
        workers.close();
    }

    private GradientBasis.Start start(int rank, Workers on) {
        List<LinearRole> all = List.of(LinearRole.values());
        return GradientBasis.make(
                weights,
                sample,
                TinyEncoder.CLASSES,
                new GradientBasis.Plan(all, rank, LEARNING_RATE, 2),
                on,
                Progress.SILENT);
    }

    @Test
    void make_factorsOfEveryTarget_areOrthonormal() {
        for (Basis.Target target : start(RANK, workers).basis().targets()) {
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

        for (Basis.Target t : start.basis().targets()) {
            int offset = start.adapter().layout().offset(t.sliceName());
            double squares = 0;
            for (int i = 0; i < RANK * RANK; i++) {
                float value = start.adapter().values()[offset + i];
                assertTrue(i % (RANK + 1) == 0 ? value > 0 : value == 0, t.name() + ", i=" + i);
                squares += (double) value * value;
            }
            double eta = LEARNING_RATE / 2;
            assertTrue(Math.sqrt(squares) <= eta * Math.sqrt(t.in() * t.out()), t.name());
            assertTrue(Math.sqrt(squares) > 0.2 * eta * Math.sqrt(t.in() * t.out()), t.name());
        }
    }

    @Test
    void make_fullRank_givesMinusEtaTimesTheSignOfTheGradient() {
        GradientBasis.Start start = start(hidden, workers);
        float[] head =
                Arrays.copyOfRange(
                        start.adapter().values(),
                        start.adapter().values().length - TinyEncoder.CLASSES * (hidden + 1),
                        start.adapter().values().length);
        List<DenseGradientSum.Matrix> gradients =
                DenseGradientSum.over(
                        weights,
                        List.of(LinearRole.values()),
                        sample,
                        2,
                        head,
                        workers,
                        Progress.SILENT);

        for (int t = 0; t < gradients.size(); t++) {
            Basis.Target target = start.basis().targets().get(t);
            float[] expected = gradients.get(t).values().clone();
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

    /** Where B and A select rows and columns and R is zero, R's gradient is a part of W's. */
    @Test
    void over_sampleOfOneBatch_equalsTheReferenceGradient() {
        float[] head = tiny.floats(TinyEncoder.CLASSES * (hidden + 1), 0, 0.5);
        List<DenseGradientSum.Matrix> gradients =
                DenseGradientSum.over(
                        weights,
                        List.of(LinearRole.values()),
                        sample,
                        sample.size(),
                        head,
                        workers,
                        Progress.SILENT);
        Basis selecting = new Basis(gradients.stream().map(m -> selecting(m)).toList());
        var reference = new ReferenceClassifier(weights, selecting, TinyEncoder.CLASSES);
        float[] values = new float[reference.layout().size()];
        System.arraycopy(head, 0, values, values.length - head.length, head.length);
        float[] expected = new float[values.length];
        reference.gradient(values, sample, expected);

        for (DenseGradientSum.Matrix matrix : gradients) {
            int offset = reference.layout().offset(matrix.name() + ".R");
            for (int i = 0; i < hidden; i++) {
                for (int j = 0; j < hidden; j++) {
                    float actual =
                            matrix.values()[
                                    (matrix.out() - hidden + i) * matrix.in()
                                            + matrix.in()
                                            - hidden
                                            + j];
                    assertEquals(expected[offset + i * hidden + j], actual, 1e-5, matrix.name());
                }
            }
        }
    }

    /** The last rows and columns. */
    private Basis.Target selecting(DenseGradientSum.Matrix m) {
        float[] a = new float[hidden * m.in()];
        float[] b = new float[m.out() * hidden];
        for (int k = 0; k < hidden; k++) {
            a[k * m.in() + m.in() - hidden + k] = 1;
            b[(m.out() - hidden + k) * hidden + k] = 1;
        }
        return new Basis.Target(m.name(), hidden, m.in(), m.out(), a, b);
    }

    /** {@code B gR A = B Bᵀ g Aᵀ A}: with orthonormal factors nothing better fits the gradient. */
    @Test
    void gradientOfR_isTheProjectionOfTheFullGradient() {
        GradientBasis.Start start = start(RANK, workers);
        float[] values = start.adapter().values().clone();
        Arrays.fill(values, 0, start.basis().targets().size() * RANK * RANK, 0);
        float[] head =
                Arrays.copyOfRange(
                        values, start.basis().targets().size() * RANK * RANK, values.length);
        var classifier = new TensorClassifier(weights, start.basis(), TinyEncoder.CLASSES, workers);
        float[] gradient = new float[values.length];
        classifier.gradient(values, sample, gradient);
        List<DenseGradientSum.Matrix> full =
                DenseGradientSum.over(
                        weights,
                        List.of(LinearRole.values()),
                        sample,
                        sample.size(),
                        head,
                        workers,
                        Progress.SILENT);

        for (int t = 0; t < full.size(); t++) {
            float[] expected = projected(start.basis().targets().get(t), full.get(t));
            float[] actual = Arrays.copyOfRange(gradient, t * RANK * RANK, (t + 1) * RANK * RANK);
            assertArrayEquals(expected, actual, 1e-6f, full.get(t).name());
        }
    }

    /** Bᵀ g Aᵀ, {@code [rank × rank]}. */
    private static float[] projected(Basis.Target t, DenseGradientSum.Matrix g) {
        double[] sums = new double[RANK * RANK];
        for (int o = 0; o < t.out(); o++) {
            for (int i = 0; i < t.in(); i++) {
                for (int k = 0; k < RANK * RANK; k++) {
                    sums[k] +=
                            (double) t.b()[o * RANK + k / RANK]
                                    * g.values()[o * t.in() + i]
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

    @Test
    void make_oneWorkerOrTwo_givesTheSameBits() {
        GradientBasis.Start two = start(RANK, workers);
        try (Workers one = new Workers(1)) {
            GradientBasis.Start alone = start(RANK, one);

            assertEquals(two.adapter().digest(), alone.adapter().digest());
            for (int t = 0; t < two.basis().targets().size(); t++) {
                Basis.Target expected = two.basis().targets().get(t);
                assertArrayEquals(expected.a(), alone.basis().targets().get(t).a());
                assertArrayEquals(expected.b(), alone.basis().targets().get(t).b());
            }
        }
    }

    @Test
    void make_rankAboveASide_isRefused() {
        var error = assertThrows(IllegalArgumentException.class, () -> start(hidden + 1, workers));

        assertEquals(
                "rank is larger than a side of the matrix: rank=13, rows=12, columns=12",
                error.getMessage());
    }

    @Test
    void make_emptySample_isRefused() {
        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                GradientBasis.make(
                                        weights,
                                        List.of(),
                                        3,
                                        new GradientBasis.Plan(
                                                List.of(LinearRole.QUERY), 2, 1e-3, 4),
                                        workers,
                                        Progress.SILENT));

        assertEquals("basis needs a sample: rows=0", error.getMessage());
    }

    /** Eckart and Young: what the truncation leaves out is the sum of the discarded squares. */
    @Test
    void svd_truncated_leavesTheDiscardedSquares() {
        int rows = 17;
        int columns = 11;
        float[] matrix = tiny.floats(rows * columns, 0, 1);

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
