package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.algebra.Factored;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

import java.util.List;
import java.util.Set;

/**
 * LoRA-FAIR (arXiv 2411.14961) in closed form: FedIT with a B that is corrected for its error.
 *
 * <p>{@code B + dB} with {@code dB = E Aᵀ (A Aᵀ + lambda I)⁻¹} minimises {@code ‖dB A - E‖² +
 * lambda ‖dB‖²}: the part of the error E that lies in the rows of A is put right, at no cost in
 * values. The paper takes gradient steps on a similarity instead.
 *
 * @param lambda how much a large correction is held back, relative to the mean of A Aᵀ's diagonal
 */
public record LoraFair(double lambda) implements CollectMethod {
    private static final double LAMBDA = 0.01;
    private static final String OPTION = "lambda";

    /** Called by the service loader. */
    public LoraFair() {
        this(LAMBDA);
    }

    @Override
    public String name() {
        return "lora-fair";
    }

    @Override
    public Set<String> aliases() {
        return Set.of("lorafair");
    }

    @Override
    public LoraFair with(MethodOptions options) {
        options.requireKnown(name(), Set.of(OPTION));
        return new LoraFair(options.number(OPTION, lambda, 0, Double.MAX_VALUE));
    }

    @Override
    public boolean exact() {
        return false;
    }

    @Override
    public Set<Factor> trained(int round) {
        return Set.of(Factor.A, Factor.B, Factor.HEAD);
    }

    @Override
    public Combined combine(Collected round) {
        AdapterValues next = round.withMean(trained(round.round()));
        for (String target : round.targets()) {
            String b = Factor.B.slice(target);
            DMatrixRMaj corrected = next.matrix(b);
            DMatrixRMaj a = next.matrix(Factor.A.slice(target));
            CommonOps_DDRM.addEquals(corrected, correction(round.covariance(target), a));
            next.setInPlace(b, corrected);
        }
        return new Combined(next, List.of());
    }

    /** {@code E Aᵀ (A Aᵀ + lambda I)⁻¹}, by solving for its transpose. */
    private DMatrixRMaj correction(Factored error, DMatrixRMaj a) {
        DMatrixRMaj gram = new DMatrixRMaj(a.numRows, a.numRows);
        CommonOps_DDRM.multTransB(a, a, gram);
        double ridge = lambda * CommonOps_DDRM.trace(gram) / a.numRows;
        for (int i = 0; i < a.numRows; i++) {
            gram.add(i, i, ridge);
        }
        DMatrixRMaj inner = new DMatrixRMaj(a.numRows, error.inner());
        CommonOps_DDRM.multTransB(a, error.right(), inner);
        DMatrixRMaj crossed = new DMatrixRMaj(a.numRows, error.rows());
        CommonOps_DDRM.multTransB(inner, error.left(), crossed);
        DMatrixRMaj correction = new DMatrixRMaj(a.numRows, error.rows());
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.symmPosDef(a.numRows);
        if (!solver.setA(gram)) {
            throw new ArithmeticException(
                    "rows of A are dependent: rank=" + a.numRows + ", lambda=" + lambda);
        }
        solver.solve(crossed, correction);
        return CommonOps_DDRM.transpose(correction, null);
    }

    @Override
    public Cost cost(Setting setting, int round) {
        return Cost.symmetric(setting.a() + setting.b() + setting.head());
    }
}
