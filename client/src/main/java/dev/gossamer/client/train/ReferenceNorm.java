package dev.gossamer.client.train;

import dev.gossamer.client.model.EncoderWeights;

/** Layer norm in double precision, over rows of the hidden width. */
final class ReferenceNorm {
    private final double[] gain;
    private final double[] bias;
    private final double epsilon;

    ReferenceNorm(EncoderWeights.Norm norm, double epsilon) {
        gain = ReferenceLinear.doubles(norm.gain());
        bias = ReferenceLinear.doubles(norm.bias());
        this.epsilon = epsilon;
    }

    double[] forward(double[] x) {
        double[] y = normalised(x);
        for (int i = 0; i < y.length; i++) {
            y[i] = y[i] * gain[i % gain.length] + bias[i % gain.length];
        }
        return y;
    }

    private double[] normalised(double[] x) {
        int n = gain.length;
        double[] y = new double[x.length];
        for (int row = 0; row < x.length; row += n) {
            double mean = mean(x, row);
            double inverse = inverseDeviation(x, row, mean);
            for (int i = 0; i < n; i++) {
                y[row + i] = (x[row + i] - mean) * inverse;
            }
        }
        return y;
    }

    private double mean(double[] x, int row) {
        double sum = 0;
        for (int i = 0; i < gain.length; i++) {
            sum += x[row + i];
        }
        return sum / gain.length;
    }

    private double inverseDeviation(double[] x, int row, double mean) {
        double squares = 0;
        for (int i = 0; i < gain.length; i++) {
            squares += (x[row + i] - mean) * (x[row + i] - mean);
        }
        return 1 / Math.sqrt(squares / gain.length + epsilon);
    }

    /** The input's gradient. */
    double[] backward(double[] x, double[] dy) {
        int n = gain.length;
        double[] hat = normalised(x);
        double[] dx = new double[x.length];
        for (int row = 0; row < x.length; row += n) {
            double inverse = inverseDeviation(x, row, mean(x, row));
            double sum = 0;
            double dot = 0;
            for (int i = 0; i < n; i++) {
                sum += dy[row + i] * gain[i];
                dot += dy[row + i] * gain[i] * hat[row + i];
            }
            for (int i = 0; i < n; i++) {
                double g = dy[row + i] * gain[i];
                dx[row + i] = inverse * (g - sum / n - hat[row + i] * dot / n);
            }
        }
        return dx;
    }
}
