package dev.gossamer.simulations.federation;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.node.LocalWork;
import dev.gossamer.client.node.Materials;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.wire.Message.Score;

import java.util.List;
import java.util.Optional;

/**
 * Work without a model: training is arithmetic on what it starts from, on coins of the round and of
 * the node, so that a report which is lost, doubled or out of its round changes the adapter.
 *
 * @param number of the client, from 1; the first is the designated one, later ones are slower
 */
record TinyWork(NodeId node, int number) implements LocalWork {
    static final AdapterLayout LAYOUT =
            new AdapterLayout(
                    List.of(
                            new AdapterLayout.Slice("layer.R", 1, 1),
                            new AdapterLayout.Slice("head", 2, 3)));

    private static final int ROWS = 40;
    private static final long TOKENS = 1000;

    @Override
    public int trainingRows() {
        return ROWS + number;
    }

    @Override
    public int heldOutRows() {
        return ROWS;
    }

    @Override
    public int truncatedRows() {
        return 0;
    }

    @Override
    public boolean designated() {
        return number == 1;
    }

    @Override
    public long trainTokens() {
        return TOKENS * number;
    }

    @Override
    public long evaluateTokens() {
        return TOKENS * number;
    }

    @Override
    public long basisTokens() {
        return TOKENS;
    }

    @Override
    public GradientBasis.Start makeBasis(long seed) {
        Basis.Target target =
                new Basis.Target("layer", 1, 2, 2, new float[] {1, 0}, new float[] {0, 1});
        float[] values = new float[LAYOUT.size()];
        values[0] = seed;
        return new GradientBasis.Start(
                new Basis(List.of(target)), new AdapterState(LAYOUT, values));
    }

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public AdapterLayout layout() {
        return LAYOUT;
    }

    @Override
    public LocalTrainer.Trained train(Materials materials, long seed, int round) {
        AdapterState start = materials.adapter();
        CounterRandom coins = CounterRandom.of(seed, "tiny", round, node.value());
        float[] values = start.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.5f * values[i] + (float) coins.nextGaussian();
        }
        return new LocalTrainer.Trained(
                new AdapterState(start.layout(), values), 1.0 / round, trainTokens());
    }

    @Override
    public Scores evaluate(Materials model) {
        AdapterState adapter = model.adapter();
        Score own = score(adapter, node.value());
        return new Scores(
                own, designated() ? Optional.of(score(adapter, "test")) : Optional.empty());
    }

    private static Score score(AdapterState adapter, String rows) {
        CounterRandom coins = CounterRandom.of(adapter.digest().hashCode(), rows, 0, "");
        return new Score(coins.nextInt(ROWS), ROWS, ROWS * coins.nextDouble());
    }
}
