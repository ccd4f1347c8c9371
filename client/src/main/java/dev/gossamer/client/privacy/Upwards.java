package dev.gossamer.client.privacy;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as people read them, rounded to the side that promises less. */
final class Upwards {
    private static final int DECIMALS = 6;

    private Upwards() {}

    /** Six decimals, rounded up. */
    static String of(double value) {
        return new BigDecimal(value).setScale(DECIMALS, RoundingMode.CEILING).toPlainString();
    }
}
