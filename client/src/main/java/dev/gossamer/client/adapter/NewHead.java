package dev.gossamer.client.adapter;

import dev.gossamer.client.model.Activation;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.FloatMatrix;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.protocols.random.CounterRandom;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The head that a task puts on a base: what the base's files hold of it, and new weights for the
 * rest.
 *
 * <p>New weights are normal of deviation 0.02 and new biases zero, as transformers draws them.
 *
 * @param trained the maps whose values are trained: the output, and a hidden map that is new
 */
public record NewHead(Head head, List<String> trained) {
    /** The deviation of new weights. */
    private static final double DEVIATION = 0.02;

    /** Copies the list. */
    public NewHead {
        trained = List.copyOf(trained);
    }

    /**
     * The head of {@code use} on {@code model}; for one adapter always the same but for values that
     * are trained.
     *
     * @throws IllegalArgumentException if the base has no such head and none can be made
     */
    public static NewHead of(PretrainedModel model, TrainedAdapter.Use use, long seed) {
        return of(model, use.task(), use.pooling(), use.classes().size(), seed);
    }

    /**
     * The head of a task on {@code model}.
     *
     * @param pooling of a sequence's classifier
     * @param classes of a classifier; ignored for language models
     * @throws IllegalArgumentException if the base has no such head and none can be made
     */
    public static NewHead of(
            PretrainedModel model,
            Task task,
            Optional<PoolingChoice> pooling,
            int classes,
            long seed) {
        Maker maker = new Maker(model, classes, seed);
        return switch (task) {
            case SEQUENCE_CLASSIFICATION ->
                    switch (pooling.orElse(PoolingChoice.MEAN)) {
                        case MEAN -> maker.pooled(Head.Pooling.MEAN);
                        case CLS -> maker.pooled(Head.Pooling.FIRST);
                        case HEAD -> maker.own();
                    };
            case TOKEN_CLASSIFICATION -> maker.tokens();
            case MASKED_LM, CAUSAL_LM -> maker.language(task);
        };
    }

    private record Maker(PretrainedModel model, int classes, long seed) {
        NewHead pooled(Head.Pooling pooling) {
            Linear output = drawn("classifier", classes, width(), true);
            return new NewHead(
                    new Head.SequenceClassifier(pooling, Optional.empty(), output),
                    List.of(output.name()));
        }

        NewHead own() {
            return switch (model.base().architecture().family()) {
                case "bert" -> own("bert.pooler.dense", Activation.TANH, "classifier");
                case "roberta", "xlm-roberta", "camembert" ->
                        own("classifier.dense", Activation.TANH, "classifier.out_proj");
                case "distilbert" -> own("pre_classifier", Activation.RELU, "classifier");
                case "gpt2", "llama", "mistral", "qwen2", "qwen3" -> last();
                case String family ->
                        throw new IllegalArgumentException(
                                "no classifier of the family's own: pooling=head, family="
                                        + family
                                        + "; use pooling=mean or pooling=cls");
            };
        }

        /** A decoder's: of the last token, without a bias. */
        private NewHead last() {
            Linear output =
                    storedClassifier()
                            .map(Head.SequenceClassifier::output)
                            .filter(linear -> linear.out() == classes)
                            .orElseGet(() -> drawn("score", classes, width(), false));
            return new NewHead(
                    new Head.SequenceClassifier(Head.Pooling.LAST, Optional.empty(), output),
                    List.of(output.name()));
        }

        private Optional<Head.SequenceClassifier> storedClassifier() {
            return model.head()
                    .filter(Head.SequenceClassifier.class::isInstance)
                    .map(Head.SequenceClassifier.class::cast);
        }

        private NewHead own(String hidden, Activation activation, String output) {
            Optional<Head.SequenceClassifier> stored = storedClassifier();
            Optional<Linear> storedHidden =
                    stored.flatMap(Head.SequenceClassifier::hidden)
                            .or(model::pooler)
                            .map(Head.Dense::linear);
            Linear first = storedHidden.orElseGet(() -> drawn(hidden, width(), width(), true));
            Linear last =
                    stored.map(Head.SequenceClassifier::output)
                            .filter(linear -> linear.out() == classes)
                            .orElseGet(() -> drawn(output, classes, width(), true));
            List<String> trained = new ArrayList<>();
            if (storedHidden.isEmpty() || oneModule(hidden, output)) {
                trained.add(hidden);
            }
            trained.add(output);
            return new NewHead(
                    new Head.SequenceClassifier(
                            Head.Pooling.FIRST,
                            Optional.of(new Head.Dense(first, activation)),
                            last),
                    trained);
        }

        /**
         * Whether PEFT trains and stores both with one name: RoBERTa's head is one module, and
         * DistilBERT's pre_classifier ends as its classifier does.
         */
        private static boolean oneModule(String hidden, String output) {
            return hidden.startsWith("classifier.") || hidden.endsWith(output);
        }

        NewHead tokens() {
            Linear output =
                    model.head()
                            .filter(Head.TokenClassifier.class::isInstance)
                            .map(head -> ((Head.TokenClassifier) head).output())
                            .filter(linear -> linear.out() == classes)
                            .orElseGet(() -> drawn(tokenModule(), classes, width(), true));
            return new NewHead(new Head.TokenClassifier(output), List.of(output.name()));
        }

        /** What transformers calls the map: one thing in Llama's shape, another elsewhere. */
        private String tokenModule() {
            return model.base().architecture().rms() ? "score" : "classifier";
        }

        NewHead language(Task task) {
            boolean causal = model.base().architecture().causal();
            if (causal != (task == Task.CAUSAL_LM)) {
                throw new IllegalArgumentException(
                        "task does not fit the base: task="
                                + task.key()
                                + ", base="
                                + model.name()
                                + ", which sees "
                                + (causal ? "no token after a token" : "a whole text at once"));
            }
            return model.head()
                    .filter(Head.LanguageModel.class::isInstance)
                    .map(head -> new NewHead(head, List.of()))
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            "base has no language model's head: task="
                                                    + task.key()
                                                    + ", base="
                                                    + model.name()));
        }

        private int width() {
            return model.base().architecture().hidden();
        }

        private Linear drawn(String name, int out, int in, boolean biased) {
            CounterRandom random = CounterRandom.of(seed, "head", 0, name);
            float[] weight = new float[out * in];
            for (int i = 0; i < weight.length; i++) {
                weight[i] = (float) (DEVIATION * random.nextGaussian());
            }
            return new Linear(
                    name,
                    FloatMatrix.of(weight, out, in),
                    biased ? Optional.of(new float[out]) : Optional.empty());
        }
    }
}
