package dev.gossamer.client.train;

import dev.gossamer.client.data.Example;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.random.CounterRandom;

import java.util.ArrayList;
import java.util.List;

/**
 * Local training of one round: a pure function of adapter, rows, plan and seed.
 *
 * <p>Rows are drawn without replacement, epoch after epoch, in an order that depends on (seed,
 * round, node) alone; the optimiser starts fresh, so that a node keeps nothing between rounds.
 */
public final class LocalTrainer {
    private LocalTrainer() {}

    /**
     * What training came to.
     *
     * @param meanLoss over the steps, in nats
     * @param tokens trained on, all steps together
     */
    public record Trained(AdapterState state, double meanLoss, long tokens) {}

    /**
     * Trains from {@code start}, which is left as it was.
     *
     * @param progress told of each step
     * @throws IllegalArgumentException if there are no rows
     */
    public static Trained train(
            SequenceClassifier classifier,
            AdapterState start,
            List<Example> rows,
            TrainPlan plan,
            long seed,
            int round,
            String node,
            Progress progress) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("no rows to train on: node=" + node + ", rows=0");
        }
        float[] values = start.values().clone();
        float[] gradient = new float[values.length];
        AdamW optimiser = new AdamW(values.length, plan.weightDecay());
        Shuffled order = new Shuffled(rows, CounterRandom.of(seed, "batches", round, node));
        double lossSum = 0;
        long tokens = 0;
        for (int step = 0; step < plan.steps(); step++) {
            List<Example> batch = order.next(plan.batchSize());
            lossSum += classifier.gradient(values, batch, gradient);
            optimiser.stepInPlace(values, gradient, plan.learningRate());
            tokens += batch.stream().mapToLong(Example::tokens).sum();
            progress.at(step + 1, plan.steps());
        }
        return new Trained(
                new AdapterState(start.layout(), values), lossSum / plan.steps(), tokens);
    }

    /** Rows in a fresh random order each epoch; a batch may span two. */
    private static final class Shuffled {
        private final List<Example> rows;
        private final CounterRandom random;
        private int[] order = {};
        private int next;

        Shuffled(List<Example> rows, CounterRandom random) {
            this.rows = rows;
            this.random = random;
        }

        List<Example> next(int count) {
            List<Example> batch = new ArrayList<>(count);
            while (batch.size() < count) {
                if (next == order.length) {
                    order = random.permutation(rows.size());
                    next = 0;
                }
                batch.add(rows.get(order[next++]));
            }
            return batch;
        }
    }
}
