package dev.gossamer.privacy.secagg;

import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.bouncycastle.math.ec.rfc7748.X25519;

import java.util.Arrays;
import java.util.Optional;

/**
 * A key pair of one round, all of it from a seed of 32 bytes: who recovers the seed has the key,
 * and sees whether it is the one that was published.
 *
 * <p>The seed is the scalar of X25519. ML-KEM's seed and the coins of its encapsulations are
 * derived from it, so that a server which recovers the seed of a dropped member can repeat them.
 */
final class PairKey {
    static final int POINT_BYTES = X25519.POINT_SIZE;

    private final Agreement agreement;
    private final byte[] seed;
    private final byte[] publicKey;
    private final Optional<MLKEMPrivateKeyParameters> kem;

    private PairKey(Agreement agreement, byte[] seed) {
        this.agreement = agreement;
        this.seed = seed;
        publicKey = new byte[agreement.publicKeyBytes()];
        X25519.generatePublicKey(seed, 0, publicKey, 0);
        if (agreement.isHybrid()) {
            byte[] kemSeed = KeyDerivation.expand(seed, "ml-kem-768 key", 64);
            kem = Optional.of(new MLKEMPrivateKeyParameters(Agreement.ML_KEM, kemSeed));
            byte[] kemKey = kem.get().getPublicKey();
            System.arraycopy(kemKey, 0, publicKey, POINT_BYTES, kemKey.length);
        } else {
            kem = Optional.empty();
        }
    }

    /** The key of {@code seed}. */
    static PairKey of(Agreement agreement, byte[] seed) {
        return new PairKey(agreement, seed.clone());
    }

    /** The published half, a copy. */
    byte[] publicKey() {
        return publicKey.clone();
    }

    boolean isPublishedAs(byte[] published) {
        return Arrays.equals(publicKey, published);
    }

    /**
     * Whether the point of a public key is written in its one way, below 2^255 - 19: X25519 takes
     * others for the same point, under which a key that is there twice would not be seen.
     */
    static boolean isCanonical(byte[] key) {
        int last = POINT_BYTES - 1;
        if (key[last] < 0) {
            return false;
        }
        boolean isHigh = key[last] == Byte.MAX_VALUE && (key[0] & 0xff) >= 0xed;
        for (int i = 1; i < last; i++) {
            isHigh &= key[i] == -1;
        }
        return !isHigh;
    }

    /**
     * What both halves of X25519 give.
     *
     * @throws Refusal if the peer's point is of low order, so that the result is zero for any
     *     secret
     */
    byte[] point(byte[] peerPublicKey) throws Refusal {
        byte[] secret = new byte[POINT_BYTES];
        if (!isCanonical(peerPublicKey)) {
            throw new Refusal(Fault.WEAK_KEY, "X25519 key is not canonical");
        }
        if (!X25519.calculateAgreement(seed, 0, peerPublicKey, 0, secret, 0)) {
            throw new Refusal(Fault.WEAK_KEY, "X25519 key is of low order");
        }
        return secret;
    }

    /**
     * A secret for a peer, and what the peer needs to have it too; the same each time, and empty
     * where the agreement has no KEM.
     */
    Encapsulation encapsulate(byte[] peerPublicKey) throws Refusal {
        if (!agreement.isHybrid()) {
            return Encapsulation.NONE;
        }
        byte[] kemKey = Arrays.copyOfRange(peerPublicKey, POINT_BYTES, peerPublicKey.length);
        byte[] coins =
                KeyDerivation.derive(
                        seed, Sha256.of(peerPublicKey).bytes(), "ml-kem-768 encapsulation");
        try {
            SecretWithEncapsulation made =
                    MLKEMGenerator.internalGenerateEncapsulated(
                            new MLKEMPublicKeyParameters(Agreement.ML_KEM, kemKey), coins);
            return new Encapsulation(made.getSecret(), made.getEncapsulation());
        } catch (IllegalArgumentException e) {
            throw new Refusal(Fault.WEAK_KEY, "ML-KEM key is none: cause=" + e.getMessage());
        }
    }

    /** The secret that a peer encapsulated; for a ciphertext that nobody made, an unknown one. */
    Encapsulation decapsulate(byte[] ciphertext) {
        return kem.map(key -> new MLKEMExtractor(key).extractSecret(ciphertext))
                .map(secret -> new Encapsulation(secret, ciphertext))
                .orElse(Encapsulation.NONE);
    }

    /**
     * A secret and its ciphertext.
     *
     * @param secret 32 bytes
     * @param ciphertext for the holder of the private key
     */
    @SuppressWarnings("ArrayRecordComponent") // made and used once, never compared
    record Encapsulation(byte[] secret, byte[] ciphertext) {
        /** Where the agreement has no KEM. */
        static final Encapsulation NONE = new Encapsulation(new byte[0], new byte[0]);
    }
}
