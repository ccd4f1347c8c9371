package dev.gossamer.simulations.federation;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.node.LocalWork;
import dev.gossamer.client.node.Materials;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.basis.CapturedGradient;
import dev.gossamer.protocols.basis.RandomBasis;
import dev.gossamer.protocols.basis.RangeFinder;
import dev.gossamer.protocols.basis.ShapesCodec;
import dev.gossamer.protocols.basis.WeightGradient;
import dev.gossamer.protocols.method.Setting.Shape;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.wire.Message.Score;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Work without a model: training is arithmetic on what it starts from, on coins of the round, of
 * the node, of the base and of the basis, so that a report which is lost, doubled or out of its
 * round changes the adapter, and so does another base or basis. Of a private run they have secret
 * coins too, which a second training would not find again.
 *
 * @param number of the client, from 1; the first is the designated one, later ones are slower
 */
record TinyWork(NodeId node, int number, RunFile run) implements LocalWork {
    static final AdapterLayout LAYOUT =
            new AdapterLayout(
                    List.of(
                            new AdapterLayout.Slice("layer.R", 1, 1),
                            new AdapterLayout.Slice("head", 2, 3)));

    private static final Shape SHAPE = new Shape("layer", 2, 2);
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
    public GradientBasis.Start makeBasis(long seed, Optional<Materials> from) {
        float[] values =
                from.map(model -> model.adapter().values().clone())
                        .orElseGet(() -> new float[LAYOUT.size()]);
        if (run.basis().from() == RunFile.BasisPlan.From.RANGE_FINDER) {
            return new GradientBasis.Start(
                    Basis.NONE,
                    new AdapterState(LAYOUT, values),
                    ShapesCodec.encode(List.of(SHAPE)));
        }
        values[0] = (seed + from.flatMap(m -> m.base().name()).hashCode()) % ROWS;
        return new GradientBasis.Start(
                new Basis(List.of(RandomBasis.of(SHAPE, 1, seed))),
                new AdapterState(LAYOUT, values));
    }

    @Override
    public long sketchTokens() {
        return TOKENS * number;
    }

    @Override
    public AdapterState sketch(Materials model, Optional<AdapterState> range, long seed) {
        List<WeightGradient> gradient = List.of(gradient(model));
        RangeFinder finder = new RangeFinder(List.of(SHAPE), 1, seed, RangeFinder.EXPONENT);
        return range.isPresent()
                ? finder.projection(range.get(), gradient)
                : finder.sketch(gradient);
    }

    private WeightGradient gradient(Materials model) {
        CounterRandom coins = coins(model, "gradient", model.adapter().digest().hashCode(), 0);
        float[] values = new float[SHAPE.out() * SHAPE.in()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) coins.nextGaussian();
        }
        return new WeightGradient(SHAPE.name(), SHAPE.out(), SHAPE.in(), values);
    }

    /** Coins of the node on a version of the base, and on its basis where it has one. */
    private CounterRandom coins(Materials model, String concern, long seed, int round) {
        String where = model.base().name() + " " + model.basisName();
        return CounterRandom.of(seed, concern, round, node.value() + " on " + where);
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
    public LocalTrainer.Trained train(
            Materials materials, long seed, int round, SecureRandom secrets) {
        AdapterState start = materials.adapter();
        CounterRandom coins = coins(materials, "tiny", seed, round);
        float[] values = start.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = 0.5f * values[i] + (float) coins.nextGaussian();
            if (run.privacy().isPrivate()) {
                values[i] += secrets.nextInt(ROWS) / (float) ROWS;
            }
        }
        return new LocalTrainer.Trained(
                new AdapterState(start.layout(), values), 1.0 / round, trainTokens());
    }

    @Override
    public Scores evaluate(Materials model) {
        AdapterState adapter = model.adapter();
        Score own = score(adapter, node.value());
        return new Scores(
                own,
                designated() ? Optional.of(score(adapter, "test")) : Optional.empty(),
                designated() && run.basis().rebaseBelow() > 0
                        ? OptionalDouble.of(captured(model))
                        : OptionalDouble.empty());
    }

    private double captured(Materials model) {
        WeightGradient gradient = gradient(model);
        return CapturedGradient.of(model.basis(), List.of(gradient)).pooled().share();
    }

    private static Score score(AdapterState adapter, String rows) {
        CounterRandom coins = CounterRandom.of(adapter.digest().hashCode(), rows, 0, "");
        return new Score(coins.nextInt(ROWS), ROWS, ROWS * coins.nextDouble());
    }
}
