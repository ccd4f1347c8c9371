package dev.gossamer.privacy.accountant;

import java.util.Arrays;

/**
 * A privacy loss on a grid: masses at multiples of a step, and at infinity.
 *
 * <p>It stands above the loss that it was made from at every epsilon ("connect the dots",
 * Doroshenko et al. 2022): a bucket's mass is put on the bucket's two ends such that both
 * distributions keep their mass, where rounding it all up would cost up to a step in each of
 * thousands of rounds.
 *
 * @param first the multiple of the step that the first mass stands at
 * @param infinite the mass at infinity
 */
@SuppressWarnings("ArrayRecordComponent") // made once and read by its own methods
record LossDistribution(double step, long first, double[] mass, double infinite) {
    /** Exponentials are taken anew this often, and multiplied between: 2e-14 of error. */
    private static final int BLOCK = 128;

    /** How far rounding may take the sum of all masses from 1. */
    private static final double ROUNDING = 1e-9;

    LossDistribution {
        double sum = infinite + Arrays.stream(mass).sum();
        if (!(Math.abs(sum - 1) <= ROUNDING)) {
            throw new IllegalStateException("masses of a privacy loss do not sum to 1: sum=" + sum);
        }
    }

    double loss(int index) {
        return (first + index) * step;
    }

    /** {@code ln E[e^(power loss)]} over the finite part. */
    double logMoment(double power) {
        LogSum sum = new LogSum();
        double ratio = Math.exp(power * step);
        for (int from = 0; from < mass.length; from += BLOCK) {
            int to = Math.min(from + BLOCK, mass.length);
            double block = 0;
            for (int i = to - 1; i >= from; i--) {
                block = block * ratio + mass[i];
            }
            if (block > 0) {
                sum.add(power * loss(from) + Math.log(block));
            }
        }
        return sum.log();
    }

    /** The distribution whose masses are those times {@code e^(power loss)}, summing to one. */
    Tilted tilted(double power) {
        double logMoment = logMoment(power);
        double[] tilted = new double[mass.length];
        for (int i = 0; i < tilted.length; i++) {
            if (mass[i] > 0) {
                tilted[i] = mass[i] * Math.exp(power * loss(i) - logMoment);
            }
        }
        return new Tilted(first, tilted, logMoment);
    }

    /** Masses under a tilt, which took {@code e^logMoment} out of them. */
    record Tilted(long first, double[] mass, double logMoment) {
        /** Adds the masses to a circle of places, each at its multiple of the step. */
        void wrapOnto(double[] circle) {
            for (int i = 0; i < mass.length; i++) {
                circle[Math.floorMod(first + i, circle.length)] += mass[i];
            }
        }
    }
}
