package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Activation;

import java.lang.foreign.ValueLayout;

/** The kernels one value at a time: what they compute, and the oracle of the fast ones. */
final class ScalarKernels implements Kernels {
    private static final double INVERSE_ROOT_2_PI = 0.3989422804014327;
    private static final double ROOT_2_BY_PI = 0.7978845608028654;
    private static final double CUBIC = 0.044715;
    private static final double INVERSE_ROOT_2 = 0.7071067811865476;

    private static float at(long x, int i) {
        return Tensor.MEMORY.get(ValueLayout.JAVA_FLOAT, x + 4L * i);
    }

    private static void set(long x, int i, double value) {
        Tensor.MEMORY.set(ValueLayout.JAVA_FLOAT, x + 4L * i, (float) value);
    }

    @Override
    public void gelu(long x, long y, long slope, int n) {
        for (int i = 0; i < n; i++) {
            double value = at(x, i);
            double density = INVERSE_ROOT_2_PI * StrictMath.exp(-value * value / 2);
            double phi = phi(value);
            set(slope, i, phi + value * density);
            set(y, i, value * phi);
        }
    }

    @Override
    public void activate(Activation activation, long x, long y, long slope, int n) {
        for (int i = 0; i < n; i++) {
            double v = at(x, i);
            switch (activation) {
                case GELU -> gelu(x + 4L * i, y + 4L * i, slope + 4L * i, 1);
                case GELU_TANH -> {
                    double gate = sigmoid(2 * ROOT_2_BY_PI * (v + CUBIC * v * v * v));
                    double inner = 2 * ROOT_2_BY_PI * (1 + 3 * CUBIC * v * v);
                    set(y, i, v * gate);
                    set(slope, i, gate + v * gate * (1 - gate) * inner);
                }
                case SILU -> {
                    double gate = sigmoid(v);
                    set(y, i, v * gate);
                    set(slope, i, gate * (1 + v * (1 - gate)));
                }
                case RELU -> {
                    set(y, i, Math.max(v, 0));
                    set(slope, i, v > 0 ? 1 : 0);
                }
                case TANH -> {
                    double value = StrictMath.tanh(v);
                    set(y, i, value);
                    set(slope, i, 1 - value * value);
                }
            }
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + StrictMath.exp(-x));
    }

    @Override
    public void multiply(long x, long y, long z, int n) {
        for (int i = 0; i < n; i++) {
            set(z, i, (double) at(x, i) * at(y, i));
        }
    }

    @Override
    public void scaleInPlace(long x, float factor, int n) {
        for (int i = 0; i < n; i++) {
            set(x, i, (double) factor * at(x, i));
        }
    }

