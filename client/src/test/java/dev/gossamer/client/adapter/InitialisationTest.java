package dev.gossamer.client.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.Adapter.Kind;
import dev.gossamer.client.adapter.TargetSelector.Choice;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Engine.LoadedBase.MatrixSum;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.client.train.Progress;
import dev.gossamer.protocols.adapter.Basis;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

import java.util.List;
import java.util.Set;

final class InitialisationTest {
    private static final int RANK = 3;
    private static final double STEP = 1e-3;

    private final Transformer base = TinyTransformers.bert(1);
    private final List<Choice> choices =
            new TargetSelector(List.of("all-linear"), RANK).select(base);
    private final Head head = TinyHeads.all(base).get("mean");
    private final List<List<Example>> batches =
            List.of(TinyHeads.rows(head, 5, 4, 7), TinyHeads.rows(head, 6, 9));
    private final LoadedBase loaded =
            new ReferenceEngine().load(base, Storage.FP32, Precision.FP32);
    private final Workers workers = new Workers(2);

    @AfterEach
    void close() {
        workers.close();
    }

    @ParameterizedTest
    @EnumSource(value = Kind.class, names = "R_ONLY", mode = Mode.EXCLUDE)
    void kaiming_ofAnyKind_leavesTheBaseAsItIs(Kind kind) {
        AdapterStart start = Initialisation.kaiming(choices, kind, 6, 1);

        for (LowRankUpdate update : LowRankUpdate.of(start.adapter(), start.values())) {
            boolean zeroA = isZero(update.a());
            assertNotEquals(zeroA, isZero(update.b()));
            assertEquals(kind == Kind.A_ONLY, zeroA);
            assertEquals(2, update.scaling());
        }
    }

    /** Uniform within ±1/√in: the variance is 1/(3 in), known to 1/√(2/5 n) of it. */
    @Test
    void kaiming_drawsA_asPeftDoes() {
        AdapterStart start = Initialisation.kaiming(choices, Kind.LORA, 6, 1);

        for (LowRankUpdate update : LowRankUpdate.of(start.adapter(), start.values())) {
            double bound = 1 / Math.sqrt(update.in());
            double squares = 0;
            for (float value : update.a()) {
                assertTrue(Math.abs(value) <= bound);
                squares += value * value;
            }
            double variance = squares / update.a().length;
            // Four and a half deviations; the seed is fixed.
            double tolerance = 4.5 * Math.sqrt(4.0 / 5 / update.a().length);
            assertEquals(1, variance * 3 * update.in(), tolerance);
        }
    }

    @Test
    void kaiming_ofAnotherSeed_drawsOtherValues() {
        float[] one = Initialisation.kaiming(choices, Kind.LORA, 6, 1).values();
        float[] again = Initialisation.kaiming(choices, Kind.LORA, 6, 1).values();
        float[] other = Initialisation.kaiming(choices, Kind.LORA, 6, 2).values();

        assertArrayEquals(one, again);
        assertFalse(java.util.Arrays.equals(one, other));
    }

