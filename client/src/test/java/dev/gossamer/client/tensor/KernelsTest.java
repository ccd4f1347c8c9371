package dev.gossamer.client.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.model.Activation;
import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The fast kernels against the scalar ones, at widths with and without tails. Values reach the
 * tails of GELU and of the exponential; sums of n terms may differ by n roundings.
 */
class KernelsTest {
    private static final float TOLERANCE = 4e-6f;
    private static final int GUARD = 32;

    private final Kernels fast = new VectorKernels();
    private final Kernels scalar = new ScalarKernels();
    private final CounterRandom random = CounterRandom.of(3, "kernels", 0, "");

    /** Runs both variants on equal blocks and compares all of every block, guards included. */
    private void assertSame(int n, int blocks, double deviation, Call call) {
        assertSame(n, blocks, deviation, i -> true, call);
    }

    private void assertSame(int n, int blocks, double deviation, Mask compared, Call call) {
        float[][] values = new float[blocks][n + GUARD];
        Tensor[] one = new Tensor[blocks];
        Tensor[] two = new Tensor[blocks];
        for (int b = 0; b < blocks; b++) {
            for (int i = 0; i < n + GUARD; i++) {
                values[b][i] = (float) (deviation * random.nextGaussian());
            }
            one[b] = filled(values[b]);
            two[b] = filled(values[b]);
        }

        call.on(scalar, one);
        call.on(fast, two);

        for (int b = 0; b < blocks; b++) {
            for (int i = 0; i < n + GUARD; i++) {
                if (!compared.holds(i)) {
                    continue;
                }
                float expected = one[b].get(i);
                float bound = TOLERANCE * (1 + Math.abs(expected));
                assertEquals(expected, two[b].get(i), bound, "block=" + b + ", i=" + i);
                assertTrue(i < n || expected == values[b][i], "guard was overwritten: i=" + i);
            }
        }
    }

    private static Tensor filled(float[] values) {
        Tensor tensor = Tensor.zeros(values.length);
        tensor.put(0, values);
        return tensor;
    }

    private interface Mask {
        boolean holds(int index);
    }

    private interface Call {
        void on(Kernels kernels, Tensor[] t);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 20, 31, 384, 1536})
    void gelu_equalsTheScalar(int n) {
        assertSame(n, 3, 3, (k, t) -> k.gelu(t[0].at(0), t[1].at(0), t[2].at(0), n));
        assertSame(n, 3, 30, (k, t) -> k.gelu(t[0].at(0), t[1].at(0), t[2].at(0), n));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 20, 31, 384})
    void sumsAndProducts_equalTheScalar(int n) {
        assertSame(n, 2, 1, (k, t) -> k.multiplyInPlace(t[0].at(0), t[1].at(0), n));
        assertSame(n, 2, 1, (k, t) -> k.addInPlace(t[0].at(0), t[1].at(0), n));
        assertSame(n, 2, 1, (k, t) -> k.addScaledInPlace(t[0].at(0), t[1].at(0), 0.3f, n));
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 16, 20, 31, 384})
    void layerNorm_equalsTheScalar(int n) {
        assertSame(
                n,
                6,
                2,
                (k, t) ->
                        k.layerNorm(
                                t[0].at(0),
                                t[1].at(0),
                                t[2].at(0),
                                t[3].at(0),
                                t[4].at(0),
                                t[5].at(0),
                                n,
                                1e-12f));
        assertSame(
                n,
                4,
                1,
                (k, t) ->
                        k.layerNormBackward(
                                t[0].at(0), t[1].at(0), t[2].at(0), 0.7f, t[3].at(0), n));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 17, 64, 100})
    void softmax_equalsTheScalar(int n) {
        assertSame(n, 1, 5, (k, t) -> k.softmaxInPlace(t[0].at(0), n));
        assertSame(n, 1, 60, (k, t) -> k.softmaxInPlace(t[0].at(0), n));
        assertSame(n, 2, 1, (k, t) -> k.softmaxBackwardInPlace(t[0].at(0), t[1].at(0), 0.2f, n));
    }

    @ParameterizedTest
    @EnumSource
    void activations_inPlaceOrNot_equalTheScalar(Activation activation) {
        for (int n : new int[] {1, 7, 16, 20, 31, 384}) {
            for (double deviation : new double[] {3, 60}) {
                assertSame(
                        n,
                        3,
                        deviation,
                        (k, t) -> k.activate(activation, t[0].at(0), t[1].at(0), t[2].at(0), n));
                assertSame(
                        n,
                        2,
                        deviation,
                        (k, t) -> k.activate(activation, t[0].at(0), t[1].at(0), t[0].at(0), n));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 16, 20, 31, 384})
    void productsScalesAndRotations_equalTheScalar(int n) {
        assertSame(n, 3, 1, (k, t) -> k.multiply(t[0].at(0), t[1].at(0), t[2].at(0), n));
        assertSame(n, 1, 1, (k, t) -> k.scaleInPlace(t[0].at(0), 0.3f, n));
        assertSame(
                2 * n, 3, 1, (k, t) -> k.rotateInPlace(t[0].at(0), t[1].at(0), t[2].at(0), -1, n));
        assertSame(n, 3, 0.1, (k, t) -> t[2].set(0, k.dot(t[0].at(0), t[1].at(0), n)));
    }

    @ParameterizedTest
    @ValueSource(ints = {7, 16, 20, 31, 384})
    void rootMeanSquareNorm_equalsTheScalar(int n) {
        assertSame(
                n,
                5,
                2,
                (k, t) ->
                        k.rootMeanSquareNorm(
                                t[0].at(0),
                                t[1].at(0),
                                t[2].at(0),
                                t[3].at(0),
                                t[4].at(0),
                                n,
                                1e-5f));
        assertSame(
                n,
                4,
                1,
                (k, t) ->
                        k.rootMeanSquareNormBackward(
                                t[0].at(0), t[1].at(0), t[2].at(0), 0.7f, t[3].at(0), n));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 16, 17, 64, 100})
    void softmaxThatKeepsItsSum_equalsTheScalar(int n) {
        assertSame(n, 3, 5, (k, t) -> k.softmaxInPlace(t[0].at(0), n, t[1].at(0), t[2].at(0)));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 0, 9",
        "9, 7, 9, 99",
        "40, 20, 40, 99",
        "21, 21, 0, 99",
        "50, 33, 17, 99",
        "50, 33, 17, 5",
        "64, 48, 16, 40",
        "35, 35, 0, 20"
    })
    void softmaxOfColumns_equalsTheScalar(int keys, int queries, int offset, int window) {
        int stride = (queries + 15) / 16 * 16;
        KeyRange range = new KeyRange(keys, offset, window);
        // Lanes after the queries may hold anything.
        Mask seen = i -> i % stride < queries || i >= keys * stride;
        assertSame(
                keys * stride,
                3,
                2,
                seen,
                (k, t) ->
                        k.softmaxColumnsInPlace(
                                t[0].at(0), queries, stride, range, t[1].at(0), t[2].at(0)));
        assertSame(
                keys * stride,
                5,
                1,
                seen,
                (k, t) -> {
                    for (int i = 0; i < queries; i++) {
                        t[2].set(i, 5);
                        t[3].set(i, 0.01f);
                    }
                    k.softmaxColumnsBackwardInPlace(
                            t[0].at(0),
                            t[1].at(0),
                            queries,
                            stride,
                            range,
                            t[2].at(0),
                            t[3].at(0),
                            0.2f,
                            t[4].at(0));
                    t[4].put(0, new float[Math.min(16, keys * stride)]);
                });
    }
}