    @Override
    public float dot(long x, long y, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += (double) at(x, i) * at(y, i);
        }
        return (float) sum;
    }

    /** The normal distribution function by Abramowitz and Stegun 7.1.26, to 7.5e-8. */
    private static double phi(double x) {
        double z = Math.abs(x) * INVERSE_ROOT_2;
        double t = 1 / (1 + 0.3275911 * z);
        double poly = 1.061405429;
        poly = poly * t - 1.453152027;
        poly = poly * t + 1.421413741;
        poly = poly * t - 0.284496736;
        poly = poly * t + 0.254829592;
        double tail = poly * t * StrictMath.exp(-z * z) / 2;
        return x > 0 ? 1 - tail : tail;
    }

    @Override
    public void multiplyInPlace(long x, long y, int n) {
        for (int i = 0; i < n; i++) {
            set(x, i, (double) at(x, i) * at(y, i));
        }
    }

    @Override
    public void addInPlace(long x, long y, int n) {
        for (int i = 0; i < n; i++) {
            set(x, i, (double) at(x, i) + at(y, i));
        }
    }

    @Override
    public void addScaledInPlace(long y, long x, float scale, int n) {
        for (int i = 0; i < n; i++) {
            set(y, i, at(y, i) + (double) scale * at(x, i));
        }
    }

    @Override
    public float layerNorm(
            long x, long residual, long hat, long y, long gain, long bias, int n, float epsilon) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            set(hat, i, (double) at(x, i) + at(residual, i));
            sum += at(hat, i);
        }
        double mean = sum / n;
        double squares = 0;
        for (int i = 0; i < n; i++) {
            squares += (at(hat, i) - mean) * (at(hat, i) - mean);
        }
        float inverse = (float) (1 / Math.sqrt(squares / n + epsilon));
        for (int i = 0; i < n; i++) {
            set(hat, i, (at(hat, i) - mean) * inverse);
            set(y, i, (double) at(hat, i) * at(gain, i) + at(bias, i));
        }
        return inverse;
    }

    @Override
    public void layerNormBackward(long dy, long hat, long gain, float inverse, long dx, int n) {
        double sum = 0;
        double dot = 0;
        for (int i = 0; i < n; i++) {
            double g = (double) at(dy, i) * at(gain, i);
            sum += g;
            dot += g * at(hat, i);
        }
        for (int i = 0; i < n; i++) {
            double g = (double) at(dy, i) * at(gain, i);
            set(dx, i, inverse * (g - sum / n - at(hat, i) * dot / n));
        }
    }

    @Override
    public void softmaxInPlace(long x, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = Math.max(max, at(x, i));
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            set(x, i, StrictMath.exp((double) at(x, i) - max));
            sum += at(x, i);
        }
        for (int i = 0; i < n; i++) {
            set(x, i, at(x, i) / sum);
        }
    }

    @Override
    public void softmaxBackwardInPlace(long p, long dp, float scale, int n) {
        double dot = 0;
        for (int i = 0; i < n; i++) {
            dot += (double) at(p, i) * at(dp, i);
        }
        for (int i = 0; i < n; i++) {
            set(dp, i, scale * at(p, i) * (at(dp, i) - dot));
        }
    }

    @Override
    public float rootMeanSquareNorm(
            long x, long residual, long hat, long y, long gain, int n, float epsilon) {
        double squares = 0;
        for (int i = 0; i < n; i++) {
            set(hat, i, (double) at(x, i) + at(residual, i));
            squares += (double) at(hat, i) * at(hat, i);
        }
        float inverse = (float) (1 / Math.sqrt(squares / n + epsilon));
        for (int i = 0; i < n; i++) {
            set(hat, i, (double) at(hat, i) * inverse);
            set(y, i, (double) at(hat, i) * at(gain, i));
        }
        return inverse;
    }

    @Override
    public void rootMeanSquareNormBackward(
            long dy, long hat, long gain, float inverse, long dx, int n) {
        double dot = 0;
        for (int i = 0; i < n; i++) {
            dot += (double) at(dy, i) * at(gain, i) * at(hat, i);
        }
        for (int i = 0; i < n; i++) {
            double g = (double) at(dy, i) * at(gain, i);
            set(dx, i, inverse * (g - at(hat, i) * dot / n));
        }
    }

    @Override
    public void softmaxInPlace(long x, int n, long max, long inverse) {
        double greatest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            greatest = Math.max(greatest, at(x, i));
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += StrictMath.exp(at(x, i) - greatest);
        }
        for (int i = 0; i < n; i++) {
            set(x, i, StrictMath.exp(at(x, i) - greatest) / sum);
        }
        set(max, 0, greatest);
        set(inverse, 0, 1 / sum);
    }

    @Override
    public void softmaxColumnsInPlace(
            long x, int queries, int stride, KeyRange range, long max, long inverse) {
        for (int query = 0; query < queries; query++) {
            double greatest = Double.NEGATIVE_INFINITY;
            for (int key = range.from(query); key < range.to(query); key++) {
                greatest = Math.max(greatest, at(x, key * stride + query));
            }
            double sum = 0;
            for (int key = range.from(query); key < range.to(query); key++) {
                sum += StrictMath.exp(at(x, key * stride + query) - greatest);
            }
            set(max, query, greatest);
            set(inverse, query, 1 / sum);
            probabilities(x, query, stride, range, greatest, 1 / sum);
        }
    }

    private static void probabilities(
            long x, int query, int stride, KeyRange range, double max, double inverse) {
        for (int key = 0; key < range.keys(); key++) {
            boolean seen = range.from(query) <= key && key < range.to(query);
            int i = key * stride + query;
            set(x, i, seen ? StrictMath.exp(at(x, i) - max) * inverse : 0);
        }
    }

    @Override
    public void softmaxColumnsBackwardInPlace(
            long x,
            long dp,
            int queries,
            int stride,
            KeyRange range,
            long max,
            long inverse,
            float scale,
            long line) {
        for (int query = 0; query < queries; query++) {
            probabilities(x, query, stride, range, at(max, query), at(inverse, query));
            double dot = 0;
            for (int key = range.from(query); key < range.to(query); key++) {
                int i = key * stride + query;
                dot += (double) at(x, i) * at(dp, i);
            }
            for (int key = 0; key < range.keys(); key++) {
                int i = key * stride + query;
                double p = at(x, i);
                set(dp, i, p == 0 ? 0 : scale * p * (at(dp, i) - dot));
            }
        }
    }

    @Override
    public void rotateInPlace(long x, long cos, long sin, float direction, int half) {
        for (int i = 0; i < half; i++) {
            double a = at(x, i);
            double b = at(x, i + half);
            double s = (double) direction * at(sin, i);
            set(x, i, a * at(cos, i) - b * s);
            set(x, i + half, b * at(cos, i) + a * s);
        }
    }
}