    @Test
    void kaiming_ofTrainedR_isRefused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> Initialisation.kaiming(choices, Kind.R_ONLY, 6, 1));
    }

    @Test
    void loraXs_hasOrthonormalFactorsOfTheWeights_andSmallR() {
        AdapterStart start = Initialisation.loraXs(choices, 1, workers);

        for (int t = 0; t < choices.size(); t++) {
            Adapter.Target target = start.adapter().targets().get(t);
            assertOrthonormal(target);
            // W A^T = U S: what is left of W has no part along A.
            double[] projected = projection(choices.get(t).linear(), target);
            double off = 0;
            for (int i = 0; i < RANK * RANK; i++) {
                off = Math.max(off, i / RANK == i % RANK ? 0 : Math.abs(projected[i]));
            }
            assertEquals(0, off, 1e-5);
            assertTrue(projected[0] >= projected[RANK + 1] && projected[RANK + 1] > 0);
        }
        double largest = 0;
        for (float value : start.values()) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertTrue(largest > 1e-6 && largest < 6e-5, "largest=" + largest);
    }

    @Test
    void pissa_takenFromTheBase_givesTheBaseBack() {
        AdapterStart start = Initialisation.pissa(choices, 6, workers);

        Transformer residual = start.base(base);
        List<float[]> expected = attached(base, zero()).logits(zero().values(), batches.get(0));
        List<float[]> actual = attached(residual, start).logits(start.values(), batches.get(0));

        assertTrue(start.replaces());
        for (int row = 0; row < expected.size(); row++) {
            assertArrayEquals(expected.get(row), actual.get(row), 1e-5f);
        }
        // The part that was taken is the largest: what is left is orthogonal to it.
        Linear left = residual.linears().getFirst();
        LowRankUpdate taken = LowRankUpdate.of(start.adapter(), start.values()).getFirst();
        float[] matrix = left.weight().toArray();
        for (int k = 0; k < RANK; k++) {
            double norm = 0;
            for (int i = 0; i < left.out(); i++) {
                double along = 0;
                for (int j = 0; j < left.in(); j++) {
                    along += matrix[i * left.in() + j] * taken.a()[k * left.in() + j];
                }
                norm += along * along;
            }
            assertEquals(0, Math.sqrt(norm), 1e-5);
        }
    }

    @Test
    void loraSb_keepsTheBoundOfItsStep() {
        AdapterStart start = loraSb();

        for (int t = 0; t < choices.size(); t++) {
            Adapter.Target target = start.adapter().targets().get(t);
            assertOrthonormal(target);
            double squares = 0;
            for (int i = 0; i < RANK * RANK; i++) {
                float value = start.values()[t * RANK * RANK + i];
                squares += value * value;
                assertEquals(i / RANK == i % RANK, value != 0);
            }
            double bound = STEP * Math.sqrt((double) target.in() * target.out());
            assertTrue(Math.sqrt(squares) <= bound * (1 + 1e-6));
        }
    }

    /** Eckart and Young: no matrix of this rank is nearer, and the distance is what is left out. */
    @Test
    void loraSb_isNearestToTheStep() {
        List<MatrixSum> gradients = gradients();
        AdapterStart start = Initialisation.loraSb(choices, gradients, STEP, workers);
        List<LowRankUpdate> updates = LowRankUpdate.of(start.adapter(), start.values());

        for (int t = 0; t < choices.size(); t++) {
            float[] product = updates.get(t).added(zeroMatrix(choices.get(t).linear())).toArray();
            double distance = 0;
            double kept = 0;
            for (int i = 0; i < product.length; i++) {
                double step = -STEP * Math.signum(gradients.get(t).values()[i]);
                distance += (step - product[i]) * (step - product[i]);
                kept += product[i] * product[i];
            }
            double all = STEP * STEP * product.length;
            assertEquals(all - kept, distance, 1e-4 * all);
            assertTrue(distance < all);
        }
    }

    /** B gradR A is the gradient by W, projected onto the spaces of B and A. */
    @Test
    void loraSb_gradientOfR_isTheProjectionOfTheFullOne() {
        List<Choice> one = choices.subList(0, 1);
        List<MatrixSum> gradients =
                loaded.weightGradients(names(one), head, List.of(batches.get(0)), Progress.SILENT);
        AdapterStart start = Initialisation.loraSb(one, gradients, STEP, workers);
        AdaptedModel model = loaded.attach(start.adapter(), head, Set.of());
        float[] zero = new float[start.values().length];
        float[] gradient = new float[zero.length];

        model.gradient(zero, batches.get(0), gradient);

        Adapter.Target target = start.adapter().targets().getFirst();
        float[] full = gradients.getFirst().values();
        for (int i = 0; i < RANK * RANK; i++) {
            double expected = 0;
            for (int o = 0; o < target.out(); o++) {
                for (int j = 0; j < target.in(); j++) {
                    expected +=
                            (double) target.frozenB().orElseThrow()[o * RANK + i / RANK]
                                    * full[o * target.in() + j]
                                    * target.frozenA().orElseThrow()[i % RANK * target.in() + j];
                }
            }
            assertEquals(expected, gradient[i], 1e-6);
        }
    }

    @Test
    void loraSb_withAnotherNumberOfWorkers_givesTheSameBits() {
        AdapterStart two = loraSb();
        AdapterStart one;
        try (Workers alone = new Workers(1)) {
            one = Initialisation.loraSb(choices, gradients(), STEP, alone);
        }

        assertArrayEquals(two.values(), one.values());
        assertArrayEquals(
                two.adapter().targets().getLast().frozenA().orElseThrow(),
                one.adapter().targets().getLast().frozenA().orElseThrow());
    }

    @Test
    void loraSb_withoutGradientOfTarget_namesIt() {
        IllegalArgumentException thrown =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Initialisation.loraSb(choices, List.of(), STEP, workers));

        assertTrue(
                thrown.getMessage().startsWith("no sum that fits the target: target="),
                thrown.getMessage());
    }

    @Test
    void eva_spansWhatInputsVaryInMost() {
        List<Example> rows = batches.get(0);
        List<MatrixSum> moments = loaded.inputMoments(names(choices), rows, Progress.SILENT);

        AdapterStart start = Initialisation.eva(choices, moments, 6, workers);

        List<LowRankUpdate> updates = LowRankUpdate.of(start.adapter(), start.values());
        for (int t = 0; t < choices.size(); t++) {
            LowRankUpdate update = updates.get(t);
            assertTrue(isZero(update.b()));
            float[] moment = moments.get(t).values();
            double before = Double.POSITIVE_INFINITY;
            for (int k = 0; k < RANK; k++) {
                double value = alongAndAcross(moment, update, k);
                assertTrue(value <= before * (1 + 1e-6));
                before = value;
            }
        }
    }

    /** The eigenvalue of row {@code k} of A, which must be an eigenvector of length one. */
    private static double alongAndAcross(float[] moment, LowRankUpdate update, int k) {
        int in = update.in();
        double[] image = new double[in];
        double value = 0;
        double length = 0;
        for (int i = 0; i < in; i++) {
            for (int j = 0; j < in; j++) {
                image[i] += (double) moment[i * in + j] * update.a()[k * in + j];
            }
            value += image[i] * update.a()[k * in + i];
            length += (double) update.a()[k * in + i] * update.a()[k * in + i];
        }
        assertEquals(1, length, 1e-5);
        for (int i = 0; i < in; i++) {
            assertEquals(value * update.a()[k * in + i], image[i], 1e-4 * (1 + value));
        }
        return value;
    }

    @Test
    void adapter_ofBasis_goesThereAndBack() {
        Adapter adapter = loraSb().adapter();

        Basis basis = adapter.basis();
        Adapter again = Adapter.of(basis);

        assertEquals(adapter.layout(List.of()), again.layout(List.of()));
        assertEquals(basis.targets(), again.basis().targets());
        assertThrows(
                IllegalArgumentException.class,
                () -> Initialisation.kaiming(choices, Kind.LORA, 6, 1).adapter().basis());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void merged_ofAnyKind_computesWhatTheAdapterDoes(Kind kind) {
        AdapterStart start = trained(kind);
        Transformer merged =
                LowRankUpdate.merged(base, LowRankUpdate.of(start.adapter(), start.values()));

        List<float[]> expected = attached(base, start).logits(start.values(), batches.get(0));
        List<float[]> plain = attached(base, zero()).logits(zero().values(), batches.get(0));
        List<float[]> actual = attached(merged, zero()).logits(zero().values(), batches.get(0));

        for (int row = 0; row < expected.size(); row++) {
            assertArrayEquals(expected.get(row), actual.get(row), 1e-5f);
            assertFalse(java.util.Arrays.equals(plain.get(row), actual.get(row)));
        }
    }

    @Test
    void merged_withUpdateOfAnotherBase_namesTarget() {
        List<LowRankUpdate> updates =
                List.of(
                        new LowRankUpdate(
                                "elsewhere", 1, 2, 2, 1, new float[] {1, 1}, new float[] {1, 1}));

        IllegalArgumentException thrown =
                assertThrows(
                        IllegalArgumentException.class, () -> LowRankUpdate.merged(base, updates));

        assertEquals(
                "adapter does not fit the base: target=elsewhere, out=2, in=2,"
                        + " base has=no such map",
                thrown.getMessage());
    }

    private AdapterStart trained(Kind kind) {
        AdapterStart start =
                kind == Kind.R_ONLY
                        ? Initialisation.loraXs(choices, 1, workers)
                        : Initialisation.kaiming(choices, kind, 6, 1);
        float[] values = new float[start.values().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (0.3 * Math.sin(i));
        }
        return new AdapterStart(start.adapter(), values, false);
    }

    private AdapterStart zero() {
        return Initialisation.kaiming(choices.subList(0, 1), Kind.LORA, 1, 1);
    }

    private AdaptedModel attached(Transformer on, AdapterStart start) {
        return new ReferenceEngine()
                .load(on, Storage.FP32, Precision.FP32)
                .attach(start.adapter(), head, Set.of());
    }

    private AdapterStart loraSb() {
        return Initialisation.loraSb(choices, gradients(), STEP, workers);
    }

    private List<MatrixSum> gradients() {
        return loaded.weightGradients(names(choices), head, batches, Progress.SILENT);
    }

    private static List<String> names(List<Choice> choices) {
        return choices.stream().map(choice -> choice.linear().name()).toList();
    }

    private static dev.gossamer.client.model.Matrix zeroMatrix(Linear like) {
        return dev.gossamer.client.weights.FloatMatrix.of(
                new float[like.out() * like.in()], like.out(), like.in());
    }

    private static boolean isZero(float[] values) {
        for (float value : values) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    private static void assertOrthonormal(Adapter.Target target) {
        float[] a = target.frozenA().orElseThrow();
        float[] b = target.frozenB().orElseThrow();
        for (int i = 0; i < RANK * RANK; i++) {
            double rows = 0;
            for (int j = 0; j < target.in(); j++) {
                rows += (double) a[i / RANK * target.in() + j] * a[i % RANK * target.in() + j];
            }
            double columns = 0;
            for (int j = 0; j < target.out(); j++) {
                columns += (double) b[j * RANK + i / RANK] * b[j * RANK + i % RANK];
            }
            assertEquals(i / RANK == i % RANK ? 1 : 0, rows, 1e-5);
            assertEquals(i / RANK == i % RANK ? 1 : 0, columns, 1e-5);
        }
    }

    /** {@code Bᵀ W Aᵀ}. */
    private static double[] projection(Linear linear, Adapter.Target target) {
        float[] a = target.frozenA().orElseThrow();
        float[] b = target.frozenB().orElseThrow();
        float[] w = linear.weight().toArray();
        double[] projected = new double[RANK * RANK];
        for (int i = 0; i < projected.length; i++) {
            for (int o = 0; o < target.out(); o++) {
                for (int j = 0; j < target.in(); j++) {
                    projected[i] +=
                            (double) b[o * RANK + i / RANK]
                                    * w[o * target.in() + j]
                                    * a[i % RANK * target.in() + j];
                }
            }
        }
        return projected;
    }
}
