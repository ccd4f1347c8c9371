package dev.gossamer.protocols.basis;

import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.algebra.Factored;

import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;

import java.util.ArrayList;
import java.util.List;

/**
 * How much of a gradient training on a basis can follow, target by target: {@code ‖Bᵀ G Aᵀ‖² /
 * ‖G‖²}, as {@code Bᵀ G Aᵀ} is R's gradient where the factors are orthonormal.
 *
 * @param targets in the basis's order
 */
public record CapturedGradient(List<OfTarget> targets) {
    /**
     * The share of one target.
     *
     * @param captured the squared norm of the projection
     * @param all the squared norm of the gradient
     */
    public record OfTarget(String name, double captured, double all) {
        /** 0 to 1, but for the rounding of the factors; 1 where there is nothing to follow. */
        public double share() {
            return all == 0 ? 1 : captured / all;
        }
    }

    /** Copies the list. */
    public CapturedGradient {
        targets = List.copyOf(targets);
    }

    /**
     * What {@code basis} captures of {@code gradients}.
     *
     * @param gradients one for each target of the basis, in any order, and in any scale
     */
    public static CapturedGradient of(Basis basis, List<WeightGradient> gradients) {
        List<OfTarget> targets = new ArrayList<>();
        for (Basis.Target target : basis.targets()) {
            String name = target.name();
            targets.add(of(target, WeightGradient.of(gradients, name, target.out(), target.in())));
        }
        return new CapturedGradient(targets);
    }

    private static OfTarget of(Basis.Target target, WeightGradient gradient) {
        Factored projection =
                new Factored(
                        gradient.projected(Rebasing.b(target)),
                        CommonOps_DDRM.transpose(Rebasing.a(target), null));
        double captured = NormOps_DDRM.normF(projection.product());
        double all = gradient.norm();
        return new OfTarget(target.name(), captured * captured, all * all);
    }

    /** Over all targets, as if they were one matrix. */
    public OfTarget pooled() {
        double captured = 0;
        double all = 0;
        for (OfTarget target : targets) {
            captured += target.captured();
            all += target.all();
        }
        return new OfTarget("all", captured, all);
    }
}
