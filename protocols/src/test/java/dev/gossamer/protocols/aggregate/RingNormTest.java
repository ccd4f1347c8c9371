package dev.gossamer.protocols.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;

class RingNormTest {
    private static final FixedPoint RING = new FixedPoint(40, 6, 1);

    @Test
    void holds_exactlyTheBound_andNotOneUnitMore() {
        RingNorm norm = new RingNorm(new FixedPoint(2, 6, 1), 1.25);

        // In quarters: 3, 4 and 0 have norm 5; 3, 4 and 1 have more.
        assertTrue(norm.holds(new float[] {0.75f, -1, 0}));
        assertFalse(norm.holds(new float[] {0.75f, -1, 0.25f}));
        assertEquals(5, norm.units());
    }

    /** Squares of 2^46 do not fit into 64 bits, nor do the sums that this is held to. */
    @Test
    void holds_longVectors_agreesWithExactArithmetic() {
        CounterRandom random = CounterRandom.of(3, "norm", 0, "");
        for (int trial = 0; trial < 200; trial++) {
            float[] values = new float[1 + random.nextInt(50)];
            BigInteger squares = BigInteger.ZERO;
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (16 * random.nextGaussian());
                BigInteger units = BigInteger.valueOf(RING.toRing(values[i]));
                squares = squares.add(units.multiply(units));
            }
            double length = Math.sqrt(squares.doubleValue()) / Math.scalb(1.0, 40);
            if (length * 1.000001 < RING.bound()) {
                assertTrue(new RingNorm(RING, length * 1.000001).holds(values));
                assertFalse(new RingNorm(RING, length * 0.999999).holds(values));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 64, Double.NaN, Double.POSITIVE_INFINITY})
    void bound_outOfRange_isRefused(double bound) {
        assertThrows(IllegalArgumentException.class, () -> new RingNorm(RING, bound));
    }
}
