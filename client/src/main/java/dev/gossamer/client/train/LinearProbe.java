package dev.gossamer.client.train;

/**
 * Softmax regression on frozen features: a head for a base of which no part is trained.
 *
 * <p>Features are standardised with the training rows' means and deviations; full-batch AdamW with
 * a small ridge, which is convex and needs no schedule.
 */
public final class LinearProbe {
    private final int classes;
    private final int width;
    private final double[] mean;
    private final double[] scale;
    private final double[] weights;

    private LinearProbe(int classes, int width) {
        this.classes = classes;
        this.width = width;
        mean = new double[width];
        scale = new double[width];
        weights = new double[classes * (width + 1)];
    }

    /**
     * A probe trained on {@code features [rows × width]}.
     *
     * @param ridge added to the gradient times the weight, at least 0
     */
    public static LinearProbe train(
            float[] features, int[] labels, int classes, int steps, double ridge) {
        int rows = labels.length;
        LinearProbe probe = new LinearProbe(classes, features.length / rows);
        probe.standardise(features, rows);
        double[] first = new double[probe.weights.length];
        double[] second = new double[probe.weights.length];
        double[] gradient = new double[probe.weights.length];
        for (int step = 1; step <= steps; step++) {
            probe.gradient(features, labels, ridge, gradient);
            probe.update(gradient, first, second, step);
        }
        return probe;
    }

    private void standardise(float[] features, int rows) {
        for (int j = 0; j < width; j++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < rows; i++) {
                double x = features[i * width + j];
                sum += x;
                squares += x * x;
            }
            mean[j] = sum / rows;
            scale[j] = 1 / Math.sqrt(Math.max(1e-12, squares / rows - mean[j] * mean[j]));
        }
    }

    private void gradient(float[] features, int[] labels, double ridge, double[] gradient) {
        int stride = width + 1;
        for (int k = 0; k < gradient.length; k++) {
            gradient[k] = k % stride == width ? 0 : ridge * weights[k];
        }
        double[] row = new double[width];
        double[] scores = new double[classes];
        for (int i = 0; i < labels.length; i++) {
            scores(features, i, row, scores);
            softmaxInPlace(scores);
            scores[labels[i]] -= 1;
            for (int c = 0; c < classes; c++) {
                double g = scores[c] / labels.length;
                for (int j = 0; j < width; j++) {
                    gradient[c * stride + j] += g * row[j];
                }
                gradient[c * stride + width] += g;
            }
        }
    }

    private void update(double[] gradient, double[] first, double[] second, int step) {
        double rate = 0.02;
        for (int k = 0; k < weights.length; k++) {
            first[k] = 0.9 * first[k] + 0.1 * gradient[k];
            second[k] = 0.999 * second[k] + 0.001 * gradient[k] * gradient[k];
            double m = first[k] / (1 - Math.pow(0.9, step));
            double v = second[k] / (1 - Math.pow(0.999, step));
            weights[k] -= rate * m / (Math.sqrt(v) + 1e-8);
        }
    }

    private void scores(float[] features, int i, double[] row, double[] scores) {
        for (int j = 0; j < width; j++) {
            row[j] = (features[i * width + j] - mean[j]) * scale[j];
        }
        for (int c = 0; c < classes; c++) {
            double sum = weights[c * (width + 1) + width];
            for (int j = 0; j < width; j++) {
                sum += weights[c * (width + 1) + j] * row[j];
            }
            scores[c] = sum;
        }
    }

    private static void softmaxInPlace(double[] scores) {
        double max = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            max = Math.max(max, score);
        }
        double sum = 0;
        for (int c = 0; c < scores.length; c++) {
            scores[c] = Math.exp(scores[c] - max);
            sum += scores[c];
        }
        for (int c = 0; c < scores.length; c++) {
            scores[c] /= sum;
        }
    }

    /**
     * The probe as a head on features that are not standardised.
     *
     * @return weight {@code [classes × width]}, then bias {@code [classes]}
     */
    public float[] head() {
        float[] head = new float[weights.length];
        for (int c = 0; c < classes; c++) {
            double bias = weights[c * (width + 1) + width];
            for (int j = 0; j < width; j++) {
                double weight = weights[c * (width + 1) + j] * scale[j];
                head[c * width + j] = (float) weight;
                bias -= weight * mean[j];
            }
            head[classes * width + c] = (float) bias;
        }
        return head;
    }

    /** The share of rows of {@code features [rows × width]} whose highest score is their label. */
    public double accuracy(float[] features, int[] labels) {
        double[] row = new double[width];
        double[] scores = new double[classes];
        int correct = 0;
        for (int i = 0; i < labels.length; i++) {
            scores(features, i, row, scores);
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = scores[c] > scores[best] ? c : best;
            }
            correct += best == labels[i] ? 1 : 0;
        }
        return (double) correct / labels.length;
    }
}
