package dev.gossamer.privacy.mechanism;

/**
 * Scales a vector down to an L2 norm of at most a bound, {@code values min(1, bound / norm)}.
 *
 * <p>A vector within the bound, by exact arithmetic where it is close, stays as it is; so does one
 * of norm 0. Any other is scaled by a factor that is smaller than the quotient by more than all
 * roundings, so that the true norm of what comes out is at most the bound.
 *
 * @param bound {@value #LEAST_BOUND} to {@value #LARGEST_BOUND}, so that neither it nor a clipped
 *     value's share of it leaves the range of a double
 */
public record FixedClip(double bound) {
    static final double LEAST_BOUND = 1e-150;
    static final double LARGEST_BOUND = 1e150;

    /** More than the roundings of a factor and of a product, but for the norm's own. */
    private static final double SLACK = 0x1.0p-50;

    /** A bound in range. */
    public FixedClip {
        if (!(bound >= LEAST_BOUND && bound <= LARGEST_BOUND)) {
            throw new IllegalArgumentException(
                    "clip bound out of range: value="
                            + bound
                            + ", bound="
                            + LEAST_BOUND
                            + ".."
                            + LARGEST_BOUND);
        }
    }

    /**
     * What clipping found.
     *
     * @param norm before, infinite where it is beyond a double
     * @param factor that values were scaled by, 1 where nothing was clipped
     * @param isWithin whether the norm was at most the bound
     */
    public record Clipped(double norm, double factor, boolean isWithin) {
        /** The bit that adaptive clipping counts, shifted by one half and doubled. */
        public int doubledBit() {
            return isWithin ? 1 : -1;
        }
    }

    /** Clips {@code values}, and throws {@link NonFiniteValueException} before it changes any. */
    public Clipped clipInPlace(double[] values) {
        ScaledNorm norm = normOf(values);
        if (norm.isAtMost(bound)) {
            return new Clipped(norm.value(), 1, true);
        }
        double factor = scaleInPlace(values, norm, bound);
        return new Clipped(norm.value(), Math.scalb(factor, -norm.exponent()), false);
    }

    /**
     * The same in units of the bound: what comes out has a norm of at most 1, so that its grid and
     * ring need not change when the bound does.
     *
     * @return with the factor before the change of unit
     */
    public Clipped clipToUnitInPlace(double[] values) {
        ScaledNorm norm = normOf(values);
        if (!norm.isAtMost(bound)) {
            double factor = scaleInPlace(values, norm, 1);
            return new Clipped(norm.value(), Math.scalb(factor * bound, -norm.exponent()), false);
        }
        double inverse = (1 - SLACK) / bound;
        for (int i = 0; i < values.length; i++) {
            values[i] *= inverse;
        }
        return new Clipped(norm.value(), 1, true);
    }

    private static ScaledNorm normOf(double[] values) {
        NonFiniteValueException.requireFinite(values);
        return new ScaledNorm(values);
    }

    private static double scaleInPlace(double[] values, ScaledNorm norm, double target) {
        double factor = target / norm.root() * (1 - SLACK - 2 * norm.rootError());
        for (int i = 0; i < values.length; i++) {
            values[i] = norm.scaled(values[i]) * factor;
        }
        return factor;
    }
}
