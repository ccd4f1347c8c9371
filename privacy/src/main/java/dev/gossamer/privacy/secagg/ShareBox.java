package dev.gossamer.privacy.secagg;

import java.security.GeneralSecurityException;
import java.util.Arrays;

import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The two shares that one member deals another, under ChaCha20-Poly1305.
 *
 * <pre>
 * [ciphertext of the channel's KEM] | [ciphertext of the mask's KEM] | sealed shares 66 | tag 16
 * </pre>
 *
 * <p>The key is made for one session, pair and direction and seals one box, so the nonce is zero.
 * The KEM's ciphertexts are there in hybrid sessions; that for masks is made by the member with the
 * lower number. Both are authenticated along with session, view and the two numbers.
 *
 * @param channelCiphertext of the key under which the shares are sealed; empty without a KEM
 * @param maskCiphertext of the pair's mask; empty without a KEM, and from the higher number
 * @param sealed shares and tag
 */
@SuppressWarnings("ArrayRecordComponent") // a part of a message, never compared
record ShareBox(byte[] channelCiphertext, byte[] maskCiphertext, byte[] sealed) {
    private static final int SEALED_BYTES = 2 * PrimeField.ELEMENT_BYTES + 16;
    private static final String CIPHER = "ChaCha20-Poly1305";

    /**
     * The shares that a member deals another.
     *
     * @param ofMaskKey share of the seed of the dealer's mask key
     * @param ofSelfMask share of the seed of the dealer's self mask
     */
    @SuppressWarnings("ArrayRecordComponent") // a part of a message, never compared
    record Shares(byte[] ofMaskKey, byte[] ofSelfMask) {}

    /** The length of the box from one member to another. */
    static int bytes(Agreement agreement, int from, int to) {
        int ciphertexts = from < to ? 2 : 1;
        return ciphertexts * agreement.ciphertextBytes() + SEALED_BYTES;
    }

    static ShareBox read(Agreement agreement, int from, int to, ByteReader in) throws Refusal {
        int kem = agreement.ciphertextBytes();
        return new ShareBox(
                in.bytes("channel ciphertext", kem),
                in.bytes("mask ciphertext", from < to ? kem : 0),
                in.bytes("sealed shares", SEALED_BYTES));
    }

    byte[] encode() {
        return new ByteWriter()
                .bytes(channelCiphertext)
                .bytes(maskCiphertext)
                .bytes(sealed)
                .toBytes();
    }

    /** The box of {@code shares}. */
    static ShareBox seal(
            byte[] key, byte[] context, byte[] channelCt, byte[] maskCt, Shares shares) {
        byte[] plain =
                new ByteWriter().bytes(shares.ofMaskKey()).bytes(shares.ofSelfMask()).toBytes();
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, key, context, channelCt, maskCt).doFinal(plain);
            return new ShareBox(channelCt, maskCt, sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + CIPHER, e);
        }
    }

    /** The shares in the box, if it was sealed under this key for this context. */
    Shares open(byte[] key, byte[] context) throws Refusal {
        byte[] plain;
        try {
            plain =
                    cipher(Cipher.DECRYPT_MODE, key, context, channelCiphertext, maskCiphertext)
                            .doFinal(sealed);
        } catch (AEADBadTagException e) {
            throw new Refusal(Fault.BAD_SHARE, "shares were not sealed for this pair and session");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + CIPHER, e);
        }
        Shares shares =
                new Shares(
                        Arrays.copyOf(plain, PrimeField.ELEMENT_BYTES),
                        Arrays.copyOfRange(plain, PrimeField.ELEMENT_BYTES, plain.length));
        PrimeField.decode(shares.ofMaskKey());
        PrimeField.decode(shares.ofSelfMask());
        return shares;
    }

    private static Cipher cipher(
            int mode, byte[] key, byte[] context, byte[] channelCt, byte[] maskCt)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(new byte[12]));
        cipher.updateAAD(context);
        cipher.updateAAD(channelCt);
        cipher.updateAAD(maskCt);
        return cipher;
    }
}
