package dev.gossamer.simulations.experiment;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.train.Evaluation;
import dev.gossamer.client.train.LinearProbe;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.client.train.Progress;
import dev.gossamer.client.train.SequenceClassifier;
import dev.gossamer.client.train.TrainPlan;
import dev.gossamer.protocols.adapter.AdapterState;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What federated training is compared with, on the same rows and the same public test.
 *
 * <p>Learning rates are those that a sweep on validation rows chose for each arm beforehand; see
 * {@code docs/experiments/demo-learning-rates.md}.
 */
public final class Baselines {
    private static final int PROBE_STEPS = 300;
    private static final double PROBE_RIDGE = 1e-3;

    private final SequenceClassifier classifier;
    private final AdapterState start;
    private final int classes;
    private final List<Example> test;
    private final long seed;

    /**
     * Baselines that start where the federation started.
     *
     * @param start the adapter before the first round
     * @param test the public test, never trained on
     */
    public Baselines(
            SequenceClassifier classifier,
            AdapterState start,
            int classes,
            List<Example> test,
            long seed) {
        this.classifier = classifier;
        this.start = start;
        this.classes = classes;
        this.test = List.copyOf(test);
        this.seed = seed;
    }

    /** Accuracy of a linear probe on the frozen base, trained on the pooled rows. */
    public double frozenProbe(List<Example> pooled) {
        LinearProbe probe =
                LinearProbe.train(
                        classifier.baseFeatures(pooled),
                        labels(pooled),
                        classes,
                        PROBE_STEPS,
                        PROBE_RIDGE);
        return probe.accuracy(classifier.baseFeatures(test), labels(test));
    }

    /** Accuracy of the same adapter trained on {@code rows} alone, by {@code plan}. */
    public double trained(String arm, List<Example> rows, TrainPlan plan, Progress progress) {
        AdapterState state =
                LocalTrainer.train(classifier, start, rows, plan, seed, 1, arm, progress).state();
        return Evaluation.score(classifier, state, test).accuracy();
    }

    /**
     * The best accuracy that one client reaches alone.
     *
     * @param progress told of each step of all clients
     * @param result told each client's index and its accuracy
     */
    public double bestClient(
            List<List<Example>> shards,
            TrainPlan plan,
            Progress progress,
            BiConsumer<Integer, Double> result) {
        double best = 0;
        int all = plan.steps() * shards.size();
        for (int client = 0; client < shards.size(); client++) {
            int before = plan.steps() * client;
            double accuracy =
                    trained(
                            "alone-" + client,
                            shards.get(client),
                            plan,
                            (done, total) -> progress.at(before + done, all));
            result.accept(client, accuracy);
            best = Math.max(best, accuracy);
        }
        return best;
    }

    /** Accuracy of the same adapter trained on all rows in one place. */
    public double centralised(List<List<Example>> shards, TrainPlan plan, Progress progress) {
        List<Example> pooled = new ArrayList<>();
        shards.forEach(pooled::addAll);
        return trained("centralised", pooled, plan, progress);
    }

    private static int[] labels(List<Example> rows) {
        return rows.stream().mapToInt(Example::label).toArray();
    }
}
