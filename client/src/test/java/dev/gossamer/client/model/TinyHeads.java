package dev.gossamer.client.model;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head.Dense;
import dev.gossamer.client.model.Head.Pooling;
import dev.gossamer.client.model.TinyTransformers.RandomWeights;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Small heads with random weights for {@link TinyTransformers}, and rows to try them on. */
public final class TinyHeads {
    /** How many classes the classifiers tell apart. */
    public static final int CLASSES = 5;

    private TinyHeads() {}

    /** Every kind of head on {@code base}, by its name. */
    public static Map<String, Head> all(Transformer base) {
        Map<String, Head> all = new LinkedHashMap<>();
        all.put("mean", sequence(base, Pooling.MEAN, Optional.empty(), 21));
        all.put("first-tanh", sequence(base, Pooling.FIRST, Optional.of(Activation.TANH), 22));
        all.put("mean-relu", sequence(base, Pooling.MEAN, Optional.of(Activation.RELU), 23));
        all.put("last", sequence(base, Pooling.LAST, Optional.empty(), 27));
        all.put("token", token(base, 24));
        all.put("free-lm", language(base, Optional.empty(), false, false, 25));
        all.put("tied-transform-lm", language(base, Optional.of(Activation.GELU), true, true, 26));
        return all;
    }

    /** Class scores of a sequence, with a hidden map where an activation is given. */
    public static Head.SequenceClassifier sequence(
            Transformer base, Pooling pooling, Optional<Activation> hidden, long seed) {
        RandomWeights random = new RandomWeights(seed);
        int width = base.architecture().hidden();
        Optional<Dense> dense =
                hidden.map(a -> new Dense(random.linear("dense", width - 2, width, true), a));
        int in = dense.isPresent() ? width - 2 : width;
        return new Head.SequenceClassifier(
                pooling, dense, random.linear("classifier", CLASSES, in, true));
    }

    /** Class scores of each token. */
    public static Head.TokenClassifier token(Transformer base, long seed) {
        RandomWeights random = new RandomWeights(seed);
        return new Head.TokenClassifier(
                random.linear("classifier", CLASSES, base.architecture().hidden(), true));
    }

    /**
     * Scores of the vocabulary.
     *
     * @param transform where there is one, with a norm after it
     */
    public static Head.LanguageModel language(
            Transformer base,
            Optional<Activation> transform,
            boolean tied,
            boolean bias,
            long seed) {
        RandomWeights random = new RandomWeights(seed);
        Architecture a = base.architecture();
        int width = a.hidden();
        return new Head.LanguageModel(
                transform.map(
                        act -> new Dense(random.linear("transform", width, width, true), act)),
                transform.map(act -> random.norm(a)),
                tied ? base.words() : random.matrix(a.vocabulary(), width, 1 / Math.sqrt(width)),
                bias ? Optional.of(random.values(a.vocabulary(), 0.3)) : Optional.empty());
    }

    /** The names of the linear maps of {@code head}, the hidden one first. */
    public static Set<String> maps(Head head) {
        return switch (head) {
            case Head.SequenceClassifier h ->
                    h.hidden()
                            .map(d -> Set.of(d.linear().name(), h.output().name()))
                            .orElse(Set.of(h.output().name()));
            case Head.TokenClassifier h -> Set.of(h.output().name());
            case Head.LanguageModel h ->
                    h.transform().map(d -> Set.of(d.linear().name())).orElse(Set.of());
        };
    }

    /**
     * Rows of the given lengths with labels for {@code head}; of the labels of tokens every third
     * is missing, and a row of an even index and more than one token has a second text.
     */
    public static List<Example> rows(Head head, long seed, int... lengths) {
        Random random = new Random(seed);
        List<Example> rows = new ArrayList<>();
        for (int i = 0; i < lengths.length; i++) {
            int n = lengths[i];
            int[] ids = random.ints(n, 0, TinyTransformers.VOCABULARY).toArray();
            int second = i % 2 == 0 ? (n + 1) / 2 : n;
            rows.add(new Example(ids, labels(head, n, random), second));
        }
        return rows;
    }

    private static int[] labels(Head head, int tokens, Random random) {
        return switch (head) {
            case Head.SequenceClassifier _ -> new int[] {random.nextInt(CLASSES)};
            case Head.TokenClassifier _ -> labels(tokens, CLASSES, random);
            case Head.LanguageModel _ -> labels(tokens, TinyTransformers.VOCABULARY, random);
        };
    }

    private static int[] labels(int tokens, int classes, Random random) {
        int[] labels = new int[tokens];
        for (int t = 0; t < tokens; t++) {
            labels[t] = t % 3 == 2 ? Example.NO_LABEL : random.nextInt(classes);
        }
        return labels;
    }
}
