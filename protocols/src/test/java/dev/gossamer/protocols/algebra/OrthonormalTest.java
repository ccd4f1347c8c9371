package dev.gossamer.protocols.algebra;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.random.CounterRandom;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrthonormalTest {
    private static DMatrixRMaj random(int rows, int columns) {
        CounterRandom coins = CounterRandom.of(4, "test", 0, "");
        DMatrixRMaj matrix = new DMatrixRMaj(rows, columns);
        for (int i = 0; i < matrix.getNumElements(); i++) {
            matrix.data[i] = coins.nextGaussian();
        }
        return matrix;
    }

    private static double largestDifference(DMatrixRMaj one, DMatrixRMaj other) {
        DMatrixRMaj difference = new DMatrixRMaj(one);
        CommonOps_DDRM.subtractEquals(difference, other);
        return CommonOps_DDRM.elementMaxAbs(difference);
    }

    private static double distanceToOrthonormal(DMatrixRMaj columns) {
        DMatrixRMaj gram = new DMatrixRMaj(columns.numCols, columns.numCols);
        CommonOps_DDRM.multTransA(columns, columns, gram);
        return largestDifference(gram, CommonOps_DDRM.identity(columns.numCols));
    }

    @ParameterizedTest
    @CsvSource({"30, 4", "9, 9", "1, 1", "200, 60"})
    void of_anyMatrix_isColumnsTimesAPositiveTriangle(int rows, int columns) {
        DMatrixRMaj matrix = random(rows, columns);

        Orthonormal found = Orthonormal.of(matrix);

        assertTrue(distanceToOrthonormal(found.columns()) < 1e-14);
        DMatrixRMaj product = new Factored(found.columns(), found.triangle()).product();
        assertTrue(largestDifference(product, matrix) < 1e-13);
        for (int i = 0; i < columns; i++) {
            assertTrue(found.triangle().get(i, i) > 0);
            for (int j = 0; j < i; j++) {
                assertEquals(0, found.triangle().get(i, j), 1e-15);
            }
        }
    }

    @Test
    void of_orthonormalColumns_changesNothing() {
        DMatrixRMaj columns = Orthonormal.of(random(30, 6)).columns();
        CommonOps_DDRM.scaleCol(-1, columns, 2);

        Orthonormal again = Orthonormal.of(columns);

        assertTrue(largestDifference(again.columns(), columns) < 1e-14);
        assertTrue(again.departure() < 1e-14);
    }

    @Test
    void departure_ofAStretchedColumn_isWhatItIsStretchedBy() {
        DMatrixRMaj columns = Orthonormal.of(random(30, 6)).columns();
        CommonOps_DDRM.scaleCol(1.25, columns, 3);

        assertEquals(0.25, Orthonormal.of(columns).departure(), 1e-14);
    }

    /** Rank two in five columns, one of them zero: still orthonormal, and their span is in it. */
    @Test
    void of_dependentColumns_spansThemAndMore() {
        DMatrixRMaj matrix = new Factored(random(20, 2), random(2, 5)).product();
        CommonOps_DDRM.scaleCol(0, matrix, 1);

        Orthonormal found = Orthonormal.of(matrix);

        assertTrue(distanceToOrthonormal(found.columns()) < 1e-14);
        DMatrixRMaj product = new Factored(found.columns(), found.triangle()).product();
        assertTrue(largestDifference(product, matrix) < 1e-13);
    }

    @Test
    void of_whatIsWiderThanHighOrNoNumber_isRefused() {
        DMatrixRMaj bad = random(4, 2);
        bad.set(3, 0, Double.POSITIVE_INFINITY);

        var wide = assertThrows(IllegalArgumentException.class, () -> Orthonormal.of(random(2, 3)));
        var infinite = assertThrows(ArithmeticException.class, () -> Orthonormal.of(bad));

        assertEquals("matrix is wider than high: rows=2, columns=3", wide.getMessage());
        assertEquals("no QR: a matrix holds no finite numbers", infinite.getMessage());
    }
}
