package dev.gossamer.client.tensor;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Activation;
import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Head.Pooling;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.tensor.Scratch.Carver;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * A head on the base's outputs, and the loss behind it.
 *
 * <pre>
 * t = norm(act(D f + d))        f: a token's output, or a sequence's mean or first
 * logits = W t + b              in chunks of places, so that a vocabulary stays small
 * </pre>
 */
final class TaskHead {
    /** The most scores that lie in memory at once: 16 MiB. */
    private static final int CHUNK_SCORES = 1 << 22;

    private static final int MOST_CHUNK_PLACES = 512;

    private final int hidden;
    private final Kernels kernels;
    private final Optional<Pooling> pooling;
    private final Optional<HeadMap> dense;
    private final Activation activation;
    private final Optional<FrozenNorm> norm;
    private final HeadMap output;
    private final int shift;

    /**
     * A head for bases of {@code architecture}.
     *
     * @param offsets where a slice of what is trained begins
     * @param outputs the product of a language model's output matrix, laid out once for all heads
     */
    TaskHead(
            Head head,
            Architecture architecture,
            Set<String> trained,
            ToIntFunction<String> offsets,
            Function<Matrix, FrozenProduct> outputs,
            Kernels kernels) {
        this.kernels = kernels;
        hidden = architecture.hidden();
        Optional<Head.Dense> hiddenMap = hiddenMap(head);
        dense = hiddenMap.map(d -> HeadMap.of(d.linear(), trained, offsets));
        activation = hiddenMap.map(Head.Dense::activation).orElse(Activation.RELU);
        boolean causalLanguage = head instanceof Head.LanguageModel && architecture.causal();
        shift = causalLanguage ? 1 : 0;
        switch (head) {
            case Head.SequenceClassifier h -> {
                pooling = Optional.of(h.pooling());
                norm = Optional.empty();
                output = HeadMap.of(h.output(), trained, offsets);
            }
            case Head.TokenClassifier h -> {
                pooling = Optional.empty();
                norm = Optional.empty();
                output = HeadMap.of(h.output(), trained, offsets);
            }
            case Head.LanguageModel h -> {
                pooling = Optional.empty();
                double epsilon = architecture.normEpsilon();
                norm = h.norm().map(n -> FrozenNorm.of(n, architecture.rms(), epsilon, kernels));
                Matrix matrix = h.output();
                output = HeadMap.kept(matrix, outputs.apply(matrix), h.bias());
            }
        }
    }

    private static Optional<Head.Dense> hiddenMap(Head head) {
        return switch (head) {
            case Head.SequenceClassifier h -> h.hidden();
            case Head.TokenClassifier _ -> Optional.empty();
            case Head.LanguageModel h -> h.transform();
        };
    }

