package dev.gossamer.privacy.mechanism;

/**
 * A clip bound that follows a quantile of the norms, between two rounds.
 *
 * <p>With the noised share of clients <em>within</em> the bound, b, the next bound is C exp(-eta (b
 * - gamma)): too many within, and it falls. Clients send values in units of the bound ({@link
 * FixedClip#clipToUnitInPlace}), so that grid, ring and noise stay the same from round to round.
 *
 * @param bound C, of the round that comes
 */
public record AdaptiveClip(AdaptiveClipPlan plan, double bound) {
    /** A bound within the plan's range. */
    public AdaptiveClip {
        if (!(bound >= plan.leastBound() && bound <= plan.largestBound())) {
            throw new IllegalArgumentException(
                    "clip bound out of its range: value="
                            + bound
                            + ", bound="
                            + plan.leastBound()
                            + ".."
                            + plan.largestBound());
        }
    }

    /** What clients clip with in the round that comes. */
    public FixedClip clip() {
        return new FixedClip(bound);
    }

    /**
     * The bound after a round.
     *
     * @param noisedDoubledCount the sum of {@link FixedClip.Clipped#doubledBit}, with {@link
     *     AdaptiveClipPlan#doubledCountNoise}
     */
    public AdaptiveClip next(long noisedDoubledCount) {
        double share = 0.5 + (double) noisedDoubledCount / (2.0 * plan.expectedCohort());
        double excess = Math.clamp(share, 0, 1) - plan.quantile();
        double next = bound * StrictMath.exp(-plan.learningRate() * excess);
        return new AdaptiveClip(plan, Math.clamp(next, plan.leastBound(), plan.largestBound()));
    }
}
