package dev.gossamer.privacy.accountant;

import org.apache.commons.numbers.gamma.Erfc;

/**
 * One Gaussian release over a Poisson sample, cut into buckets of its privacy loss.
 *
 * <p>With a record the release is distributed as {@code P = (1-q) N(0, s^2) + q N(1, s^2)}, and
 * without it as {@code Q = N(0, s^2)}. The loss of removing it, {@code l(x) = ln(1 - q + q e^((2x -
 * 1) / 2s^2))}, rises with x, so a bucket {@code (l_i, l_(i+1)]} of losses is an interval of x and
 * its masses are differences of normal distribution functions, taken on the side that does not
 * cancel. The loss of adding a record is {@code -l} with P and Q exchanged, over the same buckets.
 */
@SuppressWarnings("ArrayRecordComponent") // made once and read by its own methods
record LossBuckets(
        double step, long first, double[] with, double[] without, Outside below, Outside above) {
    private static final double SQRT2 = Math.sqrt(2);

    /** Standard deviations beyond which nothing is looked at: 2e-28 of the mass on each side. */
    private static final double REACH = 11;

    /** Beyond, the other distribution's mass is smaller by more than numbers can tell. */
    private static final double MOST_EXACT = 600;

    /** What lies beyond the buckets on one side. */
    record Outside(double with, double without) {}

    /** Losses of the furthest places that are looked at. */
    record Range(double low, double high) {
        static Range of(double q, double s) {
            return new Range(loss(-REACH * s, q, s), loss(1 + REACH * s, q, s));
        }

        double width() {
            return high - low;
        }
    }

    private static double loss(double x, double q, double s) {
        double exponent = (2 * x - 1) / (2 * s * s);
        if (q == 1) {
            return exponent;
        }
        return exponent > 0
                ? exponent + Math.log(q + (1 - q) * Math.exp(-exponent))
                : Math.log1p(q * Math.expm1(exponent));
    }

    /** The place of a loss: minus infinity for those that no place has. */
    private static double place(double loss, double q, double s) {
        if (q == 1) {
            return s * s * loss + 0.5;
        }
        if (loss > 1) { // where e^loss need not be in range
            return s * s * (loss - Math.log(q) + Math.log1p((q - 1) * Math.exp(-loss))) + 0.5;
        }
        double ratio = Math.expm1(loss) / q;
        return ratio > -1 ? s * s * Math.log1p(ratio) + 0.5 : Double.NEGATIVE_INFINITY;
    }

    /** The buckets of width {@code step} of a release with rate q and multiplier s. */
    static LossBuckets of(double q, double s, double step) {
        Range range = Range.of(q, s);
        long first = (long) Math.floor(range.low() / step);
        int buckets = Math.toIntExact((long) Math.ceil(range.high() / step) - first);
        double[] with = new double[buckets];
        double[] without = new double[buckets];
        Edge left = Edge.at(place(first * step, q, s), s);
        Outside below = left.below().mixed(q);
        for (int i = 0; i < buckets; i++) {
            Edge right = Edge.at(place((first + i + 1) * step, q, s), s);
            without[i] = right.without().minus(left.without());
            with[i] = (1 - q) * without[i] + q * right.with().minus(left.with());
            left = right;
        }
        return new LossBuckets(step, first, with, without, below, left.above().mixed(q));
    }

    /** The normal distribution at one place: the smaller of the masses on its two sides. */
    private record Tail(double mass, boolean left) {
        static Tail at(double z) {
            return new Tail(0.5 * Erfc.value(Math.abs(z) / SQRT2), z <= 0);
        }

        /** The mass between a place further left and this one. */
        double minus(Tail other) {
            if (left) {
                return mass - other.mass;
            }
            return other.left ? 1 - mass - other.mass : other.mass - mass;
        }

        double below() {
            return left ? mass : 1 - mass;
        }

        double above() {
            return left ? 1 - mass : mass;
        }
    }

    private record Edge(Tail without, Tail with) {
        static Edge at(double x, double s) {
            return new Edge(Tail.at(x / s), Tail.at((x - 1) / s));
        }

        Sides below() {
            return new Sides(without.below(), with.below());
        }

        Sides above() {
            return new Sides(without.above(), with.above());
        }
    }

    private record Sides(double shifted, double mean) {
        Outside mixed(double q) {
            return new Outside((1 - q) * shifted + q * mean, shifted);
        }
    }

    /** The loss of removing a record. */
    LossDistribution removing() {
        double[] mass = new double[with.length + 1];
        mass[0] = below.with();
        for (int i = 0; i < with.length; i++) {
            double upper = upper(with[i], without[i], (first + i) * step);
            mass[i] += with[i] - upper;
            mass[i + 1] += upper;
        }
        return new LossDistribution(step, first, mass, above.with());
    }

    /** The loss of adding one. */
    LossDistribution adding() {
        int buckets = with.length;
        double[] mass = new double[buckets + 1];
        mass[0] = above.without();
        for (int i = 0; i < buckets; i++) {
            double upper = upper(without[i], with[i], -(first + i + 1) * step);
            mass[buckets - 1 - i] += without[i] - upper;
            mass[buckets - i] += upper;
        }
        return new LossDistribution(step, -(first + buckets), mass, below.without());
    }

    /**
     * What of {@code mass} goes to the upper end of its bucket, such that the other distribution
     * keeps its mass as well; all of it where that has left the range of numbers.
     */
    private double upper(double mass, double otherMass, double lowerLoss) {
        if (lowerLoss > MOST_EXACT) {
            return mass;
        }
        double excess = mass - otherMass * Math.exp(lowerLoss);
        return Math.clamp(excess / -Math.expm1(-step), 0, mass);
    }
}
