package dev.gossamer.client.tensor;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.train.AdaptedModel.RowScore;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Reads what a head says of each sequence of a micro-batch. */
record HeadReader(TaskHead head) {
    /**
     * What a base's forward pass left.
     *
     * @param hidden the base's outputs
     * @param values which trained values each sequence goes with
     */
    record Outputs(MicroBatch batch, Places places, long hidden, Runs values) {}

    /** The scores at every place of each sequence, row-major. */
    List<float[]> logits(TaskHead.Buffers b, Outputs outputs) {
        MicroBatch batch = outputs.batch();
        Places places = outputs.places();
        int width = head.width();
        int[] sequences = places.sequences();
        int[] starts = places.starts();
        List<float[]> all = new ArrayList<>();
        for (int s = 0; s < batch.sequences(); s++) {
            all.add(new float[(starts[s + 1] - starts[s]) * width]);
        }
        head.forward(
                b,
                batch,
                places,
                outputs.hidden(),
                outputs.values(),
                (from, count, logits) -> {
                    for (int place = from; place < from + count; place++) {
                        int s = sequences[place];
                        int offset = (place - starts[s]) * width;
                        long row = logits + 4L * (place - from) * width;
                        Tensor.read(row, all.get(s), offset, width);
                    }
                });
        return all;
    }

    /** How each sequence was predicted at its labelled places. */
    List<RowScore> scores(TaskHead.Buffers b, Outputs outputs) {
        Places places = outputs.places();
        int width = head.width();
        int[] predictions = new int[places.count()];
        double[] losses = new double[places.count()];
        head.forward(
                b,
                outputs.batch(),
                places,
                outputs.hidden(),
                outputs.values(),
                (from, count, logits) -> {
                    for (int place = from; place < from + count; place++) {
                        long row = logits + 4L * (place - from) * width;
                        int label = places.labels()[place];
                        predictions[place] = greatest(row, width);
                        losses[place] = label == Example.NO_LABEL ? 0 : head.loss(b, row, label);
                    }
                });
        List<RowScore> scores = new ArrayList<>();
        for (int s = 0; s < outputs.batch().sequences(); s++) {
            scores.add(score(places, s, losses, predictions));
        }
        return scores;
    }

    private static RowScore score(Places places, int sequence, double[] losses, int[] predictions) {
        int[] labelled =
                IntStream.range(places.starts()[sequence], places.starts()[sequence + 1])
                        .filter(place -> places.labels()[place] != Example.NO_LABEL)
                        .toArray();
        return new RowScore(
                Arrays.stream(labelled).mapToDouble(place -> losses[place]).sum(),
                Arrays.stream(labelled).map(place -> places.labels()[place]).toArray(),
                Arrays.stream(labelled).map(place -> predictions[place]).toArray());
    }

    private static int greatest(long row, int width) {
        int greatest = 0;
        for (int i = 1; i < width; i++) {
            greatest = Tensor.peek(row + 4L * i) > Tensor.peek(row + 4L * greatest) ? i : greatest;
        }
        return greatest;
    }
}
