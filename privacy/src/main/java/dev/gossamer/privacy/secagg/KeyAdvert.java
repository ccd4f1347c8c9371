package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.Roster;
import dev.gossamer.privacy.identity.SignatureContext;
import dev.gossamer.privacy.identity.SigningKey;
import dev.gossamer.privacy.identity.VerifyingKey;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A member's keys of one session, signed.
 *
 * <pre>
 * header | name length u8 | name | signer 32 | channel key | mask key
 *        | commitment to reveal 32 | commitment to self mask 32 | signature 64
 * </pre>
 *
 * <p>The signature is over all bytes before it, the digest of the session among them.
 *
 * @param name of the member
 * @param signer its long-term key, 32 bytes
 * @param channelKey for what others encrypt to it
 * @param maskKey for the masks that it shares with others
 * @param revealCommitment to its contribution to the joint randomness
 * @param selfMaskCommitment to the seed of the mask that it shares with nobody
 * @param signature by the long-term key
 */
@SuppressWarnings("ArrayRecordComponent") // a part of a message, never compared
record KeyAdvert(
        String name,
        byte[] signer,
        byte[] channelKey,
        byte[] maskKey,
        Sha256 revealCommitment,
        Sha256 selfMaskCommitment,
        byte[] signature) {

    /** A commitment to 32 secret bytes for one purpose, session and member. */
    static Sha256 commitment(String purpose, Session session, String name, byte[] secret) {
        return Sha256.of(
                KeyDerivation.ascii(KeyDerivation.VERSION + purpose),
                session.digest().bytes(),
                KeyDerivation.named(name),
                secret);
    }

    /** The advert of a member with these secrets. */
    static KeyAdvert signed(Session session, String name, SigningKey key, ClientSecrets secrets) {
        KeyAdvert unsigned =
                new KeyAdvert(
                        name,
                        key.verifyingKey().bytes(),
                        secrets.channelKey().publicKey(),
                        secrets.maskKey().publicKey(),
                        commitment("reveal", session, name, secrets.reveal()),
                        commitment("self-mask", session, name, secrets.selfMask()),
                        new byte[0]);
        byte[] signature = key.sign(SignatureContext.ROUND_KEYS, unsigned.signedBytes(session));
        return new KeyAdvert(
                name,
                unsigned.signer,
                unsigned.channelKey,
                unsigned.maskKey,
                unsigned.revealCommitment,
                unsigned.selfMaskCommitment,
                signature);
    }

    private byte[] signedBytes(Session session) {
        return session.begin(MessageKind.KEY_ADVERT).bytes(unsignedBody()).toBytes();
    }

    private byte[] unsignedBody() {
        return new ByteWriter()
                .bytes(KeyDerivation.named(name))
                .bytes(signer)
                .bytes(channelKey)
                .bytes(maskKey)
                .bytes(revealCommitment.bytes())
                .bytes(selfMaskCommitment.bytes())
                .toBytes();
    }

    /** The message without its header, as it stands in a {@link KeyList}. */
    byte[] body() {
        return new ByteWriter().bytes(unsignedBody()).bytes(signature).toBytes();
    }

    byte[] encode(Session session) {
        return session.begin(MessageKind.KEY_ADVERT).bytes(body()).toBytes();
    }

    static KeyAdvert decode(Session session, byte[] message) throws Refusal {
        ByteReader in = session.open(MessageKind.KEY_ADVERT, message);
        KeyAdvert advert = read(session, in);
        in.end();
        return advert;
    }

    static KeyAdvert read(Session session, ByteReader in) throws Refusal {
        int keyBytes = session.parameters().agreement().publicKeyBytes();
        return new KeyAdvert(
                readName(in),
                in.bytes("signer", VerifyingKey.BYTES),
                in.bytes("channel key", keyBytes),
                in.bytes("mask key", keyBytes),
                Sha256.fromBytes(in.bytes("commitment to reveal", Sha256.BYTES)),
                Sha256.fromBytes(in.bytes("commitment to self mask", Sha256.BYTES)),
                in.bytes("signature", VerifyingKey.SIGNATURE_BYTES));
    }

    static String readName(ByteReader in) throws Refusal {
        byte[] text = in.bytes("name", in.u8("name length"));
        try {
            return Roster.requireName(new String(text, StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new Refusal(Fault.MALFORMED, e.getMessage());
        }
    }

    /** Bytes of an advert behind its name. */
    static int fixedBytes(Session session) {
        return VerifyingKey.BYTES
                + 2 * session.parameters().agreement().publicKeyBytes()
                + 2 * Sha256.BYTES
                + VerifyingKey.SIGNATURE_BYTES;
    }

    /**
     * What nobody else may have: points alone, since a KEM key may be changed and its point not.
     */
    List<byte[]> publicValues() {
        return List.of(
                signer,
                Arrays.copyOf(channelKey, PairKey.POINT_BYTES),
                Arrays.copyOf(maskKey, PairKey.POINT_BYTES));
    }

    /** Whether {@code key} signed this. */
    boolean isSignedBy(VerifyingKey key, Session session) {
        return key.verifies(SignatureContext.ROUND_KEYS, signedBytes(session), signature);
    }
}
