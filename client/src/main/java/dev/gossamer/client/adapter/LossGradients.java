package dev.gossamer.client.adapter;

import dev.gossamer.client.adapter.TargetSelector.Choice;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Engine.LoadedBase.MatrixSum;
import dev.gossamer.client.train.Progress;
import dev.gossamer.protocols.basis.WeightGradient;

import java.util.ArrayList;
import java.util.List;

/** A node's gradients of a mean loss by the base's weights, as bases are found and measured by. */
public final class LossGradients {
    private LossGradients() {}

    /**
     * The gradients by the maps of {@code choices}, in their order, with no adapter attached: the
     * mean over mini-batches of {@code rows} in their order.
     *
     * @param head with the values that it is trained to
     * @param rows at least one
     */
    public static List<WeightGradient> of(
            LoadedBase base,
            List<Choice> choices,
            Head head,
            List<Example> rows,
            int batchSize,
            Progress progress) {
        List<String> names = choices.stream().map(choice -> choice.linear().name()).toList();
        List<List<Example>> batches = batches(rows, batchSize);
        List<WeightGradient> gradients = new ArrayList<>();
        for (MatrixSum sum : base.weightGradients(names, head, batches, progress)) {
            gradients.add(mean(sum, batches.size()));
        }
        return gradients;
    }

    private static WeightGradient mean(MatrixSum sum, int batches) {
        float[] values = sum.values();
        for (int i = 0; i < values.length; i++) {
            values[i] /= batches;
        }
        return new WeightGradient(sum.name(), sum.rows(), sum.columns(), values);
    }

    /** {@code rows} in mini-batches of {@code size}, the last one shorter where it has to be. */
    static List<List<Example>> batches(List<Example> rows, int size) {
        if (rows.isEmpty() || size < 1) {
            throw new IllegalArgumentException(
                    "no mini-batches: rows=" + rows.size() + ", batchSize=" + size);
        }
        List<List<Example>> batches = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += size) {
            batches.add(rows.subList(from, Math.min(rows.size(), from + size)));
        }
        return batches;
    }
}
