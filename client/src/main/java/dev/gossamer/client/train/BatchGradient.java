package dev.gossamer.client.train;

import dev.gossamer.client.adapter.Dropout;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.Rows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The gradient of the mean loss of the next rows of a shuffled order. */
final class BatchGradient implements StepGradient {
    private final AdaptedModel model;
    private final Rows rows;
    private final Trainer.Plan plan;
    private final BatchOrder order;
    private final long dropout;
    private final float[] part;

    BatchGradient(
            AdaptedModel model,
            Rows rows,
            Trainer.Plan plan,
            Trainer.Coins coins,
            TrainingState.Position position) {
        if (rows.size() < 1) {
            throw new IllegalArgumentException(
                    "no rows to train on: node=" + coins.node() + ", rows=0");
        }
        this.model = model;
        this.rows = rows;
        this.plan = plan;
        order = new BatchOrder(rows.size(), coins.batches(), position);
        dropout = coins.dropout();
        part = new float[plan.accumulation() > 1 ? model.layout().size() : 0];
    }

    @Override
    public Drawn next(int step, float[] values, float[] gradient) {
        List<Example> drawn = draw();
        double loss = sumGradient(step, values, drawn, gradient);
        return new Drawn(loss, drawn.stream().mapToLong(Example::tokens).sum());
    }

    private List<Example> draw() {
        List<Example> drawn = new ArrayList<>(plan.rowsPerStep());
        while (drawn.size() < plan.rowsPerStep()) {
            BatchOrder.Draw next = order.draw();
            drawn.add(rows.at(next.row(), next.epoch()));
        }
        return drawn;
    }

    /** The gradient of the mean over all labelled places, however the rows are cut into parts. */
    private double sumGradient(int step, float[] values, List<Example> drawn, float[] gradient) {
        if (plan.accumulation() == 1) {
            return model.gradient(values, drawn, dropout(step, 0), gradient);
        }
        Arrays.fill(gradient, 0);
        double labelled = Math.max(1, labelled(drawn));
        double loss = 0;
        for (int from = 0; from < drawn.size(); from += plan.batchSize()) {
            List<Example> batch = drawn.subList(from, from + plan.batchSize());
            double share = labelled(batch) / labelled;
            loss += share * model.gradient(values, batch, dropout(step, from), part);
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] += (float) (share * part[i]);
            }
        }
        return loss;
    }

    /** What {@code step} drops of the micro-batch whose first row is {@code from}. */
    private Dropout dropout(int step, int from) {
        return new Dropout(plan.dropout(), dropout + (long) step * plan.rowsPerStep() + from);
    }

    private static double labelled(List<Example> batch) {
        return batch.stream().mapToLong(Example::labelled).sum();
    }

    @Override
    public TrainingState.Position position() {
        return order.position();
    }
}
