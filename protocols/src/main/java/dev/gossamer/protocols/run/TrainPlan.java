package dev.gossamer.protocols.run;

import static dev.gossamer.protocols.run.Preconditions.requireNotNegative;
import static dev.gossamer.protocols.run.Preconditions.requirePositive;
import static dev.gossamer.protocols.run.Preconditions.requireRange;

import java.util.OptionalDouble;

/**
 * What a client does in one round.
 *
 * @param localSteps at least 1
 * @param batchSize 1 to 4096 rows a step
 * @param momentum of gradient descent, in [0, 1)
 * @param clipNorm what the norm of a step's gradient is clipped to
 * @param proximal FedProx's mu: half of it times the squared distance from the round's adapter is
 *     added to the loss
 * @param dropout in [0, 1): the share of the adapter's inputs that each step drops
 * @param state what happens to the optimizer's moments between rounds
 * @param threads 1 to 256; no result depends on it
 */
public record TrainPlan(
        int localSteps,
        int batchSize,
        Optimizer optimizer,
        double momentum,
        double learningRate,
        double weightDecay,
        Schedule schedule,
        OptionalDouble clipNorm,
        double proximal,
        double dropout,
        State state,
        int threads) {
    /** What stands in a file where no norm is clipped. */
    static final String NO_CLIP = "none";

    private static final int MAX_BATCH_SIZE = 4096;
    private static final int MAX_THREADS = 256;

    /** A plan within its bounds. */
    public TrainPlan {
        requireRange("train.local-steps", localSteps, 1, RunFile.MAX_COUNT);
        requireRange("train.batch-size", batchSize, 1, MAX_BATCH_SIZE);
        requireNotNegative("train.momentum", momentum);
        if (momentum >= 1 || (momentum > 0 && optimizer != Optimizer.SGD)) {
            throw new RunFileException(
                    "out of range: key=train.momentum, value="
                            + momentum
                            + ", bound="
                            + (optimizer == Optimizer.SGD
                                    ? "below 1"
                                    : "0.0 of " + optimizer.key()));
        }
        requirePositive("train.learning-rate", learningRate);
        requireNotNegative("train.weight-decay", weightDecay);
        clipNorm.ifPresent(norm -> requirePositive("train.clip-norm", norm));
        requireNotNegative("train.proximal", proximal);
        requireNotNegative("train.dropout", dropout);
        if (dropout >= 1) {
            throw new RunFileException(
                    "out of range: key=train.dropout, value=" + dropout + ", bound=below 1");
        }
        requireRange("train.threads", threads, 1, MAX_THREADS);
    }

    /** How gradients become steps. */
    public enum Optimizer implements Word {
        ADAMW,
        /** Gradient descent, with momentum where it is asked for. */
        SGD
    }

    /** How the learning rate moves from round to round. */
    public enum Schedule implements Word {
        /** Not at all. */
        CONSTANT,
        /** Down by the same amount each round, so that it would be 0 after the last. */
        LINEAR,
        /** Down as half a cosine, so that it would be 0 after the last. */
        COSINE;

        /**
         * What the learning rate is multiplied with in {@code round}.
         *
         * @param round 1 to {@code rounds}
         */
        public double factor(int round, int rounds) {
            double done = (double) (round - 1) / rounds;
            return switch (this) {
                case CONSTANT -> 1;
                case LINEAR -> (double) (rounds - round + 1) / rounds;
                case COSINE -> (1 + StrictMath.cos(Math.PI * done)) / 2;
            };
        }
    }

    /** How long the optimizer's moments live. */
    public enum State implements Word {
        PER_ROUND
    }

    /** The learning rate in {@code round}, from 1, of {@code rounds}. */
    public double learningRate(int round, int rounds) {
        return learningRate * schedule.factor(round, rounds);
    }

    /** The same with another learning rate. */
    public TrainPlan withLearningRate(double other) {
        return with(other, threads);
    }

    /** The same on other threads. */
    public TrainPlan withThreads(int other) {
        return with(learningRate, other);
    }

    private TrainPlan with(double rate, int workers) {
        return new TrainPlan(
                localSteps,
                batchSize,
                optimizer,
                momentum,
                rate,
                weightDecay,
                schedule,
                clipNorm,
                proximal,
                dropout,
                state,
                workers);
    }
}
