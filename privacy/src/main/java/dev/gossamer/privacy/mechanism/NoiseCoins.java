package dev.gossamer.privacy.mechanism;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * The coins that noise is drawn from: 64-bit words of ChaCha20 keystreams.
 *
 * <p>Each buffer is the keystream of a 256-bit key of its own. Its first 32 bytes are the key of
 * the next buffer and the old key is overwritten (fast key erasure), so that a counter never comes
 * near its end, and who reads this memory later cannot draw again the noise of more than the
 * current buffer. Once every {@value #BUFFERS_A_SEED} buffers a fresh seed is added to the key, by
 * exclusive or, which can only add to what it was.
 *
 * <p>Confined to one thread: give each worker its own by {@link #split}.
 */
public final class NoiseCoins implements WordSource {
    static final int BUFFER_BYTES = 4096;

    /** About 1 GiB of keystream. */
    static final int BUFFERS_A_SEED = 1 << 18;

    private static final int KEY_BYTES = ChaCha20Keystream.KEY_BYTES;
    private static final VarHandle WORDS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final ChaCha20Keystream keystream = new ChaCha20Keystream();
    private final UnaryOperator<byte[]> reseeding;
    private final int buffersASeed;
    private final byte[] key;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position = BUFFER_BYTES;
    private int buffersLeft;

    /**
     * Coins that begin with {@code key}, which becomes theirs.
     *
     * @param reseeding from the key that would come next to the one that does
     * @param buffersASeed how many buffers there are before each reseeding
     */
    NoiseCoins(byte[] key, UnaryOperator<byte[]> reseeding, int buffersASeed) {
        this.key = key;
        this.reseeding = reseeding;
        this.buffersASeed = buffersASeed;
        buffersLeft = buffersASeed;
    }

    /**
     * Coins that nobody can foresee, after a test of {@code random} that stops on a failing,
     * constant or repeating source with a {@link RandomnessException}.
     */
    public static NoiseCoins seededBy(SecureRandom random) {
        SecureSeeds seeds = new SecureSeeds(random);
        return new NoiseCoins(seeds.next(), key -> exclusiveOr(key, seeds.next()), BUFFERS_A_SEED);
    }

    private static byte[] exclusiveOr(byte[] key, byte[] seed) {
        for (int i = 0; i < KEY_BYTES; i++) {
            seed[i] ^= key[i];
        }
        return seed;
    }

    @Override
    public long next() {
        if (position == BUFFER_BYTES) {
            refill();
        }
        long word = (long) WORDS.get(buffer, position);
        position += Long.BYTES;
        return word;
    }

    private void refill() {
        if (buffersLeft-- == 0) {
            takeOver(reseeding.apply(key.clone()));
            buffersLeft = buffersASeed - 1;
        }
        keystream.fill(key, buffer);
        System.arraycopy(buffer, 0, key, 0, KEY_BYTES);
        Arrays.fill(buffer, 0, KEY_BYTES, (byte) 0);
        position = KEY_BYTES;
    }

    private void takeOver(byte[] fresh) {
        System.arraycopy(fresh, 0, key, 0, KEY_BYTES);
        Arrays.fill(fresh, (byte) 0);
    }

    /** Coins for another thread, which are independent of all that these give from now on. */
    public NoiseCoins split() {
        byte[] child = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES; i += Long.BYTES) {
            WORDS.set(child, i, next());
        }
        return new NoiseCoins(child, reseeding, buffersASeed);
    }
}
