package dev.gossamer.client.node;

import dev.gossamer.client.train.NoisedGradient;
import dev.gossamer.client.train.PrivateGradient;
import dev.gossamer.privacy.accountant.Accountant;
import dev.gossamer.privacy.accountant.Adjacency;
import dev.gossamer.privacy.accountant.Calibration;
import dev.gossamer.privacy.accountant.PldAccountant;
import dev.gossamer.privacy.accountant.PrivacyEvent;
import dev.gossamer.privacy.accountant.PrivacyEvent.GridGaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.Repeated;
import dev.gossamer.privacy.accountant.PrivacySpent;
import dev.gossamer.privacy.accountant.Sampling;
import dev.gossamer.protocols.run.PrivacyPlan;
import dev.gossamer.protocols.run.RunFile;

import java.util.Optional;

/**
 * What a run's promise to each row comes to for one owner: who is in a step, how noisy it is, and
 * what that is charged as.
 *
 * <p>The rate follows from the owner's number of rows, and so does the noise that a budget asks
 * for: owners of few rows have more of it. Each owner's promise is about its own rows, whatever the
 * others do, and whatever is made of its updates.
 *
 * @param expectedRows of a step
 * @param steps of a round
 * @param rounds of the run
 * @param spent by all of them
 */
public record ExamplePrivacy(
        Sampling sampling,
        double bound,
        double noiseMultiplier,
        double expectedRows,
        int steps,
        int rounds,
        PrivacySpent spent) {
    /** One row is there, or it is not. */
    public static final Adjacency ADJACENCY = Adjacency.ADD_OR_REMOVE_ONE;

    /** More values than an adapter can have: what the grid costs is far below any delta. */
    private static final long DIMENSION = 1L << 30;

    /** The promise of {@code run} to an owner of {@code rows}, where it makes one to each row. */
    public static Optional<ExamplePrivacy> of(RunFile run, int rows) {
        return run.privacy().mode() == PrivacyPlan.Mode.EXAMPLE
                ? Optional.of(promise(run, rows))
                : Optional.empty();
    }

    private static ExamplePrivacy promise(RunFile run, int rows) {
        PrivacyPlan plan = run.privacy();
        double delta = plan.delta(rows);
        double expected =
                switch (plan.sampler()) {
                    case POISSON -> Math.min(rows, run.train().batchSize());
                    case ALL -> rows;
                };
        Sampling sampling = Sampling.secretPoisson(expected / rows);
        int steps = run.train().localSteps();
        int rounds = run.rounds().count();
        Accountant accountant = PldAccountant.of(ADJACENCY);
        double noise =
                plan.noiseMultiplier()
                        .orElseGet(
                                () ->
                                        Calibration.find(
                                                        accountant,
                                                        z -> releases(sampling, z, steps, rounds),
                                                        plan.epsilon().orElseThrow(),
                                                        delta)
                                                .noiseMultiplier());
        return new ExamplePrivacy(
                sampling,
                plan.clip().bound(),
                noise,
                expected,
                steps,
                rounds,
                accountant.spent(releases(sampling, noise, steps, rounds), delta));
    }

    private static PrivacyEvent releases(Sampling sampling, double noise, int steps, int rounds) {
        GridGaussian step = new GridGaussian(noise, noise * PrivateGradient.UNITS, DIMENSION);
        return new Repeated(sampling.charge(step), Math.multiplyExact((long) steps, rounds));
    }

    /** What one round is charged as. */
    public PrivacyEvent round() {
        return releases(sampling, noiseMultiplier, steps, 1);
    }

    /** What all rounds are charged as. */
    public PrivacyEvent whole() {
        return releases(sampling, noiseMultiplier, steps, rounds);
    }

    /** How a step's gradient is made. */
    NoisedGradient.Plan step() {
        return new NoisedGradient.Plan(bound, noiseMultiplier, expectedRows);
    }
}
