package dev.gossamer.protocols.aggregate;

import dev.gossamer.protocols.run.ServerPlan;

/**
 * Turns the change that a round's mean asks for into the server's step, by Reddi et al. (arXiv
 * 2003.00295): the change is the negative of a gradient. Coordinate by coordinate, in double
 * precision; all state is in {@link Memory}.
 */
public sealed interface ServerOptimizer {
    /**
     * What an optimiser remembers of one vector of coordinates.
     *
     * @param steps how many were taken
     * @param first mean of the changes; belongs to this object
     * @param second mean of their squares; belongs to this object
     */
    @SuppressWarnings("ArrayRecordComponent") // computed with, never compared
    record Memory(int steps, double[] first, double[] second) {
        /** What there is before the first step of {@code size} coordinates. */
        public static Memory fresh(int size) {
            return new Memory(0, new double[size], new double[size]);
        }

        private Memory next() {
            return new Memory(steps + 1, first.clone(), second.clone());
        }
    }

    /** A step, and the memory after it. */
    @SuppressWarnings("ArrayRecordComponent") // computed with, never compared
    record Step(double[] step, Memory memory) {}

    /** The name in a run file. */
    String name();

    /** Whether it remembers anything of a coordinate, which has then to mean the same later. */
    boolean remembers();

    /**
     * The step for {@code change}.
     *
     * @param values before the step, of the same coordinates
     */
    Step step(Memory memory, double[] values, double[] change);

    /** The optimiser that {@code plan} names. */
    static ServerOptimizer of(ServerPlan plan) {
        Adaptivity adaptivity =
                new Adaptivity(
                        plan.rate(),
                        plan.beta1(),
                        plan.beta2(),
                        plan.epsilon(),
                        plan.weightDecay());
        return switch (plan.optimizer()) {
            case FEDAVG -> new FedAvg(plan.rate());
            case FEDAVGM -> new FedAvgM(plan.rate(), plan.momentum());
            case FEDADAM -> new FedAdam(adaptivity);
            case FEDYOGI -> new FedYogi(adaptivity);
        };
    }

    /** The step of one that remembers nothing. */
    default double[] step(double[] change) {
        return step(Memory.fresh(change.length), new double[change.length], change).step();
    }

    /**
     * The mean itself, or a multiple (McMahan et al., arXiv 1602.05629).
     *
     * @param learningRate above 0, 1 for the mean
     */
    record FedAvg(double learningRate) implements ServerOptimizer {
        /** A rate above 0. */
        public FedAvg {
            requireRate(learningRate);
        }

        /** The mean itself. */
        public FedAvg() {
            this(1);
        }

        @Override
        public String name() {
            return "fedavg";
        }

        @Override
        public boolean remembers() {
            return false;
        }

        @Override
        public Step step(Memory memory, double[] values, double[] change) {
            double[] step = new double[change.length];
            for (int i = 0; i < step.length; i++) {
                step[i] = learningRate * change[i];
            }
            return new Step(step, memory);
        }
    }

    /**
     * Momentum on the mean (Hsu et al., arXiv 1909.06335): {@code v = momentum v + change}.
     *
     * @param learningRate above 0
     * @param momentum in [0, 1)
     */
    record FedAvgM(double learningRate, double momentum) implements ServerOptimizer {
        /** Numbers within their ranges. */
        public FedAvgM {
            requireRate(learningRate);
            requireBeta("momentum", momentum);
        }

        @Override
        public String name() {
            return "fedavgm";
        }

        @Override
        public boolean remembers() {
            return true;
        }

        @Override
        public Step step(Memory memory, double[] values, double[] change) {
            Memory next = memory.next();
            double[] step = new double[change.length];
            for (int i = 0; i < step.length; i++) {
                next.first()[i] = momentum * next.first()[i] + change[i];
                step[i] = learningRate * next.first()[i];
            }
            return new Step(step, next);
        }
    }

    /**
     * Numbers that FedAdam and FedYogi share.
     *
     * @param learningRate above 0
     * @param beta1 in [0, 1)
     * @param beta2 in [0, 1)
     * @param epsilon above 0; the paper calls it tau and takes 1e-3
     * @param weightDecay decoupled, as AdamW has it; at least 0
     */
    record Adaptivity(
            double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
        /** Numbers within their ranges. */
        public Adaptivity {
            requireRate(learningRate);
            requireBeta("beta1", beta1);
            requireBeta("beta2", beta2);
            if (!(epsilon > 0) || !Double.isFinite(epsilon)) {
                throw new IllegalArgumentException("epsilon is not above 0: epsilon=" + epsilon);
            }
            if (!(weightDecay >= 0) || !Double.isFinite(weightDecay)) {
                throw new IllegalArgumentException(
                        "weight decay out of range: weightDecay=" + weightDecay + ", bound=0");
            }
        }

        /** What AdamW has in the libraries, which is what FLASC's server runs. */
        public static Adaptivity adamW(double learningRate) {
            return new Adaptivity(learningRate, 0.9, 0.999, 1e-8, 0.01);
        }

        private Step step(Memory next, double[] values) {
            double firstScale = 1 / (1 - StrictMath.pow(beta1, next.steps()));
            double secondScale = 1 / (1 - StrictMath.pow(beta2, next.steps()));
            double[] step = new double[values.length];
            for (int i = 0; i < step.length; i++) {
                double direction =
                        next.first()[i]
                                * firstScale
                                / (Math.sqrt(next.second()[i] * secondScale) + epsilon);
                step[i] = learningRate * (direction - weightDecay * values[i]);
            }
            return new Step(step, next);
        }
    }

    /** Adam on the mean, with bias correction as the libraries have it. */
    record FedAdam(Adaptivity with) implements ServerOptimizer {
        @Override
        public String name() {
            return "fedadam";
        }

        @Override
        public boolean remembers() {
            return true;
        }

        @Override
        public Step step(Memory memory, double[] values, double[] change) {
            Memory next = memory.next();
            for (int i = 0; i < change.length; i++) {
                double g = change[i];
                next.first()[i] = with.beta1() * next.first()[i] + (1 - with.beta1()) * g;
                next.second()[i] = with.beta2() * next.second()[i] + (1 - with.beta2()) * g * g;
            }
            return with.step(next, values);
        }
    }

    /** Adam whose second moment moves by the square of a change at most (Yogi). */
    record FedYogi(Adaptivity with) implements ServerOptimizer {
        @Override
        public String name() {
            return "fedyogi";
        }

        @Override
        public boolean remembers() {
            return true;
        }

        @Override
        public Step step(Memory memory, double[] values, double[] change) {
            Memory next = memory.next();
            for (int i = 0; i < change.length; i++) {
                double square = change[i] * change[i];
                double second = next.second()[i];
                next.first()[i] = with.beta1() * next.first()[i] + (1 - with.beta1()) * change[i];
                next.second()[i] =
                        second - (1 - with.beta2()) * square * Math.signum(second - square);
            }
            return with.step(next, values);
        }
    }

    private static void requireRate(double rate) {
        if (!(rate > 0) || !Double.isFinite(rate)) {
            throw new IllegalArgumentException(
                    "learning rate is not above 0: key=server.learning-rate, value=" + rate);
        }
    }

    private static void requireBeta(String name, double beta) {
        if (!(beta >= 0 && beta < 1)) {
            throw new IllegalArgumentException(
                    "out of range: key=server." + name + ", value=" + beta + ", bound=[0,1)");
        }
    }
}
