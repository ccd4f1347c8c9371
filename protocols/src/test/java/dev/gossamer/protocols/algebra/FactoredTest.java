package dev.gossamer.protocols.algebra;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.random.CounterRandom;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.SingularOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/** Against the products themselves. */
class FactoredTest {
    private static DMatrixRMaj random(int rows, int columns, long seed) {
        CounterRandom coins = CounterRandom.of(seed, "test", 0, "");
        DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
        for (int i = 0; i < matrix.getNumElements(); i++) {
            matrix.data[i] = 2 * coins.nextDouble() - 1;
        }
        return matrix;
    }

    private static Factored factors(int rows, int inner, int columns) {
        return new Factored(random(rows, inner, 1), random(inner, columns, 2));
    }

    /** Thin, square, and an inner side that is larger than either or both of the others. */
    @ParameterizedTest
    @CsvSource({"30, 4, 20", "7, 7, 7", "5, 9, 20", "20, 9, 5", "5, 9, 6", "1, 1, 1"})
    void normAndTriplets_anySides_areThoseOfTheProduct(int rows, int inner, int columns) {
        Factored factored = factors(rows, inner, columns);
        int rank = Math.min(inner, Math.min(rows, columns));
        double[] expected = SingularOps_DDRM.singularValues(factored.product());

        Triplets all = factored.leading(inner);

        assertEquals(NormOps_DDRM.normF(factored.product()), factored.norm(), 1e-12);
        assertEquals(rank, all.count());
        for (int i = 0; i < rank; i++) {
            assertEquals(expected[i], all.values()[i], 1e-12);
        }
        DMatrixRMaj back = all.balanced(inner, 1).product();
        CommonOps_DDRM.subtractEquals(back, factored.product());
        assertTrue(CommonOps_DDRM.elementMaxAbs(back) < 1e-12);
    }

    @Test
    void triplets_ofZerosAndDependentColumns_areFinite() {
        Factored zero = new Factored(new DMatrixRMaj(6, 2), random(2, 5, 3));
        Factored twice = Factored.stacked(List.of(factors(6, 2, 5), factors(6, 2, 5)));

        assertEquals(0, zero.norm());
        assertArrayEquals(new double[2], zero.leading(2).values());
        assertEquals(0, NormOps_DDRM.normF(zero.leading(2).balanced(2, 1).product()));
        assertEquals(2 * factors(6, 2, 5).norm(), twice.norm(), 1e-12);
        DMatrixRMaj back = twice.leading(2).balanced(2, 1).product();
        CommonOps_DDRM.subtractEquals(back, twice.product());
        assertTrue(CommonOps_DDRM.elementMaxAbs(back) < 1e-12);
    }

    @Test
    void balanced_signs_doNotHangOnThoseOfTheFactors() {
        Factored one = factors(6, 2, 5);
        DMatrixRMaj left = new DMatrixRMaj(one.left());
        DMatrixRMaj right = new DMatrixRMaj(one.right());
        CommonOps_DDRM.changeSign(left);
        CommonOps_DDRM.changeSign(right);

        DMatrixRMaj other = new Factored(left, right).leading(2).balanced(2, 1).left();

        CommonOps_DDRM.subtractEquals(other, one.leading(2).balanced(2, 1).left());
        assertTrue(CommonOps_DDRM.elementMaxAbs(other) < 1e-12);
    }

    @Test
    void triplets_ofNoNumbers_areRefused() {
        DMatrixRMaj left = random(4, 2, 1);
        left.set(1, 1, Double.NaN);
        Factored bad = new Factored(left, random(2, 3, 2));

        assertThrows(ArithmeticException.class, bad::norm);
        assertThrows(ArithmeticException.class, () -> bad.leading(1));
    }

    @Test
    void factors_thatDoNotFit_areRefusedByTheirSides() {
        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new Factored(new DMatrixRMaj(4, 2), new DMatrixRMaj(3, 5)));

        assertEquals("factors do not fit: left=2, right=3", error.getMessage());
    }
}
