package dev.gossamer.privacy.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.stream.Stream;

class FreshSeedTest {
    /** A source that fills arrays by a rule. */
    static SecureRandom broken(Filling filling) {
        return new SecureRandom() {
            private static final long serialVersionUID = 1L;
            private int calls;

            @Override
            public void nextBytes(byte[] bytes) {
                filling.fill(bytes, calls++);
            }
        };
    }

    /** How a broken source fills an array, given how often it was called before. */
    interface Filling {
        void fill(byte[] bytes, int calls);
    }

    private static Arguments named(String name, Filling filling, String message) {
        return Arguments.of(name, filling, message);
    }

    static Stream<Arguments> brokenSources() {
        return Stream.of(
                named("nothing", (_, _) -> {}, "distinct bytes=1, least=8"),
                named("ones", (b, _) -> Arrays.fill(b, (byte) 1), "distinct bytes=1"),
                named("calls", (b, n) -> Arrays.fill(b, (byte) n), "distinct bytes=1"),
                named("counting", (b, n) -> count(b, 32 * n), "distinct steps=1"),
                named("two values", (b, n) -> alternate(b, n), "distinct bytes=2"),
                named("the same block", (b, _) -> scramble(b, 3), "repeats itself: blocks=0"),
                named("blocks in turn", (b, n) -> scramble(b, n % 3), "blocks=0 and 3"));
    }

    private static void count(byte[] bytes, int from) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (from + i);
        }
    }

    private static void alternate(byte[] bytes, int calls) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) ((i * (i + calls)) & 1);
        }
    }

    private static void scramble(byte[] bytes, int seed) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (((i + 7 * seed + 1) * (i + 3) * 0x9e3779b1) >>> 16);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("brokenSources")
    void brokenSource_isRefused(String name, Filling filling, String message) {
        RandomSourceException refused =
                assertThrows(
                        RandomSourceException.class, () -> FreshSeed.draw(broken(filling)), name);

        assertEquals(true, refused.getMessage().contains(message), refused.getMessage());
    }

    @Test
    void failingSource_isRefusedWithItsCause() {
        SecureRandom failing =
                broken(
                        (_, _) -> {
                            throw new IllegalStateException("no entropy");
                        });

        RandomSourceException refused =
                assertThrows(RandomSourceException.class, () -> FreshSeed.draw(failing));

        assertEquals("random source failed: cause=no entropy", refused.getMessage());
    }

    @Test
    void soundSource_givesSeedsThatDiffer() throws NoSuchAlgorithmException {
        SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
        random.setSeed(4);
        SecureRandom same = SecureRandom.getInstance("SHA1PRNG");
        same.setSeed(4);

        byte[] first = FreshSeed.draw(random);

        assertArrayEquals(first, FreshSeed.draw(same));
        for (int i = 0; i < 2000; i++) {
            assertFalse(Arrays.equals(first, FreshSeed.draw(random)));
        }
    }
}
