package dev.gossamer.privacy.accountant;

import dev.gossamer.privacy.accountant.PrivacyEvent.Mechanism;
import dev.gossamer.privacy.accountant.PrivacyEvent.NonPrivate;
import dev.gossamer.privacy.accountant.PrivacyEvent.PoissonSampled;
import dev.gossamer.privacy.accountant.PrivacyEvent.Release;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;

/**
 * Accounts by Renyi divergences: fast, of every event, and looser than the others.
 *
 * <p>The divergences of releases add up, order by order; the sum is turned into (epsilon, delta) by
 * the improved conversion (Balle et al. 2020, Theorem 21; Canonne, Kamath and Steinke 2020,
 * Proposition 12), at whichever order gives the least.
 */
public final class RdpAccountant implements Accountant {
    private final Adjacency adjacency;
    private final RenyiOrders orders;

    private RdpAccountant(Adjacency adjacency, RenyiOrders orders) {
        this.adjacency = adjacency;
        this.orders = orders;
    }

    /** The accountant at its standard orders: 1.1 to 10.9, 11 to 63, and 128 to 1024. */
    public static RdpAccountant of(Adjacency adjacency) {
        return new RdpAccountant(adjacency, RenyiOrders.STANDARD);
    }

    /** The same at orders of one's own, all above 1.01. */
    public static RdpAccountant atOrders(Adjacency adjacency, double... orders) {
        return new RdpAccountant(adjacency, new RenyiOrders(orders));
    }

    @Override
    public String name() {
        return "rdp";
    }

    @Override
    public Adjacency adjacency() {
        return adjacency;
    }

    @Override
    public Coverage coverage(PrivacyEvent event) {
        return Phases.coverage(event, adjacency, _ -> Optional.empty());
    }

    /**
     * The Renyi divergence of {@code event} at {@code order}; infinite where none is known.
     *
     * @throws IllegalArgumentException if the event is not covered, or the order not above 1
     */
    public double divergence(PrivacyEvent event, double order) {
        if (!(order > 1)) {
            throw new IllegalArgumentException(
                    "out of range: order=" + order + ", bound=1 < order");
        }
        return divergences(event, new double[] {order})[0];
    }

    private double[] divergences(PrivacyEvent event, double[] at) {
        double[] sums = new double[at.length];
        for (Phases.Phase phase : Phases.covered(this, event).list()) {
            DoubleUnaryOperator curve = curve(phase.release());
            for (int i = 0; i < at.length; i++) {
                double divergence =
                        at[i] < Double.POSITIVE_INFINITY
                                ? curve.applyAsDouble(at[i])
                                : Double.POSITIVE_INFINITY;
                // A divergence below 0, or none, is a fault of numbers and never a gain.
                sums[i] += divergence >= 0 ? phase.times() * divergence : Double.POSITIVE_INFINITY;
            }
        }
        return sums;
    }

    private static DoubleUnaryOperator curve(Release release) {
        return switch (release) {
            case Mechanism mechanism -> RenyiCurve.of(mechanism);
            case PoissonSampled(double rate, Mechanism mechanism) ->
                    RenyiCurve.sampled(rate, mechanism);
            case NonPrivate _ -> _ -> Double.POSITIVE_INFINITY;
        };
    }

    @Override
    public PrivacyBound epsilon(PrivacyEvent event, double delta) {
        PrivacyPreconditions.delta(delta);
        double[] divergences = divergences(event, orders.values());
        double[] epsilons = new double[orders.count()];
        for (int i = 0; i < epsilons.length; i++) {
            epsilons[i] = epsilonAt(orders.at(i), divergences[i], delta);
        }
        return least(epsilons);
    }

    @Override
    public PrivacyBound delta(PrivacyEvent event, double epsilon) {
        PrivacyPreconditions.epsilon(epsilon);
        double[] divergences = divergences(event, orders.values());
        double[] deltas = new double[orders.count()];
        for (int i = 0; i < deltas.length; i++) {
            deltas[i] = Math.min(1, deltaAt(orders.at(i), divergences[i], epsilon));
        }
        return least(deltas);
    }

    static double epsilonAt(double order, double divergence, double delta) {
        // Total variation alone: sqrt(1 - e^-D) bounds delta at epsilon 0.
        if (delta * delta > -Math.expm1(-divergence)) {
            return 0;
        }
        double epsilon =
                divergence
                        + Math.log1p(-1 / order)
                        - (Math.log(delta) + Math.log(order)) / (order - 1);
        return Math.max(0, epsilon);
    }

    static double deltaAt(double order, double divergence, double epsilon) {
        if (divergence == Double.POSITIVE_INFINITY) {
            return 1;
        }
        double exponent = (order - 1) * (divergence - epsilon + Math.log1p(-1 / order));
        return Math.min(Math.exp(exponent) / order, Math.sqrt(-Math.expm1(-divergence)));
    }

    /** The least of the values, one for each order, with a warning where the list ends there. */
    private PrivacyBound least(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] < values[best]) {
                best = i;
            }
        }
        double value = values[best];
        boolean inside = Arrays.stream(values).filter(each -> each == value).count() > 1;
        boolean edge = best == 0 || best == values.length - 1;
        List<String> warnings =
                edge && !inside && values.length > 1
                        ? List.of(
                                "the best order is the "
                                        + (best == 0 ? "first" : "last")
                                        + " of the list, others would give less: order="
                                        + orders.at(best))
                        : List.of();
        return new PrivacyBound(value, OptionalDouble.of(orders.at(best)), warnings);
    }
}
