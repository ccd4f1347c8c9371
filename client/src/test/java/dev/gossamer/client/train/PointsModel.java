package dev.gossamer.client.train;

import dev.gossamer.client.adapter.Dropout;
import dev.gossamer.client.data.Example;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;

import java.util.ArrayList;
import java.util.List;

/**
 * A model whose optimum is known: the values are a point, a row's token ids are another, and its
 * loss is half their squared distance. The optimum is the mean of the rows.
 */
final class PointsModel implements AdaptedModel {
    private final int size;

    /** What each gradient dropped. */
    final List<Dropout> dropouts = new ArrayList<>();

    PointsModel(int size) {
        this.size = size;
    }

    static Example row(int... point) {
        return new Example(point, 0);
    }

    @Override
    public AdapterLayout layout() {
        return new AdapterLayout(List.of(new Slice("point", 1, size)));
    }

    @Override
    public double gradient(float[] values, List<Example> batch, Dropout dropout, float[] gradient) {
        dropouts.add(dropout);
        double loss = 0;
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (Example row : batch) {
                double distance = values[i] - row.tokenIds()[i];
                sum += distance;
                loss += distance * distance / 2;
            }
            gradient[i] = (float) (sum / batch.size());
        }
        return loss / batch.size();
    }

    @Override
    public void exampleGradients(
            float[] values, List<Example> batch, Dropout dropout, ExampleSink sink) {
        float[] gradient = new float[size];
        for (int i = 0; i < batch.size(); i++) {
            sink.accept(i, gradient(values, List.of(batch.get(i)), gradient), gradient);
        }
    }

    @Override
    public double[] cohortGradients(
            List<float[]> values,
            List<List<Example>> batches,
            List<Dropout> dropouts,
            List<float[]> gradients) {
        throw new UnsupportedOperationException("no factors to share");
    }

    @Override
    public List<RowScore> score(float[] values, List<Example> rows) {
        List<RowScore> scores = new ArrayList<>();
        for (Example row : rows) {
            double loss = gradient(values, List.of(row), new float[size]);
            scores.add(new RowScore(loss, row.labels(), row.labels()));
        }
        return scores;
    }

    @Override
    public List<float[]> logits(float[] values, List<Example> rows) {
        return rows.stream().map(_ -> values.clone()).toList();
    }

    @Override
    public TextSession session(float[] values, int capacity) {
        throw new UnsupportedOperationException("no language model");
    }
}
