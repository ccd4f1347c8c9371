package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.HexFormat;

/** The primitives as this package calls them, against the vectors of their specifications. */
class RfcVectorsTest {
    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    /** RFC 8439, appendix A.1: key, number of the block, block; the nonce is zero. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000000000000000000000000000000000000000000000000000, 0,"
                + " 76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
                + "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586",
        "0000000000000000000000000000000000000000000000000000000000000000, 1,"
                + " 9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
                + "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f",
        "0000000000000000000000000000000000000000000000000000000000000001, 1,"
                + " 3aeb5224ecf849929b9d828db1ced4dd832025e8018b8160b82284f3c949aa5a"
                + "8eca00bbb4a73bdad192b5c42f73f2fd4e273644c8b36125a64addeb006c13a0",
        "00ff000000000000000000000000000000000000000000000000000000000000, 2,"
                + " 72d54dfbf12ec44b362692df94137f328fea8da73990265ec1bbbea1ae9af0ca"
                + "13b25aa26cb4a648cb9b9d1be65b2c0924a66c54d545ec1b7374f4872e99f096"
    })
    void maskStream_ofRfc8439_isItsKeystream(String key, int block, String expected) {
        byte[] stream = MaskStream.of(hex(key)).next(64 * (block + 1));

        assertEquals(
                expected.strip(), HexFormat.of().formatHex(stream, 64 * block, 64 * (block + 1)));
    }

    /** RFC 7748, section 6.1. */
    @Test
    void pairKey_ofRfc7748_agreesAsItSays() throws Refusal {
        PairKey alice =
                PairKey.of(
                        Agreement.X25519,
                        hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
        PairKey bob =
                PairKey.of(
                        Agreement.X25519,
                        hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));

        assertArrayEquals(
                hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"),
                alice.publicKey());
        assertArrayEquals(
                hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"),
                bob.publicKey());
        byte[] shared = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
        assertArrayEquals(shared, alice.point(bob.publicKey()));
        assertArrayEquals(shared, bob.point(alice.publicKey()));
    }

    /** RFC 5869, appendix A, cases 1 and 3. */
    @ParameterizedTest
    @CsvSource({
        "000102030405060708090a0b0c, f0f1f2f3f4f5f6f7f8f9,"
                + " 3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                + "34007208d5b887185865",
        "'', '',"
                + " 8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
                + "9d201395faa4b61a96c8"
    })
    void hkdf_ofRfc5869_givesItsOutput(String salt, String info, String expected) {
        byte[] secret = new byte[22];
        Arrays.fill(secret, (byte) 0x0b);

        assertEquals(
                expected.strip(),
                HexFormat.of().formatHex(KeyDerivation.hkdf(secret, hex(salt), hex(info), 42)));
    }

    /** The AEAD of RFC 8439 by another implementation, at the zero nonce that boxes have. */
    @Test
    void shareBox_sealed_isOpenedByBouncyCastle() throws InvalidCipherTextException {
        byte[] key = MaskStream.of(new byte[32]).next(32);
        byte[] context = hex("0102030405");
        byte[] shares = MaskStream.of(key).next(66);
        shares[32] = 0;
        shares[65] = 1;

        ShareBox box =
                ShareBox.seal(
                        key,
                        context,
                        new byte[0],
                        new byte[0],
                        new ShareBox.Shares(
                                Arrays.copyOf(shares, 33), Arrays.copyOfRange(shares, 33, 66)));

        ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
        cipher.init(false, new AEADParameters(new KeyParameter(key), 128, new byte[12], context));
        byte[] opened = new byte[66];
        int done = cipher.processBytes(box.sealed(), 0, box.sealed().length, opened, 0);
        cipher.doFinal(opened, done);
        assertArrayEquals(shares, opened);
    }
}
