package dev.gossamer.protocols.run;

import static dev.gossamer.protocols.run.Preconditions.notAvailable;
import static dev.gossamer.protocols.run.Preconditions.requireFraction;
import static dev.gossamer.protocols.run.Preconditions.requirePositive;
import static dev.gossamer.protocols.run.Preconditions.requireRange;
import static dev.gossamer.protocols.run.Preconditions.requireText;

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
        DataPlan data,
        AdapterPlan adapter,
        BasisPlan basis,
        TrainPlan train,
        Rounds rounds,
        ServerPlan server,
        Exchange exchange,
        EvaluationPlan evaluation,
        PrivacyPlan privacy,
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
        data.requireFit(task);
        if (task != Task.SEQUENCE_CLASSIFICATION && model.pooling() != Model.Pooling.MEAN) {
            throw new RunFileException(
                    "pooling is of sequence classification alone: key=model.pooling, value="
                            + model.pooling().key()
                            + ", task="
                            + task.key());
        }
        if (secureAggregation) {
            throw notAvailable("secure-aggregation", true, "[false]");
        }
        requireCountsHidden(privacy, rounds);
        simulate.ifPresent(world -> world.requireFit(task));
        if (privacy.isPrivate() && simulate.isPresent() && evaluation.publicTest().isEmpty()) {
            throw new RunFileException(
                    "owners tell no scores, and without a public test there are none:"
                            + " key=evaluation.public-test, value=none, privacy.mode="
                            + privacy.mode().key());
        }
        if (simulate.isPresent() && rounds.cohort() > simulate.get().clients()) {
            throw new RunFileException(
                    "cohort is larger than the population: key=rounds.cohort, value="
                            + rounds.cohort()
                            + ", bound="
                            + simulate.get().clients());
        }
    }

    private static void requireCountsHidden(PrivacyPlan privacy, Rounds rounds) {
        if (privacy.isPrivate() && rounds.weights() != Rounds.Weights.UNIFORM) {
            throw new RunFileException(
                    "weights tell how many rows an owner has: key=rounds.weights, value="
                            + rounds.weights().key()
                            + ", privacy.mode="
                            + privacy.mode().key()
                            + ", available=[uniform]");
        }
    }

    /** What the model learns to do. */
    public enum Task implements Word {
        /** One class for each row. */
        SEQUENCE_CLASSIFICATION,
        /** One class for each word. */
        TOKEN_CLASSIFICATION,
        /** The tokens behind masks. */
        MASKED_LM,
        /** The next token: of a completion, of the assistant's messages, or of a whole text. */
        CAUSAL_LM;

        /** The columns that it reads. */
        public List<Column> columns() {
            return switch (this) {
                case SEQUENCE_CLASSIFICATION ->
                        List.of(Column.TEXT, Column.SECOND_TEXT, Column.LABEL);
                case TOKEN_CLASSIFICATION -> List.of(Column.TEXT, Column.LABEL);
                case MASKED_LM -> List.of(Column.TEXT);
                case CAUSAL_LM ->
                        List.of(Column.TEXT, Column.PROMPT, Column.COMPLETION, Column.MESSAGES);
            };
        }

        /** Whether labels name classes. */
        public boolean classifies() {
            return columns().contains(Column.LABEL);
        }

        /** The name of {@code column} where a run file gives none. */
        String standardName(Column column) {
            if (this != TOKEN_CLASSIFICATION) {
                return column.key();
            }
            return column == Column.LABEL ? "tags" : "tokens";
        }
    }

    /**
     * The frozen base model.
     *
     * @param base a built-in name, a folder or a file
     * @param weights what the base is kept as
     * @param precision of the matrix products
     * @param pooling of sequence classification
     */
    public record Model(String base, Storage weights, Precision precision, Pooling pooling) {
        /** A model with a name. */
        public Model {
            requireText("model.base", base);
        }

        /** What the frozen matrices are kept as. */
        public enum Storage implements Word {
            FP32,
            BF16,
            INT8,
            /** The blocks of the file that they come from. */
            BLOCKS
        }

        /** What matrix products are computed in. */
        public enum Precision implements Word {
            FP32,
            BF16
        }

        /** How a row's one vector is made of the vectors of its tokens. */
        public enum Pooling implements Word {
            MEAN,
            /** The first token's. */
            CLS,
            /** As the family's own classifier does. */
            HEAD
        }
    }

    /**
     * How the frozen factors are made: before the first round, and again where that is asked for.
     *
     * @param sample the public rows that they are made on
     * @param rows of the sample, or of each client's own, at least 1
     * @param learningRate of the step that the factors approximate
     * @param values what the factors travel as
     * @param rebaseEvery rounds after which they are made anew, 0 for never
     * @param rebaseBelow the share of the sample's gradient below which they are made anew, 0 for
     *     never
     */
    public record BasisPlan(
            From from,
            String sample,
            int rows,
            double learningRate,
            Values values,
            int rebaseEvery,
            double rebaseBelow) {
        /** A plan that this version can follow. */
        public BasisPlan {
            requireText("basis.sample", sample);
            requireRange("basis.rows", rows, 1, MAX_COUNT);
            requirePositive("basis.learning-rate", learningRate);
            requireRange("basis.rebase-every", rebaseEvery, 0, MAX_COUNT);
            if (rebaseBelow != 0) {
                requireFraction("basis.rebase-below", rebaseBelow);
            }
        }

        /** Whether the factors may be made anew, and the base changes then. */
        public boolean rebases() {
            return rebaseEvery > 0 || rebaseBelow > 0;
        }

        /** What the factors are taken from. */
        public enum From implements Word {
            /** The gradient of the public sample. */
            GRADIENT,
            /** The base's own weights. */
            WEIGHTS,
            /** The run's seed. */
            RANDOM,
            /** The gradients of all clients, of which sketches are added up. */
            RANGE_FINDER
        }

        /** What the factors travel as. */
        public enum Values implements Word {
            FP32,
            /** In half the bytes, and orthonormal again where they arrive. */
            BF16
        }
    }

    /**
     * How often, how many and how long.
     *
     * @param cohort clients that are asked in a round
     * @param minimum reports without which a round is abandoned
     * @param overSelect clients asked beyond the cohort
     * @param weightCap what a report counts for at most, where weights are capped
     */
    public record Rounds(
            int count,
            int cohort,
            int minimum,
            int overSelect,
            Duration deadline,
            Weights weights,
            int weightCap) {
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
            requireRange("rounds.weight-cap", weightCap, 1, MAX_COUNT);
        }

        /** What a report counts for in the mean. */
        public enum Weights implements Word {
            /** As many as it has rows. */
            EXAMPLES,
            /** One. */
            UNIFORM,
            /** As many as it has rows, up to a bound. */
            CAPPED
        }
    }

    /** How updates travel up and adapters down. */
    public record Exchange(CodecPlan upload, CodecPlan download) {
        private static final String UPLOAD = "exchange.upload";
        private static final String DOWNLOAD = "exchange.download";

        /** Directions that this version can encode. */
        public Exchange {
            upload.requireWithin(UPLOAD);
            download.requireWithin(DOWNLOAD);
            if (download.feedback() != CodecPlan.Feedback.NONE) {
                throw new RunFileException(
                        "feedback is of uploads alone: key=exchange.download.feedback, value="
                                + download.feedback().key()
                                + ", available=[none]");
            }
            if (download.sparsify() == CodecPlan.Sparsify.RANDOM_K) {
                throw new RunFileException(
                        "random-k is of uploads alone: key=exchange.download.sparsify,"
                                + " value=random-k, available=[top-k, top-k-per-tensor]");
            }
        }
    }

    /**
     * When the global adapter is scored.
     *
     * @param every rounds from one scoring to the next
     * @param publicTest a public data set that is scored besides the owners' held-out rows
     * @param aggregationError whether the server keeps the reports of methods that are not exact,
     *     to measure what their mean gets wrong
     */
    public record EvaluationPlan(int every, Optional<String> publicTest, boolean aggregationError) {
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

    /** This run with other coins. */
    public RunFile withSeed(long seed) {
        return with(train, seed);
    }

    /** This run with another learning rate of the clients' training. */
    public RunFile withLearningRate(double learningRate) {
        return with(train.withLearningRate(learningRate), seed);
    }

    /** This run with another number of threads a client. */
    public RunFile withThreads(int threads) {
        return with(train.withThreads(threads), seed);
    }

    private RunFile with(TrainPlan train, long seed) {
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
