package dev.gossamer.privacy.accountant;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Orders at which Renyi divergences are taken, in rising order. */
@SuppressWarnings("ArrayRecordComponent") // copied in and never handed out
record RenyiOrders(double[] values) {
    /** Conversions have poles at 1. */
    private static final double LEAST = 1.01;

    /**
     * 1.1 to 10.9 by tenths, 11 to 63, and powers of two up to 1024, where little noise over few
     * rounds has its optimum.
     */
    static final RenyiOrders STANDARD =
            new RenyiOrders(
                    DoubleStream.concat(
                                    IntStream.rangeClosed(11, 109).mapToDouble(n -> n / 10.0),
                                    DoubleStream.concat(
                                            IntStream.rangeClosed(11, 63).asDoubleStream(),
                                            DoubleStream.of(128, 256, 512, 1024)))
                            .toArray());

    RenyiOrders {
        values = values.clone();
        Arrays.sort(values);
        if (values.length == 0 || !(values[0] > LEAST)) {
            throw new IllegalArgumentException(
                    "orders too small: orders=" + Arrays.toString(values) + ", bound=" + LEAST);
        }
    }

    int count() {
        return values.length;
    }

    double at(int index) {
        return values[index];
    }
}
