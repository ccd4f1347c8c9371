package dev.gossamer.client.adapter;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.LinearProbe;
import dev.gossamer.client.weights.FloatMatrix;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A classifier's output fitted to rows on the frozen base, as a {@link LinearProbe}.
 *
 * <p>What the probe sees is what the output map would: the head runs with the identity in the
 * output's place. A language model's head is the base's own, and stays as it is.
 */
public final class FittedHead {
    private FittedHead() {}

    /**
     * How well a probe may be fitted.
     *
     * @param ridge added to the gradient times the weight, at least 0
     */
    public record Fit(int steps, double ridge) {}

    /**
     * What a head's output map sees at each labelled place.
     *
     * @param values {@code [places × width]} row-major; belongs to this object
     * @param labels one for each place; belongs to this object
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    public record Features(float[] values, int[] labels) {}

    /** {@code head} with its output fitted to {@code rows}. */
    public static Head of(LoadedBase base, Head head, List<Example> rows, Fit fit) {
        Optional<Linear> output = output(head);
        if (output.isEmpty()) {
            return head;
        }
        Linear fitted = fitted(output.get(), features(base, head, rows), fit);
        return Heads.with(head, map -> map.name().equals(fitted.name()) ? fitted : map);
    }

    private static Linear fitted(Linear output, Features seen, Fit fit) {
        int classes = output.out();
        float[] values =
                LinearProbe.train(seen.values(), seen.labels(), classes, fit.steps(), fit.ridge())
                        .head();
        int weights = classes * output.in();
        float[] weight = Arrays.copyOf(values, weights);
        float[] bias = Arrays.copyOfRange(values, weights, values.length);
        return new Linear(
                output.name(), FloatMatrix.of(weight, classes, output.in()), Optional.of(bias));
    }

    private static Optional<Linear> output(Head head) {
        return switch (head) {
            case Head.SequenceClassifier h -> Optional.of(h.output());
            case Head.TokenClassifier h -> Optional.of(h.output());
            case Head.LanguageModel _ -> Optional.empty();
        };
    }

    /**
     * What a classifier's output map sees of {@code rows} over the bare base.
     *
     * @throws IllegalArgumentException if the head is a language model's
     */
    public static Features features(LoadedBase base, Head head, List<Example> rows) {
        return switch (head) {
            case Head.SequenceClassifier h
                    when h.pooling() == Head.Pooling.MEAN && h.hidden().isEmpty() ->
                    new Features(base.features(rows), labels(rows));
            case Head.SequenceClassifier h ->
                    new Features(joined(outputs(base, h, h.output(), rows)), labels(rows));
            case Head.TokenClassifier h -> ofTokens(outputs(base, h, h.output(), rows), rows);
            case Head.LanguageModel _ ->
                    throw new IllegalArgumentException("a language model's head is never fitted");
        };
    }

    private static int[] labels(List<Example> rows) {
        return rows.stream().mapToInt(Example::label).toArray();
    }

    /** What the head gives with the identity for its output. */
    private static List<float[]> outputs(
            LoadedBase base, Head head, Linear output, List<Example> rows) {
        int width = output.in();
        float[] identity = new float[width * width];
        for (int i = 0; i < width; i++) {
            identity[i * width + i] = 1;
        }
        Linear through =
                new Linear(
                        output.name(),
                        FloatMatrix.of(identity, width, width),
                        Optional.of(new float[width]));
        Head seeing = Heads.with(head, map -> map.name().equals(output.name()) ? through : map);
        AdaptedModel model =
                base.attach(
                        new Adapter(Adapter.Kind.R_ONLY, List.of()), seeing, Set.of(output.name()));
        float[] values = Arrays.copyOf(identity, identity.length + width);
        return model.logits(values, rows);
    }

    private static float[] joined(List<float[]> rows) {
        int size = rows.stream().mapToInt(row -> row.length).sum();
        float[] joined = new float[size];
        int offset = 0;
        for (float[] row : rows) {
            System.arraycopy(row, 0, joined, offset, row.length);
            offset += row.length;
        }
        return joined;
    }

    private static Features ofTokens(List<float[]> outputs, List<Example> rows) {
        List<float[]> places = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            Example example = rows.get(row);
            int width = outputs.get(row).length / example.tokens();
            for (int token = 0; token < example.tokens(); token++) {
                int label = example.labels()[token];
                if (label != Example.NO_LABEL) {
                    int from = token * width;
                    places.add(Arrays.copyOfRange(outputs.get(row), from, from + width));
                    labels.add(label);
                }
            }
        }
        return new Features(joined(places), labels.stream().mapToInt(Integer::intValue).toArray());
    }
}
