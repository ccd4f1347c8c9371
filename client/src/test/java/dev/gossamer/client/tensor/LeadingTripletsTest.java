package dev.gossamer.client.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LeadingTripletsTest {
    /** The roundings of an fp32 decomposition, relative to the largest singular value. */
    private static final double BOUND = 2e-5;

    @ParameterizedTest
    @CsvSource({
        "96, 24, 5, 100",
        "24, 96, 5, 100",
        "40, 40, 7, 100",
        "40, 40, 1, 100",
        "40, 40, 30, 100",
        "160, 120, 6, 10",
        "120, 160, 6, 10"
    })
    void ofInPlace_isTheFullDecompositionsLeadingPart(
            int rows, int columns, int rank, int exactSide) {
        float[] matrix = decaying(rows, columns);

        TruncatedSvd exact = TruncatedSvd.ofInPlace(matrix.clone(), rows, columns, rank);
        TruncatedSvd leading =
                LeadingTriplets.ofInPlace(matrix.clone(), rows, columns, rank, exactSide);

        double bound = BOUND * exact.values()[0];
        for (int i = 0; i < rank; i++) {
            assertEquals(exact.values()[i], leading.values()[i], bound);
        }
        assertArrayEquals(
                product(exact, rows, columns), product(leading, rows, columns), (float) bound);
        assertEquals(exact.discarded(), leading.discarded(), 1e-3 * exact.discarded() + bound);
    }

    @ParameterizedTest
    @CsvSource({"96, 24, 5, 100", "24, 96, 5, 100", "160, 120, 6, 10"})
    void ofInPlace_givesOrthonormalVectors(int rows, int columns, int rank, int exactSide) {
        TruncatedSvd svd =
                LeadingTriplets.ofInPlace(signs(rows, columns), rows, columns, rank, exactSide);

        assertIdentity(gramOfRows(svd.right(), rank, columns), rank);
        assertIdentity(gramOfRows(transposed(svd.left(), rank), rank, rows), rank);
    }

    @Test
    void ofInPlace_ofFewerValuesThanWanted_givesOrthonormalVectors() {
        float[] matrix = new float[40 * 40];
        matrix[0] = 3;
        matrix[41] = 2;

        TruncatedSvd svd = LeadingTriplets.ofInPlace(matrix, 40, 40, 4);

        assertArrayEquals(new float[] {3, 2, 0, 0}, svd.values(), 1e-6f);
        assertIdentity(gramOfRows(svd.right(), 4, 40), 4);
        assertIdentity(gramOfRows(transposed(svd.left(), 4), 4, 40), 4);
    }

    @Test
    void ofInPlace_again_givesTheSameBits() {
        TruncatedSvd first = LeadingTriplets.ofInPlace(signs(160, 120), 160, 120, 6, 10);
        TruncatedSvd again = LeadingTriplets.ofInPlace(signs(160, 120), 160, 120, 6, 10);

        assertArrayEquals(first.left(), again.left());
        assertArrayEquals(first.right(), again.right());
    }

    @Test
    void eigenvectors_ofDiagonal_areTheAxesOfTheLargest() {
        float[] matrix = new float[25];
        float[] diagonal = {1, 5, 0, 7, 3};
        for (int i = 0; i < 5; i++) {
            matrix[6 * i] = diagonal[i];
        }

        float[] found = LeadingTriplets.eigenvectors(matrix, 5, 2);

        assertEquals(1, Math.abs(found[3]), 1e-6);
        assertEquals(1, Math.abs(found[5 + 1]), 1e-6);
    }

    private static float[] signs(int rows, int columns) {
        CounterRandom random = CounterRandom.of(1, "signs", rows, "");
        float[] matrix = new float[rows * columns];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = random.nextInt(2) * 2 - 1;
        }
        return matrix;
    }

    /** Eight directions, each half as long as the one before, and a little noise. */
    private static float[] decaying(int rows, int columns) {
        CounterRandom random = CounterRandom.of(2, "decaying", rows, "");
        float[] matrix = new float[rows * columns];
        double scale = 1;
        for (int k = 0; k < 8; k++) {
            float[] left = gaussian(random, rows);
            float[] right = gaussian(random, columns);
            for (int i = 0; i < matrix.length; i++) {
                matrix[i] += (float) (scale * left[i / columns] * right[i % columns]);
            }
            scale /= 2;
        }
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] += (float) (1e-4 * random.nextGaussian());
        }
        return matrix;
    }

    private static float[] gaussian(CounterRandom random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static float[] product(TruncatedSvd svd, int rows, int columns) {
        int rank = svd.values().length;
        float[] product = new float[rows * columns];
        for (int i = 0; i < product.length; i++) {
            double sum = 0;
            for (int k = 0; k < rank; k++) {
                sum +=
                        (double) svd.left()[i / columns * rank + k]
                                * svd.values()[k]
                                * svd.right()[k * columns + i % columns];
            }
            product[i] = (float) sum;
        }
        return product;
    }

    private static float[] transposed(float[] left, int rank) {
        int rows = left.length / rank;
        float[] transposed = new float[left.length];
        for (int i = 0; i < left.length; i++) {
            transposed[i % rank * rows + i / rank] = left[i];
        }
        return transposed;
    }

    private static double[] gramOfRows(float[] matrix, int rows, int columns) {
        double[] gram = new double[rows * rows];
        for (int i = 0; i < gram.length; i++) {
            for (int k = 0; k < columns; k++) {
                gram[i] += (double) matrix[i / rows * columns + k] * matrix[i % rows * columns + k];
            }
        }
        return gram;
    }

    private static void assertIdentity(double[] matrix, int side) {
        for (int i = 0; i < matrix.length; i++) {
            assertEquals(i / side == i % side ? 1 : 0, matrix[i], 1e-5, "entry " + i);
        }
    }
}
