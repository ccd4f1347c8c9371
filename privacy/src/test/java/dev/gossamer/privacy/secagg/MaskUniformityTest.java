package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** Masked vectors look like noise, whatever is under the masks. */
class MaskUniformityTest {
    private static final int WORDS = 1 << 15;

    /**
     * Chi-square of 255 degrees of freedom over byte values. Laurent and Massart: it is above 255 +
     * 2 sqrt(255 x) + 2 x with a probability of at most e^-x; x = 16 gives 415 at 1.1e-7 a test, of
     * which there are 32.
     */
    private static final double BOUND = 415;

    /** The masked bytes of the first member of three. */
    private static byte[] masked(Ring ring, long[] values) throws Refusal {
        Cohort cohort = new Cohort(3);
        SessionContext context =
                Cohort.context(
                        0,
                        new SecAggParameters(
                                ring, WORDS, 3, 3, 1, Agreement.X25519, new Topology.Complete()));
        SecAggServer server = cohort.server(context);
        SortedMap<String, SecAggClient> clients = new TreeMap<>();
        for (int i = 0; i < 3; i++) {
            SecAggClient client = cohort.open(i, context, 21);
            clients.put(client.name(), client);
            server.accept(client.name(), client.advert().answer().orElseThrow());
        }
        ServerStep.Send lists = (ServerStep.Send) server.close();
        clients.forEach(
                (name, client) ->
                        server.accept(
                                name,
                                Simulation.advanced(client.receive(lists.messages().get(name)))
                                        .answer()
                                        .orElseThrow()));
        ServerStep.Send boxes = (ServerStep.Send) server.close();
        SecAggClient first = clients.firstEntry().getValue();
        Simulation.advanced(first.receive(boxes.messages().get(first.name())));
        byte[] message =
                Simulation.advanced(first.give(RingVector.ofSigned(ring, values)))
                        .answer()
                        .orElseThrow();
        return WireView.behindSeed(message);
    }

    private static double chiSquare(byte[] bytes, int from, int step) {
        int[] counts = new int[256];
        int total = 0;
        for (int i = from; i < bytes.length; i += step) {
            counts[bytes[i] & 0xff]++;
            total++;
        }
        double expected = total / 256.0;
        return Arrays.stream(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
    }

    private static long[] filled(long value) {
        long[] values = new long[WORDS];
        Arrays.fill(values, value);
        return values;
    }

    @ParameterizedTest
    @EnumSource(Ring.class)
    void maskedWords_ofConstantInputs_areUniformInEachByte(Ring ring) throws Refusal {
        for (long value : new long[] {0, 1, Integer.MAX_VALUE}) {
            byte[] masked = masked(ring, filled(value));
            for (int place = 0; place < ring.wordBytes(); place++) {
                double found = chiSquare(masked, place, ring.wordBytes());
                assertTrue(found < BOUND, "value=" + value + ", chi-square=" + found);
            }
        }
    }

    /** The test can fail: without masks, and with one byte of the masks left out. */
    @ParameterizedTest
    @EnumSource(Ring.class)
    void wordsWithoutAMaskInOneByte_areFound(Ring ring) throws Refusal {
        byte[] masked = masked(ring, filled(5));
        for (int i = 1; i < masked.length; i += ring.wordBytes()) {
            masked[i] &= 0x7f;
        }

        assertTrue(chiSquare(masked, 1, ring.wordBytes()) > BOUND);
    }

    /**
     * The bytes of an input with a pattern and of its masked vector are independent: the chi-square
     * of their sums modulo 256 stays uniform, as it does for each of the two halves of the pattern.
     */
    @ParameterizedTest
    @EnumSource(Ring.class)
    void maskedWords_splitByTheirInput_areUniformInEachPart(Ring ring) throws Refusal {
        long[] values = new long[WORDS];
        for (int i = 0; i < WORDS; i++) {
            values[i] = i % 2 == 0 ? 1_000_000 : -7;
        }
        byte[] masked = masked(ring, values);

        for (int part = 0; part < 2; part++) {
            double found = chiSquare(masked, part * ring.wordBytes(), 2 * ring.wordBytes());
            assertTrue(found < BOUND, "part=" + part + ", chi-square=" + found);
        }
    }
}
