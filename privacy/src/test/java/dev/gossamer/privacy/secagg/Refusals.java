package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Arrays;
import java.util.List;

/** What tests of a malicious server say often. */
final class Refusals {
    private Refusals() {}

    /** Asserts that a client refused, and for what. */
    static ClientStep.Refused refused(Fault fault, ClientStep step) {
        ClientStep.Refused refused =
                assertInstanceOf(ClientStep.Refused.class, step, step::toString);
        assertEquals(fault, refused.fault(), refused::reason);
        return refused;
    }

    /** Adds, modulo 2^32. */
    static void add(int[] sum, int[] added) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += added[i];
        }
    }

    /** {@code all} but members of these numbers. */
    static List<String> without(List<String> all, int... numbers) {
        List<String> gone = Arrays.stream(numbers).mapToObj(Cohort::name).toList();
        return all.stream().filter(name -> !gone.contains(name)).toList();
    }
}
