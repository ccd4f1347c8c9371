package dev.gossamer.client.adapter;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.client.model.LinearRole;
import dev.gossamer.client.tensor.DenseGradientSum;
import dev.gossamer.client.tensor.TensorClassifier;
import dev.gossamer.client.tensor.TruncatedSvd;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.ClassifierLayout;
import dev.gossamer.client.train.LinearProbe;
import dev.gossamer.client.train.Progress;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Basis;

import java.util.ArrayList;
import java.util.List;

/**
 * The initialisation of LoRA-SB (arXiv 2411.19557): basis and first R from the gradients of a
 * sample.
 *
 * <pre>
 * G  = sum over mini-batches of the loss's gradient by W      W frozen, no adapter
 * dW = -eta sign(G)                                           what AdamW's first step would be
 * dW ≈ U_r S_r V_rᵀ;   B = U_r,   A = V_rᵀ,   R = diag(S_r)
 * </pre>
 *
 * <p>The loss is that of a head fitted to the sample on the frozen base, with a ridge that leaves
 * it something to learn: through a head at random every gradient is noise. The adapter starts with
 * this head.
 *
 * <p>eta is the learning rate over the number of mini-batches. Without it a 4096 × 4096 sign matrix
 * has a spectral norm of at least 64 and destroys the model; with it {@code ||R||_F ≤ eta √(out
 * in)}. W is not compensated: training starts one projected step away from the base. As B and A are
 * orthonormal, R's gradient is the orthogonal projection of the full gradient.
 */
public final class GradientBasis {
    private static final int HEAD_STEPS = 100;
    private static final double HEAD_RIDGE = 1e-2;

    private GradientBasis() {}

    /**
     * What is adapted, and how the sample is used.
     *
     * @param learningRate above 0
     */
    public record Plan(List<LinearRole> targets, int rank, double learningRate, int batchSize) {
        /** A plan with at least one target. */
        public Plan {
            targets = List.copyOf(targets);
            if (targets.isEmpty() || rank < 1 || batchSize < 1 || !(learningRate > 0)) {
                throw new IllegalArgumentException(
                        "bad plan: targets="
                                + targets.size()
                                + ", rank="
                                + rank
                                + ", learningRate="
                                + learningRate
                                + ", batchSize="
                                + batchSize);
            }
        }
    }

    /** The frozen factors and the adapter that every node starts from. */
    public record Start(Basis basis, AdapterState adapter) {}

    /**
     * Makes basis and first adapter from {@code sample}: a pure function of its arguments, for any
     * number of workers.
     *
     * @param progress told of each mini-batch
     * @throws IllegalArgumentException if the sample is empty or the rank exceeds a matrix's side
     */
    public static Start make(
            EncoderWeights weights,
            List<Example> sample,
            int classes,
            Plan plan,
            Workers workers,
            Progress progress) {
        if (sample.isEmpty()) {
            throw new IllegalArgumentException("basis needs a sample: rows=0");
        }
        float[] head = head(weights, sample, classes, workers);
        List<DenseGradientSum.Matrix> gradients =
                DenseGradientSum.over(
                        weights, plan.targets(), sample, plan.batchSize(), head, workers, progress);
        int batches = (sample.size() + plan.batchSize() - 1) / plan.batchSize();
        float eta = (float) (plan.learningRate() / batches);
        List<TruncatedSvd> factors =
                workers.map(gradients, matrix -> factors(matrix, eta, plan.rank()));
        return start(gradients, factors, plan.rank(), head, classes, weights.shape().hidden());
    }

    private static float[] head(
            EncoderWeights weights, List<Example> sample, int classes, Workers workers) {
        float[] features = TensorClassifier.features(weights, sample, workers);
        int[] labels = sample.stream().mapToInt(Example::label).toArray();
        return LinearProbe.train(features, labels, classes, HEAD_STEPS, HEAD_RIDGE).head();
    }

    private static TruncatedSvd factors(DenseGradientSum.Matrix gradient, float eta, int rank) {
        float[] step = gradient.values().clone();
        for (int i = 0; i < step.length; i++) {
            step[i] = -eta * Math.signum(step[i]);
        }
        return TruncatedSvd.ofInPlace(step, gradient.out(), gradient.in(), rank);
    }

    private static Start start(
            List<DenseGradientSum.Matrix> gradients,
            List<TruncatedSvd> factors,
            int rank,
            float[] head,
            int classes,
            int hidden) {
        List<Basis.Target> targets = new ArrayList<>();
        float[] values = new float[gradients.size() * rank * rank + head.length];
        for (int t = 0; t < gradients.size(); t++) {
            DenseGradientSum.Matrix matrix = gradients.get(t);
            TruncatedSvd svd = factors.get(t);
            targets.add(
                    new Basis.Target(
                            matrix.name(),
                            rank,
                            matrix.in(),
                            matrix.out(),
                            svd.right(),
                            svd.left()));
            for (int i = 0; i < rank; i++) {
                values[t * rank * rank + i * rank + i] = svd.values()[i];
            }
        }
        System.arraycopy(head, 0, values, values.length - head.length, head.length);
        Basis basis = new Basis(targets);
        return new Start(
                basis, new AdapterState(ClassifierLayout.of(basis, classes, hidden), values));
    }
}
