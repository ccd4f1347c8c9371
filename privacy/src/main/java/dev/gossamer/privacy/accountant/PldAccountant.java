package dev.gossamer.privacy.accountant;

import dev.gossamer.privacy.accountant.LossComposition.Part;
import dev.gossamer.privacy.accountant.LossComposition.View;
import dev.gossamer.privacy.accountant.Phases.Phase;
import dev.gossamer.privacy.accountant.PrivacyEvent.DiscreteGaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.DistributedDiscreteGaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.Gaussian;
import dev.gossamer.privacy.accountant.PrivacyEvent.NonPrivate;
import dev.gossamer.privacy.accountant.PrivacyEvent.PoissonSampled;
import dev.gossamer.privacy.accountant.PrivacyEvent.Release;
import dev.gossamer.privacy.accountant.PrivacyEvent.Skellam;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/**
 * Accounts by privacy loss distributions: the tightest, for Gaussian noise with or without Poisson
 * sampling.
 *
 * <p>For each different release the distribution of its privacy loss is put on a grid from above,
 * their sum is found by Fourier transform, and the larger of the epsilons of adding and of removing
 * a record is the answer.
 */
public final class PldAccountant implements Accountant {
    /** The grid that is customary: results are comparable to those of other accountants. */
    private static final double USUAL_STEP = 1e-4;

    /**
     * Putting a loss on a grid adds up to a quarter of a squared step to its variance; with so many
     * steps to its deviation that is half a hundredth at most, and usually far less.
     */
    private static final double STEPS_PER_DEVIATION = 7;

    /** Above, the grid is made coarser: its error stays in proportion to such an epsilon. */
    private static final long MOST_NODES = 1L << 20;

    private final Adjacency adjacency;
    private final double usualStep;

    private PldAccountant(Adjacency adjacency, double usualStep) {
        this.adjacency = adjacency;
        this.usualStep = usualStep;
    }

    /** The accountant on a grid of 1e-4. */
    public static PldAccountant of(Adjacency adjacency) {
        return new PldAccountant(adjacency, USUAL_STEP);
    }

    /** The same on another grid: coarser ones are faster and give more. */
    public static PldAccountant onGrid(Adjacency adjacency, double step) {
        return new PldAccountant(adjacency, PrivacyPreconditions.finitePositive("step", step));
    }

    @Override
    public String name() {
        return "pld";
    }

    @Override
    public Adjacency adjacency() {
        return adjacency;
    }

    @Override
    public Coverage coverage(PrivacyEvent event) {
        return Phases.coverage(event, adjacency, PldAccountant::refusal);
    }

    private static Optional<String> refusal(Release release) {
        boolean known =
                switch (release) {
                    case Gaussian _, NonPrivate _ -> true;
                    case PoissonSampled sampled -> sampled.mechanism() instanceof Gaussian;
                    case DiscreteGaussian _, DistributedDiscreteGaussian _, Skellam _ -> false;
                };
        return known
                ? Optional.empty()
                : Optional.of("only the Renyi curve of a release is known: release=" + release);
    }

    @Override
    public PrivacyBound epsilon(PrivacyEvent event, double delta) {
        PrivacyPreconditions.delta(delta);
        Phases phases = Phases.covered(this, event);
        return PrivacyBound.of(
                phases.unprotected()
                        ? Double.POSITIVE_INFINITY
                        : larger(
                                phases,
                                sum -> sum.tiltForDelta(delta),
                                (sum, view) -> epsilon(sum, view, delta)));
    }

    private static double epsilon(LossComposition sum, View view, double delta) {
        if (delta <= sum.infinite()) {
            return Double.POSITIVE_INFINITY;
        }
        double epsilon = view.epsilon(delta);
        View lower = view;
        while (epsilon == Double.NEGATIVE_INFINITY && lower.lowest() > 0) {
            lower = sum.view(lower.tilt() / 2);
            epsilon = lower.epsilon(delta);
        }
        return Math.max(0, epsilon);
    }

    @Override
    public PrivacyBound delta(PrivacyEvent event, double epsilon) {
        PrivacyPreconditions.epsilon(epsilon);
        Phases phases = Phases.covered(this, event);
        return PrivacyBound.of(
                phases.unprotected()
                        ? 1
                        : larger(
                                phases,
                                sum -> sum.tiltForEpsilon(epsilon),
                                (_, view) -> view.delta(epsilon)));
    }

    /**
     * The larger of the answers for removing and for adding a record, on a grid that holds them.
     */
    private double larger(
            Phases phases,
            ToDoubleFunction<LossComposition> tilt,
            ToDoubleBiFunction<LossComposition, View> answer) {
        double step = step(phases);
        while (true) {
            List<LossComposition> sums = sums(phases, step);
            List<View> views = new ArrayList<>();
            for (LossComposition sum : sums) {
                views.add(sum.view(tilt.applyAsDouble(sum)));
            }
            long nodes = views.stream().mapToLong(View::nodes).max().orElse(0);
            if (nodes <= MOST_NODES) {
                double larger = 0;
                for (int i = 0; i < sums.size(); i++) {
                    larger = Math.max(larger, answer.applyAsDouble(sums.get(i), views.get(i)));
                }
                return larger;
            }
            step *= coarser((double) nodes);
        }
    }

    /** A step that is fine enough for the deviation of a loss, and at which its range fits. */
    private double step(Phases phases) {
        double widest = 0;
        double variance = 0;
        double releases = 0;
        for (Phase phase : phases.list()) {
            double q = rate(phase);
            double s = multiplier(phase);
            widest = Math.max(widest, LossBuckets.Range.of(q, s).width());
            double deviation = Math.min(q * Math.sqrt(Math.expm1(1 / (s * s))), 1 / s);
            variance += phase.times() * deviation * deviation;
            releases += phase.times();
        }
        double fine = Math.min(usualStep, Math.sqrt(variance / releases) / STEPS_PER_DEVIATION);
        double nodes = widest / fine;
        return nodes <= MOST_NODES ? fine : fine * coarser(nodes);
    }

    /** A power of two by which steps grow, so that so many nodes become few enough. */
    private static double coarser(double nodes) {
        return Math.scalb(1.0, Math.getExponent(nodes / MOST_NODES) + 1);
    }

    private static double rate(Phase phase) {
        return phase.release() instanceof PoissonSampled sampled ? sampled.rate() : 1;
    }

    private static double multiplier(Phase phase) {
        return switch (phase.release()) {
            case Gaussian(double s) -> s;
            case PoissonSampled(double _, Gaussian(double s)) -> s;
            case Release other ->
                    throw new IllegalStateException("release is not covered: release=" + other);
        };
    }

    /** The sums of losses of removing and of adding a record; one where both are the same. */
    private static List<LossComposition> sums(Phases phases, double step) {
        List<Part> removing = new ArrayList<>();
        List<Part> adding = new ArrayList<>();
        boolean symmetric = true;
        for (Phase phase : phases.list()) {
            LossBuckets buckets = LossBuckets.of(rate(phase), multiplier(phase), step);
            removing.add(new Part(buckets.removing(), phase.times()));
            adding.add(new Part(buckets.adding(), phase.times()));
            symmetric &= rate(phase) == 1;
        }
        if (removing.isEmpty()) {
            return List.of();
        }
        LossComposition both = new LossComposition(step, removing);
        return symmetric ? List.of(both) : List.of(both, new LossComposition(step, adding));
    }
}
