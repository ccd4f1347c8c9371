package dev.gossamer.client.reference;

import java.util.Optional;

/**
 * A layer norm, or without the mean a root-mean-square norm, over each row.
 *
 * <pre>
 * x̂ = (x - mean) / sqrt(mean square of (x - mean) + ε)        mean is 0 for RMS
 * y = gain x̂ + bias
 * dx = (g - mean(g) - x̂ mean(g x̂)) / sqrt(...)                g = gain dy; no mean(g) for RMS
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record NormLayer(double[] gain, Optional<double[]> bias, boolean rms, double epsilon)
        implements Layer {
    static double[] doubles(float[] floats) {
        double[] doubles = new double[floats.length];
        for (int i = 0; i < floats.length; i++) {
            doubles[i] = floats[i];
        }
        return doubles;
    }

    @Override
    public Pass forward(Rows x, double[] values) {
        int n = gain.length;
        Rows hat = Rows.zero(x.rows(), n);
        double[] inverse = new double[x.rows()];
        for (int t = 0; t < x.rows(); t++) {
            normalise(x, t, hat.values(), inverse);
        }
        Rows y = Rows.zero(x.rows(), n);
        for (int i = 0; i < y.values().length; i++) {
            double shift = bias.isPresent() ? bias.get()[i % n] : 0;
            y.values()[i] = gain[i % n] * hat.values()[i] + shift;
        }
        return new Pass(y, (dy, gradient) -> backward(dy, hat, inverse));
    }

    private void normalise(Rows x, int t, double[] hat, double[] inverse) {
        int n = gain.length;
        double mean = 0;
        for (int i = 0; i < n && !rms; i++) {
            mean += x.at(t, i) / n;
        }
        double square = 0;
        for (int i = 0; i < n; i++) {
            square += (x.at(t, i) - mean) * (x.at(t, i) - mean) / n;
        }
        inverse[t] = 1 / Math.sqrt(square + epsilon);
        for (int i = 0; i < n; i++) {
            hat[t * n + i] = (x.at(t, i) - mean) * inverse[t];
        }
    }

    private Rows backward(Rows dy, Rows hat, double[] inverse) {
        int n = gain.length;
        Rows dx = Rows.zero(dy.rows(), n);
        for (int t = 0; t < dy.rows(); t++) {
            double mean = 0;
            double along = 0;
            for (int i = 0; i < n; i++) {
                double g = gain[i] * dy.at(t, i);
                mean += rms ? 0 : g / n;
                along += g * hat.at(t, i) / n;
            }
            for (int i = 0; i < n; i++) {
                double g = gain[i] * dy.at(t, i);
                dx.values()[t * n + i] = inverse[t] * (g - mean - hat.at(t, i) * along);
            }
        }
        return dx;
    }
}
