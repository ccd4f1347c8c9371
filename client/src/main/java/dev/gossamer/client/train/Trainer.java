package dev.gossamer.client.train;

import dev.gossamer.client.data.Rows;
import dev.gossamer.protocols.random.CounterRandom;

import java.util.OptionalDouble;

/**
 * Trains an adapter step by step: a pure function of its start, rows, plan and coins.
 *
 * <p>One step draws its rows, takes the gradient of their mean loss, or one that keeps a promise to
 * their owners, adds the proximal term's, clips the norm of all, and lets the optimiser move the
 * values at the learning rate of the global step. A trainer that goes on from a {@link Checkpoint}
 * takes the very steps that the interrupted one would have taken. Confined to one thread.
 */
public final class Trainer {
    /**
     * How each step is taken.
     *
     * @param batchSize rows of a micro-batch, at least 1
     * @param accumulation micro-batches of a step, at least 1
     * @param learningRate at its highest, above 0
     * @param maxNorm what the norm of the whole gradient is clipped to
     * @param proximal FedProx's mu, at least 0: half of it times the squared distance from the
     *     start is added to the loss
     * @param dropout of the adapter's inputs, in [0, 1)
     */
    public record Plan(
            int batchSize,
            int accumulation,
            double learningRate,
            Schedule schedule,
            OptimizerChoice optimizer,
            OptionalDouble maxNorm,
            double proximal,
            double dropout) {
        /** A plan whose numbers are within their ranges. */
        public Plan {
            if (batchSize < 1
                    || accumulation < 1
                    || !(learningRate > 0)
                    || !Double.isFinite(learningRate)
                    || !(maxNorm.orElse(1) > 0)
                    || !(proximal >= 0)
                    || !Double.isFinite(proximal)
                    || !(dropout >= 0 && dropout < 1)) {
                throw new IllegalArgumentException(
                        "bad plan: batchSize="
                                + batchSize
                                + ", accumulation="
                                + accumulation
                                + ", learningRate="
                                + learningRate
                                + ", maxNorm="
                                + maxNorm
                                + ", proximal="
                                + proximal
                                + ", dropout="
                                + dropout);
            }
        }

        /** A plan that drops nothing. */
        public Plan(
                int batchSize,
                int accumulation,
                double learningRate,
                Schedule schedule,
                OptimizerChoice optimizer,
                OptionalDouble maxNorm,
                double proximal) {
            this(batchSize, accumulation, learningRate, schedule, optimizer, maxNorm, proximal, 0);
        }

        /** How many rows a step takes. */
        public int rowsPerStep() {
            return Math.multiplyExact(batchSize, accumulation);
        }
    }

    /** What the order of rows and dropout are drawn from: equal ones give equal ones. */
    public record Coins(long seed, int round, String node) {
        CounterRandom batches() {
            return CounterRandom.of(seed, "batches", round, node);
        }

        long dropout() {
            return CounterRandom.of(seed, "dropout", round, node).nextLong();
        }
    }

    /**
     * What a step came to.
     *
     * @param step counted from 1 over all rounds
     * @param loss of its rows before the step, in nats
     * @param gradientNorm before it was clipped
     * @param tokens of its rows
     */
    public record Step(
            int step, double loss, double gradientNorm, double learningRate, long tokens) {}

    private final StepGradient gradients;
    private final Plan plan;
    private final float[] start;
    private final float[] values;
    private final float[] gradient;
    private final Optimizer optimizer;
    private int step;

    /**
     * A training that begins.
     *
     * @param start in the model's layout; copied
     * @param firstStep how many steps all rounds before took
     * @throws IllegalArgumentException if there are no rows
     */
    public Trainer(
            AdaptedModel model, Rows rows, Plan plan, Coins coins, float[] start, int firstStep) {
        this(model, rows, plan, coins, start, fresh(plan, start, firstStep));
    }

    /**
     * A training that goes on.
     *
     * @param start what it began with; the proximal term pulls towards it
     */
    public static Trainer resumed(
            AdaptedModel model,
            Rows rows,
            Plan plan,
            Coins coins,
            float[] start,
            TrainingState state) {
        return new Trainer(model, rows, plan, coins, start, state);
    }

    private Trainer(
            AdaptedModel model,
            Rows rows,
            Plan plan,
            Coins coins,
            float[] start,
            TrainingState state) {
        this(
                new BatchGradient(model, rows, plan, coins, state.position()),
                model.layout().size(),
                plan,
                start,
                state);
    }

    /** A training that begins, by gradients that keep a promise. */
    Trainer(NoisedGradient gradients, Plan plan, float[] start) {
        this(gradients, gradients.size(), plan, start, fresh(plan, start, 0));
    }

    private Trainer(
            StepGradient gradients, int size, Plan plan, float[] start, TrainingState state) {
        if (start.length != size || state.values().length != size) {
            throw new IllegalArgumentException(
                    "values do not fit the model: values=" + start.length + ", bound=" + size);
        }
        this.gradients = gradients;
        this.plan = plan;
        this.start = start.clone();
        values = state.values().clone();
        gradient = new float[size];
        optimizer = plan.optimizer().fresh(size);
        optimizer.restore(state.optimizer());
        step = state.step();
    }

    private static TrainingState fresh(Plan plan, float[] start, int firstStep) {
        return new TrainingState(
                firstStep,
                TrainingState.Position.START,
                start,
                plan.optimizer().fresh(start.length).state());
    }

    /** What a training that goes on from here needs. */
    TrainingState state() {
        return new TrainingState(step, gradients.position(), values.clone(), optimizer.state());
    }

    /**
     * Takes one step.
     *
     * @throws DivergedException if loss or gradient are no numbers; the values are as before
     */
    public Step step() {
        StepGradient.Drawn drawn = gradients.next(step, values, gradient);
        addProximalTerm();
        double norm = norm(gradient);
        if (!Double.isFinite(drawn.loss()) || !Double.isFinite(norm)) {
            throw new DivergedException(step + 1, drawn.loss(), norm);
        }
        clip(norm);
        double rate = plan.learningRate() * plan.schedule().factor(step);
        optimizer.stepInPlace(values, gradient, rate);
        step++;
        return new Step(step, drawn.loss(), norm, rate, drawn.tokens());
    }

    /**
     * What several steps came to.
     *
     * @param values after them; belong to this object
     * @param meanLoss over the steps, in nats
     * @param tokens trained on, all steps together
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    public record Trained(float[] values, double meanLoss, long tokens) {}

    /**
     * Takes {@code steps} steps: the local training of one round.
     *
     * @param steps at least 1
     * @throws DivergedException if loss or gradient of one are no numbers
     */
    public Trained run(int steps, Progress progress) {
        double lossSum = 0;
        long tokens = 0;
        for (int taken = 1; taken <= steps; taken++) {
            Step taking = step();
            lossSum += taking.loss();
            tokens += taking.tokens();
            progress.at(taken, steps);
        }
        return new Trained(values(), lossSum / steps, tokens);
    }

    private void addProximalTerm() {
        if (plan.proximal() > 0) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] += (float) (plan.proximal() * (values[i] - start[i]));
            }
        }
    }

    /** The Euclidean norm, summed in double precision. */
    static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    private void clip(double norm) {
        double bound = plan.maxNorm().orElse(Double.POSITIVE_INFINITY);
        if (norm > bound) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = (float) (gradient[i] * (bound / norm));
            }
        }
    }

    /** How many steps were taken over all rounds. */
    public int steps() {
        return step;
    }

    /** A copy of the values as they are. */
    public float[] values() {
        return values.clone();
    }
}
