package dev.gossamer.protocols.run;

import static dev.gossamer.protocols.run.Preconditions.notAvailable;
import static dev.gossamer.protocols.run.Preconditions.requireAvailable;
import static dev.gossamer.protocols.run.Preconditions.requireFraction;
import static dev.gossamer.protocols.run.Preconditions.requireNotNegative;
import static dev.gossamer.protocols.run.Preconditions.requirePositive;
import static dev.gossamer.protocols.run.Preconditions.requireRange;
import static dev.gossamer.protocols.run.Preconditions.requireText;
import static dev.gossamer.protocols.run.Preconditions.requireUnique;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One fine-tuning job, complete: every default is filled in and every bound has been checked.
 *
 * <p>The same run file describes a run for the simulator and for a deployment. Each record checks
 * itself, so a run file made in code is held to the bounds of one that was read; a refusal is a
 * {@link RunFileException}. Keys in a file are the component names with dashes.
 *
 * @param name letters, digits, dots, dashes and underscores, so that it can name files
 * @param seed of every coin that is not a secret
 * @param simulate the world of a simulated run; a deployment ignores it
 */
public record RunFile(
        String name,
        Task task,
        Model model,
        Data data,
        Adapter adapter,
        BasisPlan basis,
        Train train,
        Rounds rounds,
        Server server,
        Exchange exchange,
        EvaluationPlan evaluation,
        Privacy privacy,
        boolean secureAggregation,
        long seed,
        Optional<World> simulate) {
    /** The most rounds, steps and rows: far above any run, far below any overflow. */
    public static final int MAX_COUNT = 1_000_000;

    private static final int MAX_NAME_CHARACTERS = 64;

    /** A run whose parts fit each other. */
    public RunFile {
        requireText("name", name, MAX_NAME_CHARACTERS);
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new RunFileException(
                    "not a name: key=name, value="
                            + name
                            + ", expected=letters, digits, dots, dashes and underscores");
        }
        requireAvailable("task", task);
        if (secureAggregation) {
            throw notAvailable("secure-aggregation", true, "[false]");
        }
        if (simulate.isPresent() && rounds.cohort() > simulate.get().clients()) {
            throw new RunFileException(
                    "cohort is larger than the population: key=rounds.cohort, value="
                            + rounds.cohort()
                            + ", bound="
                            + simulate.get().clients());
        }
    }

    /** What the model learns to do. */
    public enum Task implements Word {
        SEQUENCE_CLASSIFICATION,
        TOKEN_CLASSIFICATION,
        MASKED_LM,
        CAUSAL_LM;

        @Override
        public boolean available() {
            return this == SEQUENCE_CLASSIFICATION;
        }
    }

    /** How a number is represented. */
    public enum Precision implements Word {
        FP32,
        BF16;

        @Override
        public boolean available() {
            return this == FP32;
        }
    }

    /**
     * The frozen base model.
     *
     * @param base a built-in name, a folder or a file
     * @param weights of the base, at rest
     * @param precision of the arithmetic
     */
    public record Model(String base, Precision weights, Precision precision, Pooling pooling) {
        /** A model that this version can train. */
        public Model {
            requireText("model.base", base);
            requireAvailable("model.weights", weights);
            requireAvailable("model.precision", precision);
            requireAvailable("model.pooling", pooling);
        }

        /** How one vector is made of the vectors of all tokens. */
        public enum Pooling implements Word {
            MEAN,
            CLS,
            HEAD;

            @Override
            public boolean available() {
                return this == MEAN;
            }
        }
    }

    /**
     * The rows that every owner brings.
     *
     * @param set the name that a client maps to its own files
     * @param text the field with the text
     * @param label the field with the class
     * @param classes all labels, in the order of the head's outputs
     * @param maxTokens 1 to 512 tokens of a text
     * @param heldOut the share of an owner's rows that is scored and never trained on
     */
    public record Data(
            String set,
            String text,
            String label,
            List<String> classes,
            int maxTokens,
            Truncate truncate,
            double heldOut) {
        private static final int MAX_CLASSES = 4096;
        private static final int MAX_CLASS_CHARACTERS = 100;

        /** The positions of the encoders in use. */
        private static final int MAX_TOKENS = 512;

        /** Data of at least two classes. */
        public Data {
            requireText("data.set", set);
            requireText("data.text", text);
            requireText("data.label", label);
            classes = List.copyOf(classes);
            if (classes.size() < 2 || classes.size() > MAX_CLASSES) {
                throw new RunFileException(
                        "wrong number of classes: key=data.classes, value="
                                + classes.size()
                                + ", bound=2.."
                                + MAX_CLASSES);
            }
            classes.forEach(c -> requireText("data.classes", c, MAX_CLASS_CHARACTERS));
            requireUnique("data.classes", classes);
            requireRange("data.max-tokens", maxTokens, 1, MAX_TOKENS);
            requireFraction("data.held-out", heldOut);
        }

        /** Which part of a text that is too long goes. */
        public enum Truncate implements Word {
            END
        }
    }

    /**
     * What is trained.
     *
     * @param method the name of a federated LoRA method; whether it exists is for the methods to
     *     say
     * @param targets the matrices of each layer, out of {@link #ALL_LINEAR}
     */
    public record Adapter(String method, int rank, List<String> targets) {
        /** What {@code all-linear} stands for. */
        public static final List<String> ALL_LINEAR =
                List.of("query", "key", "value", "output", "intermediate", "ffn-output");

        private static final int MAX_RANK = 4096;
        private static final int MAX_METHOD_CHARACTERS = 64;

        /** An adapter with at least one target. */
        public Adapter {
            requireText("adapter.method", method, MAX_METHOD_CHARACTERS);
            if (!method.matches("[a-z0-9-]+")) {
                throw new RunFileException(
                        "not a method name: key=adapter.method, value="
                                + method
                                + ", expected=a-z, 0-9 and dashes");
            }
            requireRange("adapter.rank", rank, 1, MAX_RANK);
            targets = List.copyOf(targets);
            if (targets.isEmpty()) {
                throw new RunFileException(
                        "zero matching targets: key=adapter.targets, value=[], allowed="
                                + ALL_LINEAR);
            }
            for (String target : targets) {
                if (!ALL_LINEAR.contains(target)) {
                    throw Spelling.refusal("unknown target", "adapter.targets", target, ALL_LINEAR);
                }
            }
            requireUnique("adapter.targets", targets);
        }
    }

    /**
     * How the frozen factors are made, once, before the first round.
     *
     * @param sample the public rows that they are made on
     * @param rows of the sample, at least 1
     * @param learningRate of the step that the factors approximate
     */
    public record BasisPlan(From from, String sample, int rows, double learningRate) {
        /** A plan that this version can follow. */
        public BasisPlan {
            requireAvailable("basis.from", from);
            requireText("basis.sample", sample);
            requireRange("basis.rows", rows, 1, MAX_COUNT);
            requirePositive("basis.learning-rate", learningRate);
        }

        /** What the factors are taken from. */
        public enum From implements Word {
            GRADIENT,
            WEIGHTS,
            RANDOM,
            RANGE_FINDER;

            @Override
            public boolean available() {
                return this == GRADIENT;
            }
        }
    }

    /**
     * What a client does in one round.
     *
     * @param localSteps at least 1
     * @param batchSize 1 to 4096 rows a step
     * @param state what happens to the optimizer's moments between rounds
     * @param threads 1 to 256; no result depends on it
     */
    public record Train(
            int localSteps,
            int batchSize,
            Train.Optimizer optimizer,
            double learningRate,
            double weightDecay,
            Schedule schedule,
            State state,
            int threads) {
        private static final int MAX_BATCH_SIZE = 4096;
        private static final int MAX_THREADS = 256;

        /** A plan within its bounds. */
        public Train {
            requireRange("train.local-steps", localSteps, 1, MAX_COUNT);
            requireRange("train.batch-size", batchSize, 1, MAX_BATCH_SIZE);
            requirePositive("train.learning-rate", learningRate);
            requireNotNegative("train.weight-decay", weightDecay);
            requireRange("train.threads", threads, 1, MAX_THREADS);
        }

        /** How gradients become steps. */
        public enum Optimizer implements Word {
            ADAMW
        }

        /** How the learning rate moves from round to round. */
        public enum Schedule implements Word {
            /** Not at all. */
            CONSTANT,
            /** Down by the same amount each round, so that it would be 0 after the last. */
            LINEAR;

            /**
             * What the learning rate is multiplied with in {@code round}.
             *
             * @param round 1 to {@code rounds}
             */
            public double factor(int round, int rounds) {
                return switch (this) {
                    case CONSTANT -> 1;
                    case LINEAR -> (double) (rounds - round + 1) / rounds;
                };
            }
        }

        /** How long the optimizer's moments live. */
        public enum State implements Word {
            PER_ROUND
        }
    }

    /**
     * How often, how many and how long.
     *
     * @param cohort clients that are asked in a round
     * @param minimum reports without which a round is abandoned
     * @param overSelect clients asked beyond the cohort
     */
    public record Rounds(
            int count,
            int cohort,
            int minimum,
            int overSelect,
            Duration deadline,
            Weights weights) {
        /** The most clients of one round; bounds the coordinator's memory and its ring. */
        public static final int MAX_COHORT = 10_000;

        private static final Duration LEAST_DEADLINE = Duration.ofMillis(1);
        private static final Duration MOST_DEADLINE = Duration.ofDays(30);

        /** Rounds that can close. */
        public Rounds {
            requireRange("rounds.count", count, 1, MAX_COUNT);
            requireRange("rounds.cohort", cohort, 1, MAX_COHORT);
            if (minimum > cohort) {
                throw new RunFileException(
                        "minimum is larger than the cohort: key=rounds.minimum, value="
                                + minimum
                                + ", bound="
                                + cohort);
            }
            requireRange("rounds.minimum", minimum, 1, cohort);
            requireRange("rounds.over-select", overSelect, 0, MAX_COHORT);
            if (overSelect > 0) {
                throw notAvailable("rounds.over-select", overSelect, "[0]");
            }
            requireRange("rounds.deadline", deadline, LEAST_DEADLINE, MOST_DEADLINE);
            requireAvailable("rounds.weights", weights);
        }

        /** What a report counts for in the mean. */
        public enum Weights implements Word {
            EXAMPLES,
            UNIFORM,
            CAPPED;

            @Override
            public boolean available() {
                return this != CAPPED;
            }
        }
    }

    /** What the server does with the mean of a round. */
    public record Server(Server.Optimizer optimizer) {
        /** A server that this version can be. */
        public Server {
            requireAvailable("server.optimizer", optimizer);
        }

        /** How a mean update becomes the next adapter. */
        public enum Optimizer implements Word {
            FEDAVG,
            FEDAVGM,
            FEDADAM,
            FEDYOGI;

            @Override
            public boolean available() {
                return this == FEDAVG;
            }
        }
    }

    /** How updates travel up and adapters down. */
    public record Exchange(Direction upload, Direction download) {
        /** Directions that this version can encode. */
        public Exchange {
            requireEncodable("exchange.upload", upload);
            requireEncodable("exchange.download", download);
        }

        private static void requireEncodable(String key, Direction direction) {
            requireAvailable(key + ".values", direction.values());
            requirePositive(key + ".density", direction.density());
            if (direction.density() != 1) {
                throw notAvailable(key + ".density", direction.density(), "[1.0]");
            }
        }

        /**
         * One direction.
         *
         * @param density the share of values that is sent
         */
        public record Direction(Precision values, double density) {}
    }

    /**
     * When the global adapter is scored.
     *
     * @param every rounds from one scoring to the next
     * @param publicTest a public data set that is scored besides the owners' held-out rows
     */
    public record EvaluationPlan(int every, Optional<String> publicTest) {
        /** What stands in a file where there is no public test. */
        static final String NO_TEST = "none";

        /** A plan within its bounds. */
        public EvaluationPlan {
            requireRange("evaluation.every", every, 1, MAX_COUNT);
            publicTest.ifPresent(EvaluationPlan::requireTest);
        }

        private static void requireTest(String test) {
            requireText("evaluation.public-test", test);
            if (test.equals(NO_TEST)) {
                throw new RunFileException(
                        "none is no data set: key=evaluation.public-test, value=none");
            }
        }
    }

    /** What is promised to the owners of the data. */
    public record Privacy(Mode mode) {
        /** A promise that this version can keep. */
        public Privacy {
            requireAvailable("privacy.mode", mode);
        }

        /** Where noise is added. */
        public enum Mode implements Word {
            NONE,
            CENTRAL,
            DISTRIBUTED,
            EXAMPLE;

            @Override
            public boolean available() {
                return this == NONE;
            }
        }
    }

    /** This run with other coins. */
    public RunFile withSeed(long seed) {
        return with(train, seed);
    }

    /** This run with another learning rate of the clients' training. */
    public RunFile withLearningRate(double learningRate) {
        return with(
                new Train(
                        train.localSteps,
                        train.batchSize,
                        train.optimizer,
                        learningRate,
                        train.weightDecay,
                        train.schedule,
                        train.state,
                        train.threads),
                seed);
    }

    /** This run with another number of threads a client. */
    public RunFile withThreads(int threads) {
        return with(
                new Train(
                        train.localSteps,
                        train.batchSize,
                        train.optimizer,
                        train.learningRate,
                        train.weightDecay,
                        train.schedule,
                        train.state,
                        threads),
                seed);
    }

    private RunFile with(Train train, long seed) {
        return new RunFile(
                name,
                task,
                model,
                data,
                adapter,
                basis,
                train,
                rounds,
                server,
                exchange,
                evaluation,
                privacy,
                secureAggregation,
                seed,
                simulate);
    }
}
