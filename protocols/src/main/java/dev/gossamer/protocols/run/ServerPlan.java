package dev.gossamer.protocols.run;

import static dev.gossamer.protocols.run.Preconditions.requireNotNegative;
import static dev.gossamer.protocols.run.Preconditions.requirePositive;

import java.util.OptionalDouble;

/**
 * How the server makes the next adapter of a round's mean update.
 *
 * @param learningRate what a step is multiplied with; 1 where none is given, which adaptive
 *     optimisers do not allow
 * @param momentum of {@code fedavgm}, in [0, 1)
 * @param beta1 of {@code fedadam} and {@code fedyogi}, in [0, 1)
 * @param beta2 of the same, in [0, 1)
 * @param epsilon of the same, above 0
 * @param weightDecay of the same, decoupled as AdamW has it
 * @param robust what stands for the mean where some clients may lie
 */
public record ServerPlan(
        Optimizer optimizer,
        OptionalDouble learningRate,
        double momentum,
        double beta1,
        double beta2,
        double epsilon,
        double weightDecay,
        RobustPlan robust) {
    /** What stands in a file where no learning rate is given. */
    static final String NO_RATE = "none";

    /** How a mean update becomes the next adapter. */
    public enum Optimizer implements Word {
        /** The mean itself. */
        FEDAVG,
        /** With momentum. */
        FEDAVGM,
        /** By Adam's moments. */
        FEDADAM,
        /** By Yogi's, which forget large changes slowly. */
        FEDYOGI;

        private boolean adapts() {
            return this == FEDADAM || this == FEDYOGI;
        }
    }

    /** A plan within its bounds. */
    public ServerPlan {
        learningRate.ifPresent(rate -> requirePositive("server.learning-rate", rate));
        if (optimizer.adapts() && learningRate.isEmpty()) {
            throw new RunFileException(
                    "adaptive optimiser needs a rate: key=server.learning-rate, value="
                            + NO_RATE
                            + ", server.optimizer="
                            + optimizer.key()
                            + "; 1e-3 is usual");
        }
        requireBelowOne("server.momentum", momentum);
        requireBelowOne("server.beta1", beta1);
        requireBelowOne("server.beta2", beta2);
        requirePositive("server.epsilon", epsilon);
        requireNotNegative("server.weight-decay", weightDecay);
    }

    /** The mean itself is the step. */
    public static ServerPlan plain() {
        return new ServerPlan(
                Optimizer.FEDAVG,
                OptionalDouble.empty(),
                0.9,
                0.9,
                0.999,
                1e-8,
                0,
                RobustPlan.none());
    }

    private static void requireBelowOne(String key, double value) {
        requireNotNegative(key, value);
        if (value >= 1) {
            throw new RunFileException(
                    "out of range: key=" + key + ", value=" + value + ", bound=below 1");
        }
    }

    /** The learning rate, 1 where none is given. */
    public double rate() {
        return learningRate.orElse(1);
    }
}
