package dev.gossamer.client.reference;

/** GELU by the error function, {@code x Φ(x)}, in double precision. */
public final class Gelu {
    private static final double INVERSE_ROOT_2_PI = 0.3989422804014327;

    /** Terms of the error function's series; 60 reach double precision for arguments up to 3. */
    private static final int TERMS = 60;

    private Gelu() {}

    /** The function at each of {@code x}. */
    public static double[] forward(double[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = x[i] * phi(x[i]);
        }
        return y;
    }

    /** The gradient by {@code x} where {@code dy} is that by the result. */
    public static double[] backward(double[] x, double[] dy) {
        double[] dx = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            dx[i] = dy[i] * (phi(x[i]) + x[i] * density(x[i]));
        }
        return dx;
    }

    /** The standard normal density. */
    static double density(double x) {
        return INVERSE_ROOT_2_PI * Math.exp(-x * x / 2);
    }

    /** The standard normal distribution function, to about 1e-15. */
    static double phi(double x) {
        double z = Math.abs(x);
        double tail = z < 3 ? 0.5 - series(z) : continuedFraction(z);
        return x > 0 ? 1 - tail : tail;
    }

    /** {@code φ(z) (z + z³/3 + z⁵/15 + ...)}, all terms positive. */
    private static double series(double z) {
        double term = z;
        double sum = z;
        for (int k = 1; k < TERMS; k++) {
            term *= z * z / (2 * k + 1);
            sum += term;
        }
        return INVERSE_ROOT_2_PI * Math.exp(-z * z / 2) * sum;
    }

    /** Laplace's continued fraction of the upper tail. */
    private static double continuedFraction(double z) {
        double f = z;
        for (int k = TERMS; k > 0; k--) {
            f = z + k / f;
        }
        return INVERSE_ROOT_2_PI * Math.exp(-z * z / 2) / f;
    }
}
