package dev.gossamer.privacy.accountant;

import dev.gossamer.privacy.accountant.PrivacyEvent.Mechanism;
import dev.gossamer.privacy.accountant.PrivacyEvent.PoissonSampled;

/**
 * How those who take part in a release were chosen, and who can tell.
 *
 * <p>A small rate makes noise count for more, but only while nobody knows who took part. That holds
 * if each coin is tossed independently, with one probability; if nobody else can know the coins;
 * and if membership is shown nowhere: a list of who trains, on a page or in a list of keys, is
 * enough to void it.
 *
 * @param rate each one's probability of taking part
 * @param poisson each one's coin is tossed independently of all others
 * @param coinsSecret they come from a secure source that nobody who sees the release can repeat
 * @param membershipHidden nobody who sees the release can see who took part in it
 */
public record Sampling(
        double rate, boolean poisson, boolean coinsSecret, boolean membershipHidden) {
    /** Everybody takes part, every time. */
    public static final Sampling ALL = new Sampling(1, false, false, false);

    /** Checks the rate. */
    public Sampling {
        PrivacyPreconditions.samplingRate(rate);
    }

    /** True Poisson sampling with secret coins and hidden membership. */
    public static Sampling secretPoisson(double rate) {
        return new Sampling(rate, true, true, true);
    }

    /** True if the rate counts. */
    public boolean amplifies() {
        return poisson && coinsSecret && membershipHidden;
    }

    /** The rate that is charged: 1 unless the sampling amplifies. */
    public double rateCharged() {
        return amplifies() ? rate : 1;
    }

    /** What one release by {@code mechanism} over this sampling is charged as. */
    public PrivacyEvent charge(Mechanism mechanism) {
        return rateCharged() < 1 ? new PoissonSampled(rate, mechanism) : mechanism;
    }
}
