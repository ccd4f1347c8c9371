package dev.gossamer.privacy.mechanism;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** How a vector of reals becomes one of integers, and how long that makes it at most. */
public enum Rounding {
    /** Each value to the integer next to it: the norm grows by at most sqrt(d) / 2. */
    NEAREST {
        @Override
        double squaredBoundAsDouble(double clip, double dimension) {
            double longest = clip + Math.sqrt(dimension) / 2;
            return longest * longest;
        }
    },

    /**
     * Each value up or down at random, without bias, again and again until the norm is within a
     * bound (Kairouz, Liu and Steinke, "The Distributed Discrete Gaussian Mechanism for Federated
     * Learning with Secure Aggregation", 2021).
     *
     * <p>The bound is the smaller of one that no rounding exceeds, clip + sqrt(d), and of one that
     * a rounding exceeds with probability below beta = exp(-1/2); so a try is the last one with a
     * probability of at least 0.39.
     */
    CONDITIONAL {
        @Override
        double squaredBoundAsDouble(double clip, double dimension) {
            double root = Math.sqrt(dimension);
            double never = (clip + root) * (clip + root);
            return Math.min(never, clip * clip + dimension / 4 + clip + root / 2);
        }
    };

    /** More than the roundings of a bound. */
    private static final double SLACK = 0x1.0p-48;

    abstract double squaredBoundAsDouble(double clip, double dimension);

    /**
     * The largest squared norm of the integers: a vector of integers that is within the bound is
     * within its floor.
     *
     * @param clip norm of the reals at most, in steps of the grid, at most 2^52
     * @param dimension of the vector, padding included
     */
    public BigInteger squaredBound(double clip, int dimension) {
        MechanismPreconditions.requireBetween("clip bound in grid steps", clip, 0, 0x1.0p52, "");
        MechanismPreconditions.requireBetween("dimension", dimension, 1, Integer.MAX_VALUE);
        double bound = squaredBoundAsDouble(clip, dimension) * (1 + SLACK);
        return new BigDecimal(bound).setScale(0, RoundingMode.FLOOR).toBigIntegerExact();
    }
}
