package dev.gossamer.privacy.accountant;

import dev.gossamer.privacy.accountant.PrivacyEvent.Composed;
import dev.gossamer.privacy.accountant.PrivacyEvent.Gaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.GridGaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.Mechanism;
import dev.gossamer.privacy.accountant.PrivacyEvent.PoissonSampled;
import dev.gossamer.privacy.accountant.PrivacyEvent.Release;
import dev.gossamer.privacy.accountant.PrivacyEvent.Repeated;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/**
 * An event with a real Gaussian in the place of each on a fine grid, and how far apart the two are.
 *
 * <p>Total variations of releases add up, however each hangs on those before. Two laws within
 * {@code (epsilon, delta)} of each other, each replaced by one at most D away, are within {@code
 * (epsilon, delta + (1 + e^epsilon) D)}.
 *
 * @param distance the total variation, over all releases
 */
record Smoothed(PrivacyEvent event, double distance) {
    /** The same event, smooth. */
    static Smoothed of(PrivacyEvent event) {
        List<PrivacyEvent> smooth = new ArrayList<>();
        double distance = 0;
        for (Phases.Phase phase : Phases.of(event).list()) {
            smooth.add(new Repeated(smooth(phase.release()), phase.times()));
            distance += phase.times() * distance(phase.release());
        }
        return distance == 0
                ? new Smoothed(event, 0)
                : new Smoothed(new Composed(smooth), distance);
    }

    private static PrivacyEvent smooth(Release release) {
        return switch (release) {
            case GridGaussian grid -> new Gaussian(grid.noiseMultiplier());
            case PoissonSampled(double rate, GridGaussian grid) ->
                    new PoissonSampled(rate, new Gaussian(grid.noiseMultiplier()));
            case Release other -> other;
        };
    }

    private static double distance(Release release) {
        return switch (release) {
            case GridGaussian grid -> grid.distance();
            case PoissonSampled(double _, Mechanism mechanism) -> distance(mechanism);
            case Release _ -> 0;
        };
    }

    /**
     * The epsilon at {@code delta}; infinite where the distance takes more than half of it.
     *
     * @param real the epsilon of the smooth event at another delta
     */
    double epsilon(double delta, DoubleUnaryOperator real) {
        if (distance == 0) {
            return real.applyAsDouble(delta);
        }
        // At half of delta epsilon is larger than what is looked for, and so is what it costs.
        double cost = cost(real.applyAsDouble(delta / 2));
        return cost <= delta / 2 ? real.applyAsDouble(delta - cost) : Double.POSITIVE_INFINITY;
    }

    /** The delta at {@code epsilon}, where the smooth event has {@code real}. */
    double delta(double epsilon, double real) {
        return distance == 0 ? real : Math.min(1, real + cost(epsilon));
    }

    private double cost(double epsilon) {
        return (1 + Math.exp(epsilon)) * distance;
    }
}
