package dev.gossamer.privacy.mechanism;

/**
 * The Skellam law of variance mu: the difference of two independent Poisson integers of mean mu /
 * 2, each of them exact ({@link EnvelopeSampler}).
 *
 * <p>Sums of Skellam noise are Skellam noise whose variance is the sum, so that the noise of those
 * who reported is known whoever dropped out (Agarwal, Kairouz and Liu, "The Skellam Mechanism for
 * Differentially Private Federated Learning", 2021).
 */
public final class Skellam implements IntegerNoise {
    static final double LEAST_VARIANCE = 2 * PoissonLaw.LEAST_MEAN;
    static final double LARGEST_VARIANCE = 2 * PoissonLaw.LARGEST_MEAN;

    private final double variance;
    private final EnvelopeSampler poisson;

    private Skellam(double variance) {
        this.variance = variance;
        poisson = new EnvelopeSampler(new PoissonLaw(variance / 2));
    }

    /**
     * The law of this variance, the double taken as the rational that it is.
     *
     * @param variance mu, 2^-39 to 2^41
     */
    public static Skellam ofVariance(double variance) {
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
        return new Skellam(variance);
    }

    @Override
    public double variance() {
        return variance;
    }

    @Override
    public long sample(NoiseCoins coins) {
        return sample((WordSource) coins);
    }

    /** One integer of the law from any words; the modes of the two cancel. */
    long sample(WordSource coins) {
        long minuend = poisson.sample(coins);
        return minuend - poisson.sample(coins);
    }
}
