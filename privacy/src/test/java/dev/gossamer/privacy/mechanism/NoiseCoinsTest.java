package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bouncycastle.crypto.engines.ChaCha7539Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntFunction;

class NoiseCoinsTest {
    private static final int WORDS_A_BUFFER = NoiseCoins.BUFFER_BYTES / Long.BYTES - 4;

    private static byte[] keystream(byte[] key) {
        ChaCha7539Engine engine = new ChaCha7539Engine();
        engine.init(true, new ParametersWithIV(new KeyParameter(key), new byte[12]));
        byte[] out = new byte[NoiseCoins.BUFFER_BYTES];
        engine.processBytes(new byte[out.length], 0, out.length, out, 0);
        return out;
    }

    private static byte[] random(int number) {
        return Arrays.copyOf(keystream(Seeds.seed(number)), 32);
    }

    private static String refusal(IntFunction<byte[]> answers) {
        return assertThrows(
                        RandomnessException.class,
                        () -> NoiseCoins.seededBy(new BrokenRandom(answers)))
                .getMessage();
    }

    @Test
    void next_overThreeBuffers_isTheKeystreamOfKeysThatFollowFromOneAnother() {
        NoiseCoins coins = Seeds.coins(1);
        byte[] key = Seeds.seed(1);

        for (int buffer = 0; buffer < 3; buffer++) {
            byte[] expected = keystream(key);
            key = Arrays.copyOf(expected, 32);
            ByteBuffer words = ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN);
            words.position(32);
            while (words.hasRemaining()) {
                assertEquals(words.getLong(), coins.next());
            }
        }
    }

    @Test
    void next_ofFixedSeed_isThisVector() {
        NoiseCoins coins = SimulationCoins.foreseeable(new byte[32]);

        // RFC 8439, appendix A.1, vector 1, from byte 32 on
        assertEquals(0x8d485751_7c5941daL, coins.next());
    }

    @Test
    void split_ofEqualCoins_isEqualAndSharesNothingWithItsParent() {
        NoiseCoins coins = Seeds.coins(2);
        NoiseCoins child = coins.split();
        NoiseCoins again = Seeds.coins(2).split();
        Set<Long> words = new HashSet<>();

        for (int i = 0; i < 1000; i++) {
            long word = child.next();
            assertEquals(word, again.next());
            words.add(word);
            words.add(coins.next());
        }

        assertEquals(2000, words.size());
    }

    @Test
    void next_afterABuffersShare_addsAFreshSeedToTheKey() {
        byte[] fresh = random(7);
        NoiseCoins reseeded = new NoiseCoins(Seeds.seed(3), key -> fresh.clone(), 2);
        NoiseCoins plain = Seeds.coins(3);

        for (int i = 0; i < 2 * WORDS_A_BUFFER; i++) {
            assertEquals(plain.next(), reseeded.next());
        }

        ByteBuffer expected = ByteBuffer.wrap(keystream(fresh)).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(expected.getLong(32), reseeded.next());
    }

    @Test
    void seededBy_soundSource_drawsItsTestAndASeed() {
        BrokenRandom random = new BrokenRandom(NoiseCoinsTest::random);

        NoiseCoins coins = NoiseCoins.seededBy(random);

        assertEquals(SecureSeeds.TESTED_SEEDS + 1, random.drawn());
        byte[] expected = keystream(random(SecureSeeds.TESTED_SEEDS));
        assertEquals(
                ByteBuffer.wrap(expected).order(ByteOrder.LITTLE_ENDIAN).getLong(32), coins.next());
    }

    @Test
    void seededBy_theJdksSource_passes() {
        NoiseCoins one = NoiseCoins.seededBy(new SecureRandom());
        NoiseCoins other = NoiseCoins.seededBy(new SecureRandom());

        assertNotEquals(one.next(), other.next());
    }

    @Test
    void seededBy_failingSource_stopsWithItsCause() {
        ProviderException cause = new ProviderException("device is gone");
        RandomnessException stopped =
                assertThrows(
                        RandomnessException.class,
                        () ->
                                NoiseCoins.seededBy(
                                        new BrokenRandom(
                                                i -> {
                                                    throw cause;
                                                })));

        assertEquals(cause, stopped.getCause());
        assertTrue(stopped.getMessage().startsWith("random source failed: algorithm="));
    }

    @Test
    void seededBy_constantSource_stops() {
        assertEquals(
                "random source repeats: periodBytes=1; no noise is drawn: repair the random source"
                        + " and start again",
                refusal(i -> new byte[32]));
    }

    @Test
    void seededBy_periodicSource_stops() {
        assertTrue(refusal(i -> random(0)).contains("periodBytes=32;"));
        assertTrue(refusal(i -> random(i % 2)).contains("periodBytes=64;"));
        assertTrue(refusal(i -> random(i % 32)).contains("periodBytes=1024;"));
    }

    @Test
    void seededBy_sourceThatRepeatsOneSeed_stops() {
        String text = refusal(i -> random(i == 40 ? 3 : i));

        assertTrue(text.startsWith("random source repeats a seed: distinct=63, of=64"), text);
    }

    @Test
    void seededBy_sourceWithAStuckBit_stops() {
        String text =
                refusal(
                        i -> {
                            byte[] stuck = random(i);
                            for (int j = 0; j < stuck.length; j++) {
                                stuck[j] |= 4;
                            }
                            return stuck;
                        });

        assertTrue(text.startsWith("random source is biased: ones="), text);
        assertTrue(text.contains("bits=16384, bound=7680..8704"), text);
    }

    @Test
    void next_sourceThatSticksLater_stopsAtItsNextSeed() {
        SecureSeeds seeds = new SecureSeeds(new BrokenRandom(i -> random(Math.min(i, 65))));
        seeds.next();
        byte[] last = seeds.next();

        assertArrayEquals(random(65), last);
        assertThrows(RandomnessException.class, seeds::next);
    }

    @Test
    void foreseeable_seedOfWrongLength_isRefused() {
        assertEquals(
                "seed has the wrong length: bytes=31, bound=32",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> SimulationCoins.foreseeable(new byte[31]))
                        .getMessage());
    }
}
