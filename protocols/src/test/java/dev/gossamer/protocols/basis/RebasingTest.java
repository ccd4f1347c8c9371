package dev.gossamer.protocols.basis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.adapter.Bfloat16;
import dev.gossamer.protocols.adapter.Residual;
import dev.gossamer.protocols.algebra.Dense;
import dev.gossamer.protocols.method.Setting.Shape;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.junit.jupiter.api.Test;

import java.util.List;

class RebasingTest {
    private static final int RANK = 4;
    private static final List<Shape> SHAPES =
            List.of(new Shape("up", 30, 20), new Shape("down", 16, 24));

    private static Basis basis(long seed) {
        return new Basis(SHAPES.stream().map(s -> RandomBasis.of(s, RANK, seed)).toList());
    }

    /** R of either target, and a head. */
    private static AdapterState adapter() {
        AdapterLayout layout =
                new AdapterLayout(
                        List.of(
                                new Slice("up.R", RANK, RANK),
                                new Slice("down.R", RANK, RANK),
                                new Slice("classifier.bias", 1, 3)));
        return new AdapterState(layout, Dense.rounded(Gradients.normal(1, layout.size(), 2)));
    }

    private static DMatrixRMaj product(Basis basis, AdapterState adapter, int target) {
        Basis.Target one = basis.targets().get(target);
        return Gradients.product(one, AdapterValues.of(adapter).matrix(one.sliceName()));
    }

    @Test
    void merged_residuals_areTheProductsOfTheFactors() {
        List<Residual> residuals = Rebasing.merged(basis(1), adapter());

        assertEquals(List.of("up", "down"), residuals.stream().map(Residual::target).toList());
        for (int t = 0; t < 2; t++) {
            DMatrixRMaj expected = product(basis(1), adapter(), t);
            Residual residual = residuals.get(t);
            assertTrue(Gradients.distance(residual.change().product(), expected) < 1e-12);
            assertEquals(RANK, residual.change().inner());
        }
    }

    /** Into a base of zeros, with R zero afterwards, the layer computes what it did before. */
    @Test
    void merged_ontoABase_leavesTheLayerAsItWas() {
        Basis basis = basis(1);
        DMatrixRMaj base = Gradients.normal(30, 20, 8);
        DMatrixRMaj before = new DMatrixRMaj(base);
        CommonOps_DDRM.addEquals(before, product(basis, adapter(), 0));

        DMatrixRMaj after = new DMatrixRMaj(base);
        Residual change = Rebasing.merged(basis, adapter()).getFirst();
        CommonOps_DDRM.addEquals(after, change.change().product());

        assertTrue(Gradients.distance(before, after) < 1e-12);
    }

    @Test
    void carried_ontoTheSameBasis_changesNothing() {
        AdapterState carried = Rebasing.carried(basis(1), adapter(), basis(1));

        for (int i = 0; i < carried.values().length; i++) {
            assertEquals(adapter().values()[i], carried.values()[i], 1e-5f);
        }
    }

    /** Nothing nearer lies in the span of the new basis: the rest is orthogonal to it. */
    @Test
    void carried_ontoAnother_isTheNearestThere() {
        AdapterState carried = Rebasing.carried(basis(1), adapter(), basis(2));

        for (int t = 0; t < 2; t++) {
            DMatrixRMaj before = product(basis(1), adapter(), t);
            DMatrixRMaj after = product(basis(2), carried, t);
            DMatrixRMaj nearest = Gradients.projection(basis(2).targets().get(t), before);
            assertTrue(Gradients.distance(after, nearest) < 1e-5);
        }
        assertEquals(adapter().values()[2 * RANK * RANK], carried.values()[2 * RANK * RANK]);
    }

    /**
     * An entry of a factor is off by at most a UNIT of itself. If all errors were in line, the
     * product would be off by two of them, times √rank; as they fall, less than two.
     */
    @Test
    void carried_ontoTheRoundedBasis_losesLessThanTwoUnits() throws ArtifactFormatException {
        Basis basis = basis(1);
        Basis rounded = BasisCodec.decode(BasisCodec.encodeBfloat16(basis));

        AdapterState carried = Rebasing.carried(basis, adapter(), rounded);

        for (int t = 0; t < 2; t++) {
            DMatrixRMaj before = product(basis, adapter(), t);
            double lost = Gradients.distance(product(rounded, carried, t), before);
            double left = Gradients.distance(product(rounded, adapter(), t), before);
            assertTrue(lost < 2 * Bfloat16.UNIT * NormOps_DDRM.normF(before));
            assertTrue(lost > 0);
            assertTrue(lost < left, lost + " carried, " + left + " left as it was");
        }
    }

    @Test
    void carriedAndMerged_whatDoesNotFit_areRefusedByName() {
        Basis other = new Basis(List.of(RandomBasis.of(new Shape("up", 30, 20), 3, 1)));
        AdapterState small =
                new AdapterState(
                        new AdapterLayout(
                                List.of(new Slice("up.R", 3, 3), new Slice("down.R", 3, 3))),
                        new float[18]);

        var rank =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Rebasing.carried(basis(1), adapter(), other));
        var more =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Rebasing.carried(new Basis(List.of()), adapter(), basis(1)));
        var core =
                assertThrows(
                        IllegalArgumentException.class, () -> Rebasing.merged(basis(1), small));

        assertEquals("basis has no such target: name=up, rank=4, out=30, in=20", rank.getMessage());
        assertEquals("bases have other targets: from=0, to=2", more.getMessage());
        assertEquals(
                "R does not fit its basis: name=up.R, rows=3, columns=3, rank=4",
                core.getMessage());
    }
}
