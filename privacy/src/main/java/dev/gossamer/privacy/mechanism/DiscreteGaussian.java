package dev.gossamer.privacy.mechanism;

import java.math.BigDecimal;

/**
 * The discrete Gaussian law of Canonne, Kamath and Steinke ("The Discrete Gaussian for Differential
 * Privacy", 2020): integers x with probability proportional to exp(-x^2 / (2 sigma^2)), exactly.
 *
 * <p>On integer vectors of sensitivity D in L2 it is rho-zCDP with rho = D^2 / (2 sigma^2), as the
 * continuous Gaussian is: RDP(a) = a D^2 / (2 sigma^2). The parameter sigma^2 is the rational that
 * the double is, and no probability is rounded on the way ({@link EnvelopeSampler} has the proof).
 * The variance of the law itself is below sigma^2, for sigma of at least 1 by less than 1e-6 of it.
 */
public final class DiscreteGaussian implements IntegerNoise {
    static final double LEAST_VARIANCE = 0x1.0p-6;
    static final double LARGEST_VARIANCE = 0x1.0p100;

    private final double variance;
    private final EnvelopeSampler sampler;

    private DiscreteGaussian(BigDecimal variance) {
        this.variance = variance.doubleValue();
        sampler = new EnvelopeSampler(new GaussianLaw(variance));
    }

    /**
     * The law of this sigma^2, the double taken as the rational that it is.
     *
     * @param variance 2^-6 to 2^100
     */
    public static DiscreteGaussian ofVariance(double variance) {
        if (!(variance >= LEAST_VARIANCE && variance <= LARGEST_VARIANCE)) {
            throw new IllegalArgumentException(
                    "noise out of range: variance="
                            + variance
                            + ", bound="
                            + LEAST_VARIANCE
                            + ".."
                            + LARGEST_VARIANCE
                            + " steps of the grid squared; no noise at all is a mode of its own");
        }
        return new DiscreteGaussian(new BigDecimal(variance));
    }

    /**
     * The law whose sigma^2 is the exact square of the rational that the double is.
     *
     * @param sigma 2^-3 to 2^50
     */
    public static DiscreteGaussian ofSigma(double sigma) {
        if (!(sigma >= Math.sqrt(LEAST_VARIANCE) && sigma <= Math.sqrt(LARGEST_VARIANCE))) {
            throw new IllegalArgumentException(
                    "noise out of range: sigma="
                            + sigma
                            + ", bound="
                            + Math.sqrt(LEAST_VARIANCE)
                            + ".."
                            + Math.sqrt(LARGEST_VARIANCE)
                            + " steps of the grid; no noise at all is a mode of its own");
        }
        return new DiscreteGaussian(new BigDecimal(sigma).pow(2));
    }

    @Override
    public double variance() {
        return variance;
    }

    @Override
    public long sample(NoiseCoins coins) {
        return sample((WordSource) coins);
    }

    /** One integer of the law from any words. */
    long sample(WordSource coins) {
        return sampler.sample(coins);
    }
}
