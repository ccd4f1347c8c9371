package dev.gossamer.protocols.basis;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.algebra.Dense;
import dev.gossamer.protocols.algebra.Factored;
import dev.gossamer.protocols.algebra.Orthonormal;
import dev.gossamer.protocols.algebra.Triplets;
import dev.gossamer.protocols.method.Setting.Shape;
import dev.gossamer.protocols.random.CounterRandom;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The leading singular vectors of the clients' mean gradient, by the randomised range finder
 * (Halko, Martinsson and Tropp, arXiv 0909.4061) in two rounds that only add.
 *
 * <pre>
 * 1  every client   Y_i = G_i Ω          [out × q], Ω normal [in × q] from the run's seed
 *    server         Q   = orthonormal columns of the mean of the Y_i
 * 2  every client   Z_i = Qᵀ G_i         [q × in], of the same gradient
 *    server         mean of the Z_i ≈ U S Vᵀ;  B = Q U_r, A = V_rᵀ, R₀ along −S_r
 * </pre>
 *
 * <p>Both rounds are linear in the gradient, so that sums of what clients return are what the
 * pooled gradient would give: they travel as ordinary updates do, Y in the place of B's and Z in
 * the place of A's slices, through codec, weights and ring. Under masks the server learns the two
 * means and nothing of any one client; that hides, and is not privacy: a private run has to charge
 * both rounds. It costs {@code q (out + in)} values up, where a dense gradient is {@code out in}.
 *
 * <h2>How near</h2>
 *
 * With {@code q = r + 8} and {@code τ² = Σ_{j>r} σ_j²}, the square of what Q leaves of G is {@code
 * (1 + r/7) τ²} at most in expectation; cut to rank r, one more τ² is added. A gradient of rank q
 * or less is found exactly. Power iterations would be more rounds, and are not made.
 *
 * <h2>Scale</h2>
 *
 * The ring holds magnitudes below 64 and keeps 33 binary places of them where weights have 20 bits
 * and the cohort 4. A client multiplies its gradient by {@code 2^exponent}, which rounds nothing,
 * and then, target by target, scales it down to the norm {@link #LARGEST_NORM} if it is above. A
 * value of Y is then normal with at most that deviation, and reaches 64 with a chance below 2e-15;
 * of Z none is above the norm. The exponent has to be the same for all clients: with one of its own
 * for each, or a norm of one for all, the mean would not be that of the pooled gradient. {@link
 * #EXPONENT} serves gradients of a mean loss, whose norms are near one: from 64 down to 1e-2, at
 * sides of a thousand, a place of the ring is less than 2e-6 of a typical value. A client above the
 * norm counts for less and keeps its direction, which bounds what one client can do. The scale of a
 * target cancels in all that is made of it.
 *
 * <h2>The first step</h2>
 *
 * {@code R₀ = −η √(out in) S_r / ‖S_r‖}: as long as the step by the sign of the gradient that
 * LoRA-SB approximates (arXiv 2411.19557) is at most, against the gradient. A sign is not linear,
 * so it cannot be summed. With η of 0 training starts at the base itself.
 *
 * @param targets at least one, none of them twice
 * @param rank of the basis, 1 to the shortest side of any target
 * @param seed the run's
 * @param exponent gradients are multiplied by two to this power, -64 to 64
 */
public record RangeFinder(List<Shape> targets, int rank, long seed, int exponent) {
    /** Columns beyond the rank; the paper's bound (1.9) then fails with a chance below 2e-7. */
    public static final int OVERSAMPLING = 8;

    /** Scaled gradients are cut to this norm: an eighth of what the ring holds. */
    public static final double LARGEST_NORM = 8;

    /** For gradients of a mean loss, which are cut above a norm of 64 then. */
    public static final int EXPONENT = -3;

    private static final int MOST_EXPONENT = 64;

    /** A finder whose rank fits every target. */
    public RangeFinder {
        targets = List.copyOf(targets);
        if (targets.isEmpty() || Math.abs(exponent) > MOST_EXPONENT) {
            throw new IllegalArgumentException(
                    "bad range finder: targets=" + targets.size() + ", exponent=" + exponent);
        }
        for (Shape target : targets) {
            int bound = Math.min(target.out(), target.in());
            if (rank < 1 || rank > bound) {
                throw new IllegalArgumentException(
                        "rank is larger than a side of the matrix: rank="
                                + rank
                                + ", target="
                                + target.name()
                                + ", bound="
                                + bound);
            }
        }
    }

    /** What was found: the factors, and an adapter of the first R of each target alone. */
    public record Found(Basis basis, AdapterState cores) {}

    /** What clients return first, and what the server sends them then. */
    public AdapterLayout sketchLayout() {
        return new AdapterLayout(targets.stream().map(t -> slice(t, Factor.B)).toList());
    }

    /** What clients return second. */
    public AdapterLayout projectionLayout() {
        return new AdapterLayout(targets.stream().map(t -> slice(t, Factor.A)).toList());
    }

    private Slice slice(Shape target, Factor factor) {
        String name = factor.slice(target.name());
        return factor == Factor.B
                ? new Slice(name, target.out(), width(target))
                : new Slice(name, width(target), target.in());
    }

    /** q, within the sides. */
    private int width(Shape target) {
        return Math.min(rank + OVERSAMPLING, Math.min(target.out(), target.in()));
    }

    /**
     * What a client returns first.
     *
     * @param gradients one for each target, in any order
     */
    public AdapterState sketch(List<WeightGradient> gradients) {
        return returned(
                sketchLayout(), gradients, (target, gradient) -> gradient.times(coins(target)));
    }

    /** Ω of one target, row by row. */
    private DMatrixRMaj coins(Shape target) {
        CounterRandom random = CounterRandom.of(seed, "range finder", 0, target.name());
        DMatrixRMaj coins = new DMatrixRMaj(target.in(), width(target));
        for (int i = 0; i < coins.data.length; i++) {
            coins.data[i] = random.nextGaussian();
        }
        return coins;
    }

    /**
     * What a client returns second.
     *
     * @param range as {@link #range} has it
     * @param gradients the same as before
     */
    public AdapterState projection(AdapterState range, List<WeightGradient> gradients) {
        requireRange(range);
        AdapterValues columns = AdapterValues.of(range);
        return returned(
                projectionLayout(),
                gradients,
                (target, gradient) ->
                        gradient.projected(columns.matrix(Factor.B.slice(target.name()))));
    }

    private AdapterState returned(
            AdapterLayout layout,
            List<WeightGradient> gradients,
            BiFunction<Shape, WeightGradient, DMatrixRMaj> product) {
        AdapterValues values = AdapterValues.zero(layout);
        for (int t = 0; t < targets.size(); t++) {
            Shape target = targets.get(t);
            WeightGradient gradient =
                    WeightGradient.of(gradients, target.name(), target.out(), target.in());
            DMatrixRMaj linear = product.apply(target, gradient);
            CommonOps_DDRM.scale(scale(gradient), linear);
            values.setInPlace(layout.slices().get(t).name(), linear);
        }
        return values.state();
    }

    private double scale(WeightGradient gradient) {
        double power = Math.scalb(1.0, exponent);
        double norm = power * gradient.norm();
        return norm > LARGEST_NORM ? power * (LARGEST_NORM / norm) : power;
    }

    /**
     * Columns that span what the clients' gradients do, as far as {@code q} of them can.
     *
     * @param mean of what clients returned first
     */
    public AdapterState range(AdapterValues mean) {
        requireLayout(mean.layout(), sketchLayout());
        AdapterValues columns = AdapterValues.zero(mean.layout());
        for (Slice slice : mean.layout().slices()) {
            columns.setInPlace(slice.name(), Orthonormal.of(mean.matrix(slice.name())).columns());
        }
        return columns.state();
    }

    /**
     * The basis, and the R to start from.
     *
     * @param range as it was sent
     * @param mean of what clients returned second
     * @param stepSize η, at least 0: the learning rate over the number of mini-batches
     */
    public Found found(AdapterState range, AdapterValues mean, double stepSize) {
        requireRange(range);
        requireLayout(mean.layout(), projectionLayout());
        if (!(stepSize >= 0) || !Double.isFinite(stepSize)) {
            throw new IllegalArgumentException("bad step size: stepSize=" + stepSize + ", bound=0");
        }
        AdapterValues columns = AdapterValues.of(range);
        List<Basis.Target> bases = new ArrayList<>();
        List<Slice> slices = new ArrayList<>();
        List<DMatrixRMaj> cores = new ArrayList<>();
        for (Shape target : targets) {
            Triplets triplets =
                    new Factored(
                                    columns.matrix(Factor.B.slice(target.name())),
                                    mean.matrix(Factor.A.slice(target.name())))
                            .leading(rank)
                            .signed();
            bases.add(basis(target, triplets));
            slices.add(new Slice(Factor.R.slice(target.name()), rank, rank));
            cores.add(core(target, triplets.values(), stepSize));
        }
        AdapterValues first = AdapterValues.zero(new AdapterLayout(slices));
        for (int t = 0; t < slices.size(); t++) {
            first.setInPlace(slices.get(t).name(), cores.get(t));
        }
        return new Found(new Basis(bases), first.state());
    }

    private Basis.Target basis(Shape target, Triplets triplets) {
        return new Basis.Target(
                target.name(),
                rank,
                target.in(),
                target.out(),
                Dense.rounded(CommonOps_DDRM.transpose(triplets.right(), null)),
                Dense.rounded(triplets.left()));
    }

    private static DMatrixRMaj core(Shape target, double[] values, double stepSize) {
        double norm = 0;
        for (double value : values) {
            norm = Math.hypot(norm, value);
        }
        double length = stepSize * Math.sqrt((double) target.out() * target.in());
        DMatrixRMaj core = new DMatrixRMaj(values.length, values.length);
        for (int i = 0; i < values.length && norm > 0; i++) {
            core.set(i, i, -length * values[i] / norm);
        }
        return core;
    }

    private void requireRange(AdapterState range) {
        requireLayout(range.layout(), sketchLayout());
    }

    private static void requireLayout(AdapterLayout layout, AdapterLayout expected) {
        if (!layout.equals(expected)) {
            throw new IllegalArgumentException(
                    "values are of another layout: layout="
                            + layout.fingerprint().brief()
                            + ", expected="
                            + expected.fingerprint().brief());
        }
    }
}
