package dev.gossamer.protocols.aggregate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.protocols.wire.ProtocolLimits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharesTest {
    @Test
    void shares_ofThoseWhoReported_sumToOne() {
        assertArrayEquals(new double[] {0.5, 0.3, 0.2}, Shares.of(5, 3, 2), 1e-15);
        assertArrayEquals(new double[] {0.6, 0.4}, Shares.of(3, 2), 1e-15);
        assertArrayEquals(new double[] {1}, Shares.of(0.25));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
    void badWeight_isRefusedByIndexAndValue(double weight) {
        var error = assertThrows(IllegalArgumentException.class, () -> Shares.of(1, weight));

        assertEquals("weight is not above 0: index=1, weight=" + weight, error.getMessage());
    }

    @Test
    void noWeightsAndAnInfiniteSum_areRefused() {
        assertThrows(IllegalArgumentException.class, Shares::of);
        assertThrows(
                IllegalArgumentException.class,
                () -> Shares.of(Double.MAX_VALUE, Double.MAX_VALUE));
    }

    @Test
    void rules_ofTheSameRows_weighByTheirBound() {
        assertEquals(70, new WeightRule.Examples().weight(70));
        assertEquals(
                ProtocolLimits.MAX_WEIGHT, new WeightRule.Examples().weight(Integer.MAX_VALUE));
        assertEquals(1, new WeightRule.Uniform().weight(70));
        assertEquals(50, new WeightRule.Capped(50).weight(70));
        assertEquals(20, new WeightRule.Capped(50).weight(20));
    }

    @Test
    void badCapAndNoExamples_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> new WeightRule.Capped(0));
        assertThrows(IllegalArgumentException.class, () -> new WeightRule.Capped(1 << 20));
        assertThrows(IllegalArgumentException.class, () -> new WeightRule.Uniform().weight(0));
    }
}
