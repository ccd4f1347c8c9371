package dev.gossamer.privacy.accountant;

import dev.gossamer.privacy.accountant.PrivacyEvent.Gaussian;

import java.util.Optional;

/**
 * Accounts exactly, for Gaussian releases without sampling.
 *
 * <p>Several, however they depend on each other, are as one with the multiplier {@code (sum
 * s^-2)^(-1/2)}; those of a tree that hold one record as well.
 */
public final class GaussianAccountant implements Accountant {
    private final Adjacency adjacency;

    private GaussianAccountant(Adjacency adjacency) {
        this.adjacency = adjacency;
    }

    /** The accountant. */
    public static GaussianAccountant of(Adjacency adjacency) {
        return new GaussianAccountant(adjacency);
    }

    @Override
    public String name() {
        return "gaussian";
    }

    @Override
    public Adjacency adjacency() {
        return adjacency;
    }

    @Override
    public Coverage coverage(PrivacyEvent event) {
        return Phases.coverage(
                event,
                adjacency,
                release ->
                        release instanceof Gaussian
                                ? Optional.empty()
                                : Optional.of("not every release is Gaussian without sampling"));
    }

    @Override
    public PrivacyBound epsilon(PrivacyEvent event, double delta) {
        PrivacyPreconditions.delta(delta);
        double precision = precision(event);
        return PrivacyBound.of(
                precision == 0 ? 0 : GaussianCurve.epsilon(1 / Math.sqrt(precision), delta));
    }

    @Override
    public PrivacyBound delta(PrivacyEvent event, double epsilon) {
        PrivacyPreconditions.epsilon(epsilon);
        double precision = precision(event);
        return PrivacyBound.of(
                precision == 0 ? 0 : GaussianCurve.delta(1 / Math.sqrt(precision), epsilon));
    }

    private double precision(PrivacyEvent event) {
        double sum = 0;
        for (Phases.Phase phase : Phases.covered(this, event).list()) {
            if (phase.release() instanceof Gaussian(double s)) {
                sum += phase.times() / (s * s);
            }
        }
        return sum;
    }
}
