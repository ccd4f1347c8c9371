package dev.gossamer.client.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/**
 * Central differences along random directions.
 *
 * <p>Two steps h and h / 2 and Richardson's extrapolation leave an error of h⁴ times the fifth
 * derivative, which is nothing at h = 1e-5; the rounding of values of about 5 in double precision
 * costs up to 5e-16 / 1e-5 = 5e-11 a difference. A slope off by more than 1e-8 of itself, or of
 * one, is a wrong gradient. A direction that is drawn at random sees every wrong element.
 */
final class Directions {
    private static final double STEP = 1e-5;
    private static final double TOLERANCE = 1e-8;

    private Directions() {}

    static double[] random(int size, long seed) {
        return new Random(seed).doubles(size, -1, 1).toArray();
    }

    static double[] moved(double[] from, double[] direction, double step) {
        double[] moved = from.clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += step * direction[i];
        }
        return moved;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /**
     * Holds {@code slope} to the central difference of {@code along} at zero.
     *
     * @param along the function by the length of the way along the direction
     */
    static void assertSlope(DoubleUnaryOperator along, double slope, String what) {
        double difference = (4 * difference(along, STEP / 2) - difference(along, STEP)) / 3;
        assertEquals(difference, slope, TOLERANCE * Math.max(1, Math.abs(difference)), what);
    }

    private static double difference(DoubleUnaryOperator along, double step) {
        return (along.applyAsDouble(step) - along.applyAsDouble(-step)) / (2 * step);
    }
}
