package dev.gossamer.client.train;

import dev.gossamer.client.data.Rows;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.run.TrainPlan;

/**
 * Local training of one round: a pure function of adapter, rows, plan and coins.
 *
 * <p>The optimiser starts fresh, so that a node keeps nothing between rounds.
 */
public final class LocalTrainer {
    private LocalTrainer() {}

    /**
     * What training came to.
     *
     * @param meanLoss over the steps, in nats
     * @param tokens trained on, all steps together
     */
    public record Trained(AdapterState state, double meanLoss, long tokens) {}

    /**
     * How each step of {@code plan} is taken.
     *
     * @param learningRate of all steps, above 0
     */
    public static Trainer.Plan steps(TrainPlan plan, double learningRate) {
        return new Trainer.Plan(
                plan.batchSize(),
                1,
                learningRate,
                Schedule.constant(),
                switch (plan.optimizer()) {
                    case ADAMW -> new OptimizerChoice.Adam(plan.weightDecay());
                    case SGD ->
                            new OptimizerChoice.GradientDescent(
                                    plan.momentum(), plan.weightDecay());
                },
                plan.clipNorm(),
                plan.proximal());
    }

    /**
     * Takes {@code steps} steps from {@code start}, which is left as it was.
     *
     * @param progress told of each step
     * @throws IllegalArgumentException if there are no rows
     * @throws DivergedException if a loss or gradient is no number
     */
    public static Trained train(
            AdaptedModel model,
            AdapterState start,
            Rows rows,
            Trainer.Plan plan,
            int steps,
            Trainer.Coins coins,
            Progress progress) {
        Trainer.Trained trained =
                new Trainer(model, rows, plan, coins, start.values(), 0).run(steps, progress);
        return new Trained(
                new AdapterState(start.layout(), trained.values()),
                trained.meanLoss(),
                trained.tokens());
    }
}
