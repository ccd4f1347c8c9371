package dev.gossamer.client.bench;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.WordNetNouns;
import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.text.Tokenizer;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.protocols.random.CounterRandom;

import java.util.ArrayList;
import java.util.List;

/** The rows that cases train on. */
final class BenchRows {
    private static final int GLOSSES_OF_A_CLASS = 100;
    private static final long SEED = 1;

    private BenchRows() {}

    /** {@code count} rows of {@code length} random tokens, as the base's task labels them. */
    static List<Example> random(Architecture architecture, int count, int length) {
        CounterRandom random = CounterRandom.of(SEED, "bench-rows", length, "");
        List<Example> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            int[] ids = new int[length];
            for (int i = 0; i < length; i++) {
                ids[i] = random.nextInt(architecture.vocabulary());
            }
            rows.add(
                    architecture.causal()
                            ? new Example(ids, ids)
                            : new Example(ids, random.nextInt(OpenedCase.CLASSES)));
        }
        return rows;
    }

    /** Twelve hundred glosses, a hundred of each class, in batches, in an order by chance. */
    static List<List<Example>> glosses(PretrainedModel model, int batchRows, int maxTokens) {
        Tokenizer tokenizer =
                model.tokenizer()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "base has no tokenizer: base=" + model.name()));
        WordNetNouns nouns =
                WordNetNouns.resolve(ArtifactCache.ofEnvironment(), DownloadProgress.SILENT);
        CounterRandom random = CounterRandom.of(SEED, "bench-glosses", 0, "");
        List<Example> rows = new ArrayList<>();
        for (int label = 0; label < WordNetNouns.CLASSES.size(); label++) {
            List<String> texts = new ArrayList<>(nouns.of(WordNetNouns.CLASSES.get(label)));
            shuffle(texts, random);
            for (String text : texts.subList(0, GLOSSES_OF_A_CLASS)) {
                rows.add(new Example(tokenizer.encode(text, maxTokens), label));
            }
        }
        shuffle(rows, random);
        List<List<Example>> batches = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += batchRows) {
            batches.add(List.copyOf(rows.subList(from, Math.min(rows.size(), from + batchRows))));
        }
        return batches;
    }

    private static <T> void shuffle(List<T> items, CounterRandom random) {
        for (int i = items.size() - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            T item = items.get(i);
            items.set(i, items.get(other));
            items.set(other, item);
        }
    }
}
