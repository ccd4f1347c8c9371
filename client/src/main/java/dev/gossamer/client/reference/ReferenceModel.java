package dev.gossamer.client.reference;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.Dropout;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.protocols.adapter.AdapterLayout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A base with adapter and head in double precision. */
final class ReferenceModel implements AdaptedModel {
    private final AdapterLayout layout;
    private final Adapter.Kind kind;
    private final Network network;
    private final Masks masks;

    ReferenceModel(AdapterLayout layout, Adapter.Kind kind, Network network, Masks masks) {
        this.layout = layout;
        this.kind = kind;
        this.network = network;
        this.masks = masks;
    }

    static float[] floats(double[] doubles) {
        float[] floats = new float[doubles.length];
        for (int i = 0; i < doubles.length; i++) {
            floats[i] = (float) doubles[i];
        }
        return floats;
    }

    @Override
    public AdapterLayout layout() {
        return layout;
    }

    @Override
    public double gradient(float[] values, List<Example> batch, Dropout dropout, float[] gradient) {
        requireSize(gradient);
        double[] sum = new double[layout.size()];
        double loss = gradient(doubles(values), batch, dropout, 0, sum);
        System.arraycopy(floats(sum), 0, gradient, 0, sum.length);
        return loss;
    }

    /** The mean loss of {@code batch}; its gradient is added to {@code gradient}. */
    double gradient(double[] values, List<Example> batch, Dropout dropout, double[] gradient) {
        return gradient(values, batch, dropout, 0, gradient);
    }

    private double gradient(
            double[] values, List<Example> batch, Dropout dropout, int first, double[] gradient) {
        try {
            return network.addGradient(
                    values, batch, number -> masks.begin(dropout, first + number), gradient);
        } finally {
            masks.begin(Dropout.NONE, 0);
        }
    }

    private double[] doubles(float[] values) {
        requireSize(values);
        return NormLayer.doubles(values);
    }

    private void requireSize(float[] array) {
        if (array.length != layout.size()) {
            throw new IllegalArgumentException(
                    "array does not fit the layout: values="
                            + array.length
                            + ", bound="
                            + layout.size());
        }
    }

    @Override
    public void exampleGradients(
            float[] values, List<Example> batch, Dropout dropout, ExampleSink sink) {
        double[] trained = doubles(values);
        for (int i = 0; i < batch.size(); i++) {
            double[] gradient = new double[trained.length];
            double loss = gradient(trained, List.of(batch.get(i)), dropout, i, gradient);
            sink.accept(i, loss, floats(gradient));
        }
    }

    @Override
    public double[] cohortGradients(
            List<float[]> values,
            List<List<Example>> batches,
            List<Dropout> dropouts,
            List<float[]> gradients) {
        if (kind != Adapter.Kind.R_ONLY) {
            throw new IllegalArgumentException(
                    "cohort does not share its factors: kind="
                            + kind
                            + ", bound="
                            + Adapter.Kind.R_ONLY);
        }
        int clients = batches.size();
        if (values.size() != clients || gradients.size() != clients || dropouts.size() != clients) {
            throw new IllegalArgumentException(
                    "cohort does not fit: values="
                            + values.size()
                            + ", batches="
                            + batches.size()
                            + ", gradients="
                            + gradients.size());
        }
        double[] losses = new double[batches.size()];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = gradient(values.get(i), batches.get(i), dropouts.get(i), gradients.get(i));
        }
        return losses;
    }

    @Override
    public List<RowScore> score(float[] values, List<Example> rows) {
        double[] trained = doubles(values);
        return rows.stream().map(row -> score(network.logits(row, trained), row)).toList();
    }

    private RowScore score(Rows logits, Example row) {
        int[] places = network.places(row);
        List<Integer> labels = new ArrayList<>();
        List<Integer> predictions = new ArrayList<>();
        for (int place = 0; place < places.length; place++) {
            if (places[place] != Example.NO_LABEL) {
                labels.add(places[place]);
                predictions.add(highest(logits, place));
            }
        }
        return new RowScore(
                Network.loss(logits, places).lossSum(), ints(labels), ints(predictions));
    }

    private static int highest(Rows logits, int place) {
        int highest = 0;
        for (int c = 1; c < logits.columns(); c++) {
            highest = logits.at(place, c) > logits.at(place, highest) ? c : highest;
        }
        return highest;
    }

    private static int[] ints(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public List<float[]> logits(float[] values, List<Example> rows) {
        double[] trained = doubles(values);
        return rows.stream().map(row -> floats(network.logits(row, trained).values())).toList();
    }

    @Override
    public TextSession session(float[] values, int capacity) {
        if (!network.shifts()) {
            throw new UnsupportedOperationException(
                    "model does not continue texts: family="
                            + network.base().architecture().family()
                            + ", head="
                            + network.head().getClass().getSimpleName());
        }
        int positions = network.base().architecture().positions();
        if (capacity < 1 || capacity > positions) {
            throw new IllegalArgumentException(
                    "bad capacity: capacity=" + capacity + ", bound=" + positions);
        }
        return new RecomputingSession(doubles(values), capacity);
    }

    /** Computes the whole text anew for each answer. */
    private final class RecomputingSession implements TextSession {
        private final double[] values;
        private final int capacity;
        private int[] ids = {};

        RecomputingSession(double[] values, int capacity) {
            this.values = values;
            this.capacity = capacity;
        }

        @Override
        public float[] append(int... tokens) {
            if (tokens.length == 0 || ids.length + tokens.length > capacity) {
                throw new IllegalArgumentException(
                        "tokens do not fit the text: tokens="
                                + tokens.length
                                + ", length="
                                + ids.length
                                + ", capacity="
                                + capacity);
            }
            int[] longer = Arrays.copyOf(ids, ids.length + tokens.length);
            System.arraycopy(tokens, 0, longer, ids.length, tokens.length);
            ids = longer;
            Rows logits = network.logits(new Example(ids, new int[ids.length]), values);
            return floats(logits.row(logits.rows() - 1).values());
        }

        @Override
        public int length() {
            return ids.length;
        }
    }
}
