package dev.gossamer.simulations.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.node.LocalWork;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.OptionalDouble;

/** Three clients that learn what coins say, of one target of rank 2. */
class AggregationWitnessTest {
    private static final int CLIENTS = 3;
    private static final Digest NO_BASIS = Digest.of(new byte[0]);
    private static final AdapterLayout LAYOUT = layout(2);
    private static final RunFile RUN =
            RunFileReader.read(
                    """
                    name: seen
                    model: {base: minilm-l6}
                    data: {set: rows, classes: [a, b]}
                    adapter: {method: fedit, rank: 2, alpha: 4}
                    rounds: {cohort: 3}
                    """);

    private static AdapterLayout layout(int rank) {
        return new AdapterLayout(
                List.of(
                        new Slice(Factor.A.slice("map"), rank, 5),
                        new Slice(Factor.B.slice("map"), 4, rank)));
    }

    private static AdapterState drawn(AdapterLayout layout, long seed, String who) {
        CounterRandom coins = CounterRandom.of(seed, "witness", 0, who);
        float[] values = new float[layout.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) coins.nextGaussian();
        }
        return new AdapterState(layout, values);
    }

    /** Learns {@code learnt}, whatever it starts from. */
    private record Fixed(int trainingRows, AdapterState learnt) implements LocalWork {
        @Override
        public int heldOutRows() {
            return 0;
        }

        @Override
        public int truncatedRows() {
            return 0;
        }

        @Override
        public boolean designated() {
            return false;
        }

        @Override
        public long trainTokens() {
            return 0;
        }

        @Override
        public long evaluateTokens() {
            return 0;
        }

        @Override
        public long basisTokens() {
            return 0;
        }

        @Override
        public GradientBasis.Start makeBasis(long seed) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LocalTrainer.Trained train(
                Digest basisName, Basis basis, AdapterState start, long seed, int round) {
            return new LocalTrainer.Trained(learnt, 1, 1);
        }

        @Override
        public Scores evaluate(Digest basisName, Basis basis, AdapterState adapter) {
            throw new UnsupportedOperationException();
        }
    }

    /** What a witness tells of two rounds by {@code method}. */
    private static OptionalDouble relative(String method, boolean alike, boolean mixed) {
        AggregationWitness witness = new AggregationWitness(RUN, ExchangeMethod.named(method));
        AdapterState start = drawn(LAYOUT, 1, "start");
        for (int round = 1; round <= 2; round++) {
            for (int client = 1; client <= CLIENTS; client++) {
                AdapterLayout own = mixed && client == 2 ? layout(1) : LAYOUT;
                AdapterState learnt = drawn(own, round, alike ? "all" : "client-" + client);
                witness.watching(new NodeId("client-" + client), new Fixed(10 * client, learnt))
                        .train(NO_BASIS, new Basis(List.of()), start, 1, round);
            }
        }
        return witness.relative();
    }

    private static double error(String method) {
        return relative(method, false, false).getAsDouble();
    }

    /** {@code ‖Σ p B A - (Σ p B)(Σ p A)‖ / ‖Σ p B A‖} of both rounds, product by product. */
    private static double ofFedIt() {
        double error = 0;
        double ideal = 0;
        for (int round = 1; round <= 2; round++) {
            double[] wanted = new double[4 * 5];
            double[] mean = new double[LAYOUT.size()];
            for (int client = 1; client <= CLIENTS; client++) {
                double share = client / 6.0;
                float[] learnt = drawn(LAYOUT, round, "client-" + client).values();
                for (int i = 0; i < mean.length; i++) {
                    mean[i] += share * learnt[i];
                }
                double[] values = new double[learnt.length];
                for (int i = 0; i < values.length; i++) {
                    values[i] = learnt[i];
                }
                addProduct(wanted, values, share);
            }
            ideal += squares(wanted);
            addProduct(wanted, mean, -1);
            error += squares(wanted);
        }
        return Math.sqrt(error / ideal);
    }

    private static void addProduct(double[] sum, double[] values, double weight) {
        for (int row = 0; row < 4; row++) {
            for (int column = 0; column < 5; column++) {
                for (int k = 0; k < 2; k++) {
                    sum[5 * row + column] +=
                            weight * values[10 + 2 * row + k] * values[5 * k + column];
                }
            }
        }
    }

    private static double squares(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return sum;
    }

    @Test
    void error_ofFedIt_isThatOfTheMeansOfItsFactors() {
        assertEquals(ofFedIt(), error("fedit"), 1e-12);
        assertTrue(ofFedIt() > 0.3, "error=" + ofFedIt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fedex", "flora", "ffa", "rolora", "fed-sb"})
    void error_ofExactMethods_isWhatRoundingLeaves(String method) {
        assertEquals(0, error(method), 1e-12);
    }

    /** The best of rank 2, and a B that is put right for the mean A: neither can be worse. */
    @ParameterizedTest
    @ValueSource(strings = {"flexlora", "lora-fair"})
    void error_ofCorrectedMethods_isBetweenNoneAndThatOfFedIt(String method) {
        double error = error(method);

        assertTrue(error > 1e-3 && error < error("fedit"), method + "=" + error);
    }

    @Test
    void error_ofClientsThatAgree_isNone() {
        assertEquals(0, relative("fedit", true, false).getAsDouble(), 1e-12);
    }

    @Test
    void error_ofSeveralRanks_isNotKnown() {
        assertEquals(OptionalDouble.empty(), relative("hetlora", false, true));
    }
}
