package dev.gossamer.protocols.basis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.method.Setting.Shape;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.junit.jupiter.api.Test;

import java.util.List;

class CapturedGradientTest {
    private static final Basis BASIS =
            new Basis(
                    List.of(
                            RandomBasis.of(new Shape("up", 30, 20), 4, 1),
                            RandomBasis.of(new Shape("down", 16, 24), 6, 1)));

    private static CapturedGradient of(DMatrixRMaj up, DMatrixRMaj down) {
        return CapturedGradient.of(
                BASIS, List.of(Gradients.gradient("down", down), Gradients.gradient("up", up)));
    }

    /** The norm of the projection, computed as a dense matrix. */
    private static double projected(int target, DMatrixRMaj gradient) {
        double norm =
                NormOps_DDRM.normF(Gradients.projection(BASIS.targets().get(target), gradient));
        return norm * norm;
    }

    private static double squares(DMatrixRMaj matrix) {
        double norm = NormOps_DDRM.normF(matrix);
        return norm * norm;
    }

    @Test
    void of_anyGradient_isTheShareOfItsProjection() {
        DMatrixRMaj up = Gradients.normal(30, 20, 5);
        DMatrixRMaj down = Gradients.normal(16, 24, 6);

        CapturedGradient captured = of(up, down);

        assertEquals("up", captured.targets().getFirst().name());
        assertEquals(projected(0, up) / squares(up), captured.targets().get(0).share(), 1e-6);
        assertEquals(projected(1, down) / squares(down), captured.targets().get(1).share(), 1e-6);
        assertEquals(
                (projected(0, up) + projected(1, down)) / (squares(up) + squares(down)),
                captured.pooled().share(),
                1e-6);
    }

    @Test
    void of_gradientInTheSpan_isAll() {
        DMatrixRMaj up = Gradients.product(BASIS.targets().get(0), Gradients.normal(4, 4, 2));
        DMatrixRMaj down = Gradients.normal(16, 24, 6);

        assertEquals(1, of(up, down).targets().getFirst().share(), 1e-6);
    }

    /** Either side alone is not enough. */
    @Test
    void of_gradientAcrossTheSpan_isNothing() {
        Basis.Target target = BASIS.targets().getFirst();
        DMatrixRMaj up = new DMatrixRMaj(30, 20);
        CommonOps_DDRM.mult(Gradients.b(target), Gradients.normal(4, 20, 2), up);
        DMatrixRMaj inside = Gradients.projection(target, up);
        CommonOps_DDRM.subtractEquals(up, inside);

        assertEquals(0, of(up, Gradients.normal(16, 24, 6)).targets().getFirst().share(), 1e-6);
    }

    @Test
    void of_noGradient_missesNothing() {
        CapturedGradient captured = of(new DMatrixRMaj(30, 20), new DMatrixRMaj(16, 24));

        assertEquals(1, captured.targets().getFirst().share());
        assertEquals(1, captured.pooled().share());
    }

    @Test
    void of_gradientOfOtherSides_isRefusedByName() {
        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> of(Gradients.normal(20, 30, 5), Gradients.normal(16, 24, 6)));

        assertEquals(
                "gradient is missing or has other sides: target=up, out=30, in=20",
                error.getMessage());
    }
}
