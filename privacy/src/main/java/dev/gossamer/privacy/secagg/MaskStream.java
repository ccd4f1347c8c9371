package dev.gossamer.privacy.secagg;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;

import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keystream of ChaCha20 (RFC 8439) under a seed of 256 bits, as little-endian words that are
 * added to vectors.
 *
 * <p>All 256 bits are the key; nonce and first counter are zero, since a seed has one stream. The
 * JDK's cipher does this at five times the speed of Bouncy Castle's, and of lanes left to the
 * compiler. It runs over a buffer of zeros that fits a first-level cache beside its output.
 */
final class MaskStream {
    /** The length of a seed. */
    static final int SEED_BYTES = 32;

    private static final int CHUNK_BYTES = 1 << 14;
    private static final byte[] ZEROS = new byte[CHUNK_BYTES];
    private static final AlgorithmParameterSpec START = new ChaCha20ParameterSpec(new byte[12], 0);

    private final Cipher cipher;
    private final byte[] chunk = new byte[CHUNK_BYTES];

    private MaskStream(Cipher cipher) {
        this.cipher = cipher;
    }

    /**
     * The stream of {@code seed}, from its beginning.
     *
     * @throws IllegalArgumentException if the seed has not 32 bytes
     */
    static MaskStream of(byte[] seed) {
        if (seed.length != SEED_BYTES) {
            throw new IllegalArgumentException(
                    "seed has a wrong length: bytes=" + seed.length + ", expected=" + SEED_BYTES);
        }
        try {
            Cipher cipher = Cipher.getInstance("ChaCha20");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(seed, "ChaCha20"), START);
            return new MaskStream(cipher);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no ChaCha20", e);
        }
    }

    /** The next {@code count} bytes. */
    byte[] next(int count) {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count; done += CHUNK_BYTES) {
            int part = Math.min(CHUNK_BYTES, count - done);
            System.arraycopy(filled(part).array(), 0, bytes, done, part);
        }
        return bytes;
    }

    /** The next bytes at the beginning of the buffer, little-endian. */
    private ByteBuffer filled(int bytes) {
        try {
            cipher.update(ZEROS, 0, bytes, chunk, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("keystream ended", e);
        }
        return ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Adds the next words to all of {@code sum}. */
    void addTo(int[] sum) {
        int[] mask = new int[CHUNK_BYTES / Integer.BYTES];
        for (int done = 0; done < sum.length; done += mask.length) {
            int part = next(mask, sum.length - done);
            for (int i = 0; i < part; i++) {
                sum[done + i] += mask[i];
            }
        }
    }

    /** Takes the next words away from all of {@code sum}. */
    void subtractFrom(int[] sum) {
        int[] mask = new int[CHUNK_BYTES / Integer.BYTES];
        for (int done = 0; done < sum.length; done += mask.length) {
            int part = next(mask, sum.length - done);
            for (int i = 0; i < part; i++) {
                sum[done + i] -= mask[i];
            }
        }
    }

    /** Adds the next words to all of {@code sum}. */
    void addTo(long[] sum) {
        long[] mask = new long[CHUNK_BYTES / Long.BYTES];
        for (int done = 0; done < sum.length; done += mask.length) {
            int part = next(mask, sum.length - done);
            for (int i = 0; i < part; i++) {
                sum[done + i] += mask[i];
            }
        }
    }

    /** Takes the next words away from all of {@code sum}. */
    void subtractFrom(long[] sum) {
        long[] mask = new long[CHUNK_BYTES / Long.BYTES];
        for (int done = 0; done < sum.length; done += mask.length) {
            int part = next(mask, sum.length - done);
            for (int i = 0; i < part; i++) {
                sum[done + i] -= mask[i];
            }
        }
    }

    private int next(int[] mask, int wanted) {
        int part = Math.min(mask.length, wanted);
        filled(part * Integer.BYTES).asIntBuffer().get(mask, 0, part);
        return part;
    }

    private int next(long[] mask, int wanted) {
        int part = Math.min(mask.length, wanted);
        filled(part * Long.BYTES).asLongBuffer().get(mask, 0, part);
        return part;
    }
}