    /** The slices of what is trained of {@code head}, the hidden map's before the output's. */
    static List<Slice> slices(Head head, Set<String> trained) {
        Optional<Linear> out =
                switch (head) {
                    case Head.SequenceClassifier h -> Optional.of(h.output());
                    case Head.TokenClassifier h -> Optional.of(h.output());
                    case Head.LanguageModel _ -> Optional.empty();
                };
        List<Linear> maps =
                Stream.concat(hiddenMap(head).map(Head.Dense::linear).stream(), out.stream())
                        .toList();
        List<String> names = maps.stream().map(Linear::name).toList();
        for (String name : trained) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "trained map is not in the head: name=" + name + ", known=" + names);
            }
        }
        List<Slice> slices = new ArrayList<>();
        for (Linear map : maps) {
            if (trained.contains(map.name())) {
                slices.add(new Slice(map.name() + ".weight", map.out(), map.in()));
                map.bias().ifPresent(b -> slices.add(new Slice(map.name() + ".bias", 1, b.length)));
            }
        }
        return slices;
    }

    /** How many scores a place has. */
    int width() {
        return output.out();
    }

    boolean scoresSequences() {
        return pooling.isPresent();
    }

    /** Whether a text's next token is what it scores. */
    boolean scoresNext() {
        return shift == 1;
    }

    /** The places of {@code batch} that have a label, or all. */
    Places places(MicroBatch batch, boolean labelledOnly) {
        return scoresSequences()
                ? Places.sequences(batch)
                : Places.tokens(batch, shift, labelledOnly);
    }

    /** Refuses labels that the head cannot have. */
    void require(Example row) {
        int bound = scoresSequences() ? 1 : row.tokens();
        if (row.labels().length != bound) {
            throw new IllegalArgumentException(
                    "labels do not fit the row: labels="
                            + row.labels().length
                            + ", bound="
                            + bound);
        }
        for (int label : row.labels()) {
            if (label != Example.NO_LABEL && (label < 0 || label >= width())) {
                throw new IllegalArgumentException(
                        "label is outside the classes: label=" + label + ", bound=" + width());
            }
        }
    }

    /** How many labels of {@code row} count. */
    int labelled(Example row) {
        int from = scoresSequences() ? 0 : shift;
        return (int)
                Arrays.stream(row.labels())
                        .skip(from)
                        .filter(label -> label != Example.NO_LABEL)
                        .count();
    }

    /** Where the rows of one micro-batch's places lie. */
    static final class Buffers {
        final int chunk;
        final long features;
        final long slope;
        final long activated;
        final long hat;
        final long inverse;
        final long dInner;
        final long dFeatures;
        final long logits;
        final long statistics;

        /** Who shares the products. */
        Team team = Team.NONE;

        Buffers(Carver carver, TaskHead head, int places) {
            int inner = head.output.in();
            long middle = head.hasMiddle() ? (long) places * inner : 0;
            chunk =
                    Math.clamp(
                            CHUNK_SCORES / head.width(),
                            1,
                            Math.min(places + 1, MOST_CHUNK_PLACES));
            features = carver.floats((long) places * head.hidden);
            slope = carver.floats(middle);
            activated = carver.floats(middle);
            hat = carver.floats(head.norm.isPresent() ? middle : 0);
            inverse = carver.floats(places);
            dInner = carver.floats((long) places * inner);
            dFeatures = carver.floats((long) places * head.hidden);
            logits = carver.floats((long) chunk * head.width());
            statistics = carver.floats(2);
        }

        private long inner(TaskHead head) {
            return head.hasMiddle() ? activated : features;
        }
    }

    /** Sees the scores of places {@code from} up to {@code from + count}. */
    interface Chunks {
        void accept(int from, int count, long logits);
    }

    /**
     * Shows the scores of every place to {@code chunks}, in order.
     *
     * @param values runs of sequences
     */
    void forward(
            Buffers h, MicroBatch batch, Places places, long outputs, Runs values, Chunks chunks) {
        gather(h, batch, places, outputs);
        Runs runs = values.at(places.starts());
        int count = places.count();
        dense.ifPresent(d -> d.forward(h.team, kernels, 0, count, h.features, runs, h.slope));
        for (long place = 0; place < count && hasMiddle(); place++) {
            middle(h, place);
        }
        for (int from = 0; from < count; from += h.chunk) {
            int size = Math.min(h.chunk, count - from);
            long inner = h.inner(this) + 4L * from * output.in();
            output.forward(h.team, kernels, from, size, inner, runs, h.logits);
            chunks.accept(from, size, h.logits);
        }
    }

    /** Whether something stands between the features and the output map. */
    private boolean hasMiddle() {
        return dense.isPresent() || norm.isPresent();
    }

    private void middle(Buffers h, long place) {
        int n = output.in();
        long y = h.activated + 4 * place * n;
        if (dense.isPresent()) {
            long inner = h.slope + 4 * place * n;
            kernels.activate(activation, inner, y, inner, n);
        } else {
            Tensor.copy(h.features + 4 * place * n, y, n);
        }
        if (norm.isPresent()) {
            long hat = h.hat + 4 * place * n;
            float inverse = norm.get().forward(y, norm.get().nothing(), hat, y);
            Tensor.poke(h.inverse + 4 * place, inverse);
        }
    }

    private void gather(Buffers h, MicroBatch batch, Places places, long outputs) {
        for (int place = 0; place < places.count(); place++) {
            long to = h.features + 4L * place * hidden;
            int row = places.rows()[place];
            if (pooling.isEmpty()) {
                Tensor.copy(outputs + 4L * row * hidden, to, hidden);
            } else if (pooling.get() == Pooling.MEAN) {
                mean(kernels, batch, row, outputs, hidden, to);
            } else {
                Tensor.copy(outputs + 4L * pooledRow(batch, row) * hidden, to, hidden);
            }
        }
    }

    /** The row that stands for a sequence. */
    private int pooledRow(MicroBatch batch, int sequence) {
        int first = batch.starts()[sequence];
        return pooling.get() == Pooling.LAST ? first + batch.tokens(sequence) - 1 : first;
    }

    /** Writes the mean of a sequence's outputs. */
    static void mean(
            Kernels kernels, MicroBatch batch, int sequence, long outputs, int hidden, long to) {
        int tokens = batch.tokens(sequence);
        Tensor.clear(to, hidden);
        for (int t = 0; t < tokens; t++) {
            long from = outputs + 4L * (batch.starts()[sequence] + t) * hidden;
            kernels.addScaledInPlace(to, from, 1f / tokens, hidden);
        }
    }

    /**
     * The loss of each sequence's places, summed; the gradient goes to {@code outputs} and, where
     * maps are trained, to {@code gradients}.
     *
     * @param values runs of sequences, as {@code gradients}
     * @param weights what a place's loss counts for in the gradient, by sequence
     */
    double[] backward(
            Buffers h,
            MicroBatch batch,
            Places places,
            long outputs,
            Runs values,
            double[] weights,
            Runs gradients) {
        double[] losses = new double[batch.sequences()];
        int[] sequences = places.sequences();
        Runs runs = values.at(places.starts());
        Runs gradientRuns = gradients.at(places.starts());
        int n = output.in();
        forward(
                h,
                batch,
                places,
                outputs,
                values,
                (from, count, logits) -> {
                    for (int place = from; place < from + count; place++) {
                        int s = sequences[place];
                        long row = logits + 4L * (place - from) * width();
                        losses[s] += lossInPlace(h, row, places.labels()[place], weights[s]);
                    }
                    long dInner = h.dInner + 4L * from * n;
                    output.inputBackward(from, count, logits, runs, dInner);
                    long inner = h.inner(this) + 4L * from * n;
                    output.weightBackward(kernels, from, count, inner, logits, gradientRuns);
                });
        long dFeatures = middleBackward(h, places.count(), runs, gradientRuns);
        scatter(dFeatures, batch, places, outputs);
        return losses;
    }

    /** The loss of one place's scores, which become the gradient of {@code weight} times it. */
    private double lossInPlace(Buffers h, long logits, int label, double weight) {
        int n = width();
        if (label == Example.NO_LABEL) {
            Tensor.clear(logits, n);
            return 0;
        }
        double loss = loss(h, logits, label);
        long at = logits + 4L * label;
        Tensor.poke(at, Tensor.peek(at) - 1);
        kernels.scaleInPlace(logits, (float) weight, n);
        return loss;
    }

    /** The loss of one place's scores, which become probabilities. */
    double loss(Buffers h, long logits, int label) {
        double score = Tensor.peek(logits + 4L * label);
        kernels.softmaxInPlace(logits, width(), h.statistics, h.statistics + 4);
        double max = Tensor.peek(h.statistics);
        // The inverse sum was rounded at each of a whole vocabulary's terms; what the
        // probabilities add up to in double precision says by how much.
        double inverse = Tensor.peek(h.statistics + 4) / total(logits, width());
        return max - score - StrictMath.log(inverse);
    }

    /** The sum of {@code n} floats in double precision, four at a time. */
    private static double total(long x, int n) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        long end = x + 16L * (n / 4);
        long at = x;
        for (; at < end; at += 16) {
            s0 += Tensor.peek(at);
            s1 += Tensor.peek(at + 4);
            s2 += Tensor.peek(at + 8);
            s3 += Tensor.peek(at + 12);
        }
        for (; at < x + 4L * n; at += 4) {
            s0 += Tensor.peek(at);
        }
        return s0 + s1 + (s2 + s3);
    }

    /** Where the gradient of the features lies, from that of the output map's input. */
    private long middleBackward(Buffers h, int count, Runs values, Runs gradients) {
        int n = output.in();
        for (long place = 0; place < count && norm.isPresent(); place++) {
            long d = h.dInner + 4 * place * n;
            float inverse = Tensor.peek(h.inverse + 4 * place);
            norm.get().backward(d, h.hat + 4 * place * n, inverse, d);
        }
        if (dense.isEmpty()) {
            return h.dInner;
        }
        for (long place = 0; place < count; place++) {
            kernels.multiplyInPlace(h.dInner + 4 * place * n, h.slope + 4 * place * n, n);
        }
        dense.get().inputBackward(0, count, h.dInner, values, h.dFeatures);
        dense.get().weightBackward(kernels, 0, count, h.features, h.dInner, gradients);
        return h.dFeatures;
    }

    private void scatter(long dFeatures, MicroBatch batch, Places places, long outputs) {
        Tensor.clear(outputs, (long) batch.rows() * hidden);
        for (int place = 0; place < places.count(); place++) {
            long d = dFeatures + 4L * place * hidden;
            int row = places.rows()[place];
            if (pooling.isEmpty()) {
                Tensor.copy(d, outputs + 4L * row * hidden, hidden);
            } else if (pooling.get() == Pooling.MEAN) {
                spread(batch, row, d, outputs);
            } else {
                Tensor.copy(d, outputs + 4L * pooledRow(batch, row) * hidden, hidden);
            }
        }
    }

    private void spread(MicroBatch batch, int sequence, long d, long outputs) {
        int tokens = batch.tokens(sequence);
        kernels.scaleInPlace(d, 1f / tokens, hidden);
        for (int t = 0; t < tokens; t++) {
            Tensor.copy(d, outputs + 4L * (batch.starts()[sequence] + t) * hidden, hidden);
        }
    }
}
