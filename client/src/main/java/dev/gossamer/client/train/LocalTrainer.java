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
     * How each step of one round of {@code plan} is taken.
     *
     * @param learningRate of all steps, above 0
     */
    public static Trainer.Plan steps(TrainPlan plan, double learningRate) {
        return steps(plan, learningRate, Schedule.constant());
    }

    /**
     * How each step of {@code plan} is taken where there are no rounds: the plan's schedule runs
     * over the steps.
     *
     * @param learningRate of the first step, above 0
     * @param steps in all, at least 1
     */
    public static Trainer.Plan wholeRun(TrainPlan plan, double learningRate, int steps) {
        Schedule.Shape shape =
                switch (plan.schedule()) {
                    case CONSTANT -> Schedule.Shape.CONSTANT;
                    case LINEAR -> Schedule.Shape.LINEAR;
                    case COSINE -> Schedule.Shape.COSINE;
                };
        return steps(plan, learningRate, new Schedule(shape, 0, steps));
    }

    private static Trainer.Plan steps(TrainPlan plan, double learningRate, Schedule schedule) {
        return new Trainer.Plan(
                plan.batchSize(),
                1,
                learningRate,
                schedule,
                switch (plan.optimizer()) {
                    case ADAMW -> new OptimizerChoice.Adam(plan.weightDecay());
                    case SGD ->
                            new OptimizerChoice.GradientDescent(
                                    plan.momentum(), plan.weightDecay());
                },
                plan.clipNorm(),
                plan.proximal(),
                plan.dropout());
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
        return trained(
                new Trainer(model, rows, plan, coins, start.values(), 0), start, steps, progress);
    }

    /**
     * The same by gradients that keep a promise; loss and tokens are nobody's to know, and 0.
     *
     * @throws DivergedException if a gradient is no number
     */
    public static Trained train(
            NoisedGradient gradients,
            AdapterState start,
            Trainer.Plan plan,
            int steps,
            Progress progress) {
        return trained(new Trainer(gradients, plan, start.values()), start, steps, progress);
    }

    private static Trained trained(
            Trainer trainer, AdapterState start, int steps, Progress progress) {
        Trainer.Trained trained = trainer.run(steps, progress);
        return new Trained(
                new AdapterState(start.layout(), trained.values()),
                trained.meanLoss(),
                trained.tokens());
    }
}
