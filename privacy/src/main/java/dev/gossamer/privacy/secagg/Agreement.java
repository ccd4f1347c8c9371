package dev.gossamer.privacy.secagg;

import org.bouncycastle.crypto.params.MLKEMParameters;

/** How two members come to a common key. */
public enum Agreement {
    /** X25519 (RFC 7748). */
    X25519(0, 0, 0),

    /**
     * X25519 and ML-KEM-768 (FIPS 203), the two halves of X-Wing: the key is safe while either is,
     * so that what is recorded today is not opened by a quantum computer tomorrow.
     */
    X25519_ML_KEM_768(1, 1184, 1088);

    static final MLKEMParameters ML_KEM = MLKEMParameters.ml_kem_768;

    private final int code;
    private final int kemKeyBytes;
    private final int ciphertextBytes;

    Agreement(int code, int kemKeyBytes, int ciphertextBytes) {
        this.code = code;
        this.kemKeyBytes = kemKeyBytes;
        this.ciphertextBytes = ciphertextBytes;
    }

    /** The length of a public key. */
    public int publicKeyBytes() {
        return PairKey.POINT_BYTES + kemKeyBytes;
    }

    /** The length of what one member has to send the other, zero where keys are enough. */
    public int ciphertextBytes() {
        return ciphertextBytes;
    }

    /** The agreement as a byte. */
    int code() {
        return code;
    }

    boolean isHybrid() {
        return ciphertextBytes > 0;
    }
}
