package dev.gossamer.protocols.aggregate;

/** Weights made to sum to one over those who reported. */
public final class Shares {
    private Shares() {}

    /**
     * The share of each of {@code weights}.
     *
     * @throws IllegalArgumentException if there are none, or one is not above 0 and finite
     */
    public static double[] of(double... weights) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            if (!(weights[i] > 0) || !Double.isFinite(weights[i])) {
                throw new IllegalArgumentException(
                        "weight is not above 0: index=" + i + ", weight=" + weights[i]);
            }
            sum += weights[i];
        }
        if (weights.length == 0 || !Double.isFinite(sum)) {
            throw new IllegalArgumentException(
                    "weights have no shares: reports=" + weights.length + ", sum=" + sum);
        }
        double[] shares = new double[weights.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = weights[i] / sum;
        }
        return shares;
    }
}
