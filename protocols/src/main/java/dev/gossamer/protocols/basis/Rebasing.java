package dev.gossamer.protocols.basis;

import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.Residual;
import dev.gossamer.protocols.algebra.Dense;
import dev.gossamer.protocols.algebra.Factored;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of R when the basis changes: it goes into the base, or over to the new basis.
 *
 * <p>Fed-SB cannot leave the span of its basis. A new one, with what was learnt merged into the
 * base, lets it; that makes a new version of the base.
 */
public final class Rebasing {
    private Rebasing() {}

    /**
     * The changes {@code W ← W + B R A} of the base, after which every R is zero.
     *
     * @param adapter has an R of every target, and may have more
     */
    public static List<Residual> merged(Basis basis, AdapterState adapter) {
        AdapterValues values = AdapterValues.of(adapter);
        List<Residual> residuals = new ArrayList<>();
        for (Basis.Target target : basis.targets()) {
            DMatrixRMaj left = product(b(target), core(values, target));
            residuals.add(new Residual(target.name(), new Factored(left, a(target))));
        }
        return residuals;
    }

    /**
     * {@code adapter} with each R replaced by the one whose {@code B R A} on the new basis is
     * nearest to what it was on the old one: {@code B'ᵀ B R A A'ᵀ}, as the new factors are
     * orthonormal. What lies outside their span is lost.
     *
     * @param to has the targets and ranks of {@code from}
     */
    public static AdapterState carried(Basis from, AdapterState adapter, Basis to) {
        Map<String, Basis.Target> next = new LinkedHashMap<>();
        to.targets().forEach(target -> next.put(target.name(), target));
        AdapterValues values = AdapterValues.of(adapter);
        AdapterValues carried = AdapterValues.of(adapter);
        for (Basis.Target target : from.targets()) {
            Basis.Target other = require(next.remove(target.name()), target);
            DMatrixRMaj left = product(transposed(b(other)), b(target));
            DMatrixRMaj right = product(a(target), transposed(a(other)));
            DMatrixRMaj core = product(product(left, core(values, target)), right);
            carried.setInPlace(target.sliceName(), core);
        }
        if (!next.isEmpty()) {
            throw new IllegalArgumentException(
                    "bases have other targets: from="
                            + from.targets().size()
                            + ", to="
                            + to.targets().size());
        }
        return carried.state();
    }

    private static Basis.Target require(Basis.Target other, Basis.Target target) {
        if (other == null
                || other.rank() != target.rank()
                || other.out() != target.out()
                || other.in() != target.in()) {
            throw new IllegalArgumentException(
                    "basis has no such target: name="
                            + target.name()
                            + ", rank="
                            + target.rank()
                            + ", out="
                            + target.out()
                            + ", in="
                            + target.in());
        }
        return other;
    }

    private static DMatrixRMaj core(AdapterValues values, Basis.Target target) {
        Slice slice = values.layout().slice(target.sliceName());
        if (slice.rows() != target.rank() || slice.columns() != target.rank()) {
            throw new IllegalArgumentException(
                    "R does not fit its basis: name="
                            + slice.name()
                            + ", rows="
                            + slice.rows()
                            + ", columns="
                            + slice.columns()
                            + ", rank="
                            + target.rank());
        }
        return values.matrix(slice.name());
    }

    static DMatrixRMaj a(Basis.Target target) {
        return Dense.widened(target.rank(), target.in(), target.a());
    }

    static DMatrixRMaj b(Basis.Target target) {
        return Dense.widened(target.out(), target.rank(), target.b());
    }

    private static DMatrixRMaj product(DMatrixRMaj left, DMatrixRMaj right) {
        return new Factored(left, right).product();
    }

    private static DMatrixRMaj transposed(DMatrixRMaj matrix) {
        return CommonOps_DDRM.transpose(matrix, null);
    }
}
