package dev.gossamer.client.train;

import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.protocols.adapter.Basis;

import java.nio.FloatBuffer;
import java.util.Optional;

/** One adapted linear map, {@code y = W x + b + B R A x}, in double precision. */
final class ReferenceLinear {
    private final int in;
    private final int out;
    private final double[] weight;
    private final double[] bias;
    private final Optional<Basis.Target> target;
    private final int slice;

    /**
     * A map with its optional adapter.
     *
     * @param slice where R begins in the flat adapter
     */
    ReferenceLinear(EncoderWeights.Linear linear, Optional<Basis.Target> target, int slice) {
        weight = doubles(linear.weight());
        bias = doubles(linear.bias());
        out = bias.length;
        in = weight.length / out;
        this.target = target;
        this.slice = slice;
        target.ifPresent(this::requireFit);
    }

    private void requireFit(Basis.Target t) {
        if (t.in() != in || t.out() != out) {
            throw new IllegalArgumentException(
                    "basis does not fit the matrix: target="
                            + t.name()
                            + ", basis="
                            + t.out()
                            + "x"
                            + t.in()
                            + ", matrix="
                            + out
                            + "x"
                            + in);
        }
    }

    static double[] doubles(FloatBuffer buffer) {
        double[] values = new double[buffer.remaining()];
        for (int i = 0; i < values.length; i++) {
            values[i] = buffer.get(buffer.position() + i);
        }
        return values;
    }

    /** {@code [rows × in]} to {@code [rows × out]}. */
    double[] forward(double[] x, double[] values) {
        int rows = x.length / in;
        double[] y = new double[rows * out];
        for (int t = 0; t < rows; t++) {
            for (int o = 0; o < out; o++) {
                double sum = bias[o];
                for (int i = 0; i < in; i++) {
                    sum += weight[o * in + i] * x[t * in + i];
                }
                y[t * out + o] = sum;
            }
        }
        target.ifPresent(basis -> addAdapter(basis, x, values, y, rows));
        return y;
    }

    private void addAdapter(Basis.Target basis, double[] x, double[] values, double[] y, int rows) {
        int r = basis.rank();
        for (int t = 0; t < rows; t++) {
            double[] u = project(basis, x, t);
            for (int j = 0; j < r; j++) {
                double v = 0;
                for (int k = 0; k < r; k++) {
                    v += values[slice + j * r + k] * u[k];
                }
                for (int o = 0; o < out; o++) {
                    y[t * out + o] += basis.b()[o * r + j] * v;
                }
            }
        }
    }

    private double[] project(Basis.Target basis, double[] x, int t) {
        double[] u = new double[basis.rank()];
        for (int k = 0; k < u.length; k++) {
            for (int i = 0; i < in; i++) {
                u[k] += basis.a()[k * in + i] * x[t * in + i];
            }
        }
        return u;
    }

    /** Adds R's gradient to {@code gradient} and returns the input's, {@code [rows × in]}. */
    double[] backward(double[] x, double[] dy, double[] values, double[] gradient) {
        int rows = x.length / in;
        double[] dx = new double[rows * in];
        for (int t = 0; t < rows; t++) {
            for (int o = 0; o < out; o++) {
                for (int i = 0; i < in; i++) {
                    dx[t * in + i] += weight[o * in + i] * dy[t * out + o];
                }
            }
        }
        target.ifPresent(basis -> adapterBackward(basis, x, dy, values, gradient, dx, rows));
        return dx;
    }

    private void adapterBackward(
            Basis.Target basis,
            double[] x,
            double[] dy,
            double[] values,
            double[] gradient,
            double[] dx,
            int rows) {
        int r = basis.rank();
        for (int t = 0; t < rows; t++) {
            double[] u = project(basis, x, t);
            for (int j = 0; j < r; j++) {
                double dv = 0;
                for (int o = 0; o < out; o++) {
                    dv += basis.b()[o * r + j] * dy[t * out + o];
                }
                for (int k = 0; k < r; k++) {
                    gradient[slice + j * r + k] += dv * u[k];
                    double du = dv * values[slice + j * r + k];
                    for (int i = 0; i < in; i++) {
                        dx[t * in + i] += basis.a()[k * in + i] * du;
                    }
                }
            }
        }
    }
}
