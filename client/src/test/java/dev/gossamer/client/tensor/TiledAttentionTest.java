package dev.gossamer.client.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Activation;
import dev.gossamer.client.model.Architecture;
import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.ref.Reference;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Tiles against attention written out in double precision, for texts of one and of many tiles. */
class TiledAttentionTest {
    private static final int SIZE = 20;
    private static final double TOLERANCE = 2e-5;

    private static Architecture architecture(int heads, int shared, boolean causal, int window) {
        return new Architecture(
                "test",
                "test",
                1,
                heads * SIZE,
                heads,
                shared,
                SIZE,
                1,
                1,
                4096,
                true,
                true,
                1e-5,
                Activation.GELU,
                false,
                causal,
                Optional.empty(),
                window == 0 ? OptionalInt.empty() : OptionalInt.of(window));
    }

    private static Tensor random(int count, String name) {
        CounterRandom random = CounterRandom.of(11, name, 0, "");
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values);
    }

    @ParameterizedTest
    @CsvSource({
        "2, 2, false, 0, 1", "4, 2, false, 0, 17", "2, 1, false, 0, 129", "2, 2, false, 0, 700",
        "4, 2, true, 0, 16", "2, 1, true, 0, 65", "2, 2, true, 0, 200", "2, 1, true, 50, 200",
        "2, 2, true, 7, 150", "1, 1, true, 100, 1100"
    })
    void tiles_equalPlainAttention(int heads, int shared, boolean causal, int window, int tokens) {
        Architecture a = architecture(heads, shared, causal, window);
        TiledAttention attention = new TiledAttention(a, Kernels.fastest());
        MicroBatch batch =
                MicroBatch.cut(
                                List.of(
                                        new Example(new int[tokens], 0),
                                        new Example(new int[5], 0)),
                                1 << 20)
                        .getFirst();
        int rows = batch.rows();
        int q = a.queryWidth();
        int width = q + 2 * a.keyValueWidth();
        Tensor projections = random(rows * width, "projections");
        Tensor dContext = random(rows * q, "dContext");
        Tensor context = Tensor.zeros((long) rows * q);
        Tensor dProjections = random(rows * width, "overwritten");
        long tile = attention.tileFloats(batch.longest());
        List<Tensor> scratch =
                List.of(
                        Tensor.zeros((long) rows * heads),
                        Tensor.zeros((long) rows * heads),
                        Tensor.zeros(tile),
                        Tensor.zeros(tile));
        TiledAttention.Buffers buffers =
                new TiledAttention.Buffers(
                        batch,
                        projections.at(0),
                        width,
                        scratch.get(0).at(0),
                        scratch.get(1).at(0),
                        scratch.get(2).at(0),
                        scratch.get(3).at(0));

        try {
            attention.forward(buffers, context.at(0), q);
            attention.backward(buffers, dContext.at(0), q, dProjections.at(0), width);
        } finally {
            Reference.reachabilityFence(scratch);
        }

        PlainAttention plain = new PlainAttention(a, projections, dContext, rows);
        for (int s = 0; s < batch.sequences(); s++) {
            plain.add(batch.starts()[s], batch.tokens(s));
        }
        assertClose(plain.context, context);
        assertClose(plain.dProjections, dProjections);
    }

    private static void assertClose(double[] expected, Tensor actual) {
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual.get(i), TOLERANCE * largest, "i=" + i);
        }
    }

    @ParameterizedTest
    @CsvSource({"1024, 4096", "4096, 8192"})
    void scratch_growsNoFasterThanTheText(int tokens, int more) {
        TiledAttention attention =
                new TiledAttention(architecture(9, 3, true, 0), Kernels.fastest());

        long ratio = attention.tileFloats(more) / attention.tileFloats(tokens);

        assertTrue(ratio <= more / tokens, "ratio=" + ratio);
    }

    /** Attention and its gradient, one pair of tokens at a time. */
    private static final class PlainAttention {
        private final Architecture a;
        private final Tensor projections;
        private final Tensor dContext;
        private final int width;
        private final double[] context;
        private final double[] dProjections;

        private PlainAttention(Architecture a, Tensor projections, Tensor dContext, int rows) {
            this.a = a;
            this.projections = projections;
            this.dContext = dContext;
            width = a.queryWidth() + 2 * a.keyValueWidth();
            context = new double[rows * a.queryWidth()];
            dProjections = new double[rows * width];
        }

        private void add(int start, int tokens) {
            for (int head = 0; head < a.heads(); head++) {
                for (int t = 0; t < tokens; t++) {
                    add(start, tokens, head, t);
                }
            }
        }

        private void add(int start, int tokens, int head, int t) {
            int query = (start + t) * width + head * SIZE;
            int key = a.queryWidth() + head / (a.heads() / a.keyValueHeads()) * SIZE;
            int value = key + a.keyValueWidth();
            int c = (start + t) * a.queryWidth() + head * SIZE;
            int first = a.causal() ? Math.max(0, t - a.window().orElse(tokens) + 1) : 0;
            int end = a.causal() ? t + 1 : tokens;
            double[] p = new double[tokens];
            double sum = 0;
            for (int s = first; s < end; s++) {
                int k = (start + s) * width + key;
                for (int i = 0; i < SIZE; i++) {
                    p[s] += projections.get(query + i) * (double) projections.get(k + i);
                }
                p[s] = Math.exp(p[s] / Math.sqrt(SIZE));
                sum += p[s];
            }
            double dot = 0;
            double[] dp = new double[tokens];
            for (int s = first; s < end; s++) {
                p[s] /= sum;
                int v = (start + s) * width + value;
                for (int i = 0; i < SIZE; i++) {
                    context[c + i] += p[s] * projections.get(v + i);
                    dp[s] += dContext.get(c + i) * (double) projections.get(v + i);
                    dProjections[v + i] += p[s] * dContext.get(c + i);
                }
                dot += p[s] * dp[s];
            }
            for (int s = first; s < end; s++) {
                double ds = p[s] * (dp[s] - dot) / Math.sqrt(SIZE);
                int k = (start + s) * width + key;
                for (int i = 0; i < SIZE; i++) {
                    dProjections[query + i] += ds * projections.get(k + i);
                    dProjections[k + i] += ds * projections.get(query + i);
                }
            }
        }
    }
}
