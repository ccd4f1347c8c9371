package dev.gossamer.client.train;

import dev.gossamer.client.train.AdaptedModel.RowScore;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * How well a model does on rows, in the figures that its task has.
 *
 * @param rows how many
 * @param labels labelled places of all rows
 * @param loss mean cross-entropy over the labelled places, in nats
 * @param accuracy share of the places whose highest score is the label's
 * @param macroF1 of classifiers: the mean of each class's F1 over all classes that are labelled or
 *     predicted
 * @param perplexity of language models: {@code exp(loss)}
 * @param exactMatch of language models: share of the rows predicted right at each labelled place
 */
public record Metrics(
        int rows,
        long labels,
        double loss,
        double accuracy,
        OptionalDouble macroF1,
        OptionalDouble perplexity,
        OptionalDouble exactMatch) {
    /** Labels, predictions and hits of one class. */
    private static final class Count {
        private long labelled;
        private long predicted;
        private long both;

        double f1() {
            return 2.0 * both / (labelled + predicted);
        }
    }

    /** The figures of {@code scores}. */
    public static Metrics of(Task task, List<RowScore> scores) {
        TreeMap<Integer, Count> counts = new TreeMap<>();
        double lossSum = 0;
        long exact = 0;
        for (RowScore score : scores) {
            lossSum += score.lossSum();
            exact += Arrays.equals(score.labels(), score.predictions()) ? 1 : 0;
            for (int i = 0; i < score.labels().length; i++) {
                int label = score.labels()[i];
                int prediction = score.predictions()[i];
                count(counts, label).labelled++;
                count(counts, prediction).predicted++;
                count(counts, label).both += label == prediction ? 1 : 0;
            }
        }
        long labels = counts.values().stream().mapToLong(count -> count.labelled).sum();
        long hits = counts.values().stream().mapToLong(count -> count.both).sum();
        double loss = lossSum / Math.max(1, labels);
        double f1 = counts.values().stream().mapToDouble(Count::f1).average().orElse(0);
        OptionalDouble ofClasses = OptionalDouble.of(f1);
        OptionalDouble ofWords = OptionalDouble.of(StrictMath.exp(loss));
        OptionalDouble match = OptionalDouble.of(exact / (double) Math.max(1, scores.size()));
        OptionalDouble none = OptionalDouble.empty();
        boolean classes = classifies(task);
        return new Metrics(
                scores.size(),
                labels,
                loss,
                hits / (double) Math.max(1, labels),
                classes ? ofClasses : none,
                classes ? none : ofWords,
                classes ? none : match);
    }

    private static Count count(TreeMap<Integer, Count> counts, int label) {
        return counts.computeIfAbsent(label, _ -> new Count());
    }

    private static boolean classifies(Task task) {
        return switch (task) {
            case SEQUENCE_CLASSIFICATION, TOKEN_CLASSIFICATION -> true;
            case MASKED_LM, CAUSAL_LM -> false;
        };
    }
}
