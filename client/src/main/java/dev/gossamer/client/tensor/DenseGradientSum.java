package dev.gossamer.client.tensor;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.client.model.LinearRole;
import dev.gossamer.client.train.Progress;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Sums of the bare base's full-weight gradients, matrix by matrix, over mini-batches.
 *
 * <p>One worker adds everything in order: the sums do not depend on the number of threads.
 */
public final class DenseGradientSum {
    /**
     * The gradient of one matrix.
     *
     * @param name the matrix
     * @param values {@code [out × in]}; belongs to this object
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    public record Matrix(String name, int out, int in, float[] values) {}

    private record Sum(String name, int column, int out, int in, Tensor values) {}

    private final FrozenEncoder encoder;
    private final IdentityHashMap<FusedLinear, List<Sum>> sums = new IdentityHashMap<>();
    private final List<Sum> inOrder = new ArrayList<>();

    private DenseGradientSum(EncoderWeights weights, List<LinearRole> targets) {
        encoder = new FrozenEncoder(weights, Optional.empty());
        for (int layer = 0; layer < encoder.layers().size(); layer++) {
            for (LinearRole role : LinearRole.values()) {
                if (targets.contains(role)) {
                    track(role, layer);
                }
            }
        }
    }

    private void track(LinearRole role, int layer) {
        int hidden = encoder.shape().hidden();
        FrozenEncoder.Layer l = encoder.layers().get(layer);
        switch (role) {
            case QUERY -> track(role, layer, l.projections(), 0, hidden);
            case KEY -> track(role, layer, l.projections(), hidden, hidden);
            case VALUE -> track(role, layer, l.projections(), 2 * hidden, hidden);
            case OUTPUT -> track(role, layer, l.attentionOutput(), 0, hidden);
            case INTERMEDIATE ->
                    track(role, layer, l.intermediate(), 0, encoder.shape().intermediate());
            case FFN_OUTPUT -> track(role, layer, l.output(), 0, hidden);
        }
    }

    private void track(LinearRole role, int layer, FusedLinear linear, int column, int out) {
        Sum sum =
                new Sum(
                        role.moduleName(layer),
                        column,
                        out,
                        linear.in(),
                        Tensor.zeros((long) out * linear.in()));
        sums.computeIfAbsent(linear, key -> new ArrayList<>()).add(sum);
        inOrder.add(sum);
    }

    /**
     * The sums over all of {@code sample}, cut into mini-batches, of the gradient of each
     * mini-batch's mean loss.
     *
     * @param head weight {@code [classes × hidden]}, then bias {@code [classes]}
     * @param progress told of each mini-batch
     */
    public static List<Matrix> over(
            EncoderWeights weights,
            List<LinearRole> targets,
            List<Example> sample,
            int batchSize,
            float[] head,
            Workers workers,
            Progress progress) {
        DenseGradientSum sum = new DenseGradientSum(weights, targets);
        return workers.map(List.of(sum), s -> s.add(sample, batchSize, head, workers, progress))
                .getFirst();
    }

    private List<Matrix> add(
            List<Example> sample, int batchSize, float[] head, Workers workers, Progress progress) {
        int batches = (sample.size() + batchSize - 1) / batchSize;
        int hidden = encoder.shape().hidden();
        ClassifierHead classifier = new ClassifierHead(0, head.length / (hidden + 1), hidden);
        Kernels kernels = Kernels.fastest();
        EncoderPass pass = new EncoderPass(encoder, kernels);
        for (int from = 0; from < sample.size(); from += batchSize) {
            List<Example> batch = sample.subList(from, Math.min(sample.size(), from + batchSize));
            for (PackedRows rows : PackedRows.cut(batch)) {
                Workspace space = workers.space(encoder, rows);
                pass.forward(space, rows, 0);
                float[] pooled = Pooling.means(space, rows, hidden, kernels);
                float[] unused = new float[head.length];
                Pooling.spread(
                        space,
                        rows,
                        hidden,
                        classifier.backward(pooled, rows, head, batch.size(), unused).pooled());
                pass.backward(space, rows, 0, 0, this::add);
            }
            progress.at(from / batchSize + 1, batches);
        }
        return inOrder.stream().map(DenseGradientSum::matrix).toList();
    }

    private void add(FusedLinear linear, int rows, long x, long dy) {
        for (Sum sum : sums.getOrDefault(linear, List.of())) {
            OneDnn.transposedMultiply(
                    sum.out(),
                    sum.in(),
                    rows,
                    dy + 4L * sum.column(),
                    linear.outStride(),
                    x,
                    linear.inStride(),
                    1,
                    sum.values().at(0),
                    sum.in());
        }
    }

    private static Matrix matrix(Sum sum) {
        float[] values = new float[sum.out() * sum.in()];
        sum.values().get(0, values);
        return new Matrix(sum.name(), sum.out(), sum.in(), values);
    }
}
