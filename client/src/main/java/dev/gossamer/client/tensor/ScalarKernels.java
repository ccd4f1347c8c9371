package dev.gossamer.client.tensor;

import java.lang.foreign.ValueLayout;

/** The kernels one value at a time: what they compute, and the oracle of the fast ones. */
final class ScalarKernels implements Kernels {
    private static final double INVERSE_ROOT_2_PI = 0.3989422804014327;
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
}
