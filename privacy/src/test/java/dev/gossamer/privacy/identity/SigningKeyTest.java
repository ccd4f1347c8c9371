package dev.gossamer.privacy.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.HexFormat;

class SigningKeyTest {
    private static final byte[] SECRET =
            HexFormat.of()
                    .parseHex("0305334e381af78f141cb666f6199f57bc3495335a256a95bd2a55bf546663f6");
    private static final byte[] MESSAGE =
            HexFormat.of().parseHex("f726936d19c800494e3fdaff20b276a8");
    private static final SigningKey KEY = SigningKey.fromBytes(SECRET);

    /** RFC 8032, section 7.2. */
    @ParameterizedTest
    @CsvSource({
        "foo, 55a4cc2f70a54e04288c5f4cd1e45a7bb520b36292911876cada7323198dd87a"
                + "8b36950b95130022907a7fb7c4e9b2d5f6cca685a587b4b21f4b888e4e7edb0d",
        "bar, fc60d5872fc46b3aa69f8b5b4351d5808f92bcc044606db097abab6dbcb1aee3"
                + "216c48e8b3b66431b5b186d1d28f8ee15a5ca2df6668346291c2043d4eb3e90d"
    })
    void signature_ofRfc8032_isThatOfItsContext(String context, String expected) {
        byte[] signature = KEY.sign(new SignatureContext(context), MESSAGE);

        assertEquals(
                "dfc9425e4f968f7f0c29f0259cf5f9aed6851c2bb4ad8bfb860cfee0ab248292",
                KEY.verifyingKey().toString());
        assertEquals(expected, HexFormat.of().formatHex(signature));
    }

    @Test
    void signature_withAnythingChanged_doesNotFit() {
        byte[] signature = KEY.sign(SignatureContext.ROUND_KEYS, MESSAGE);
        VerifyingKey key = KEY.verifyingKey();

        assertTrue(key.verifies(SignatureContext.ROUND_KEYS, MESSAGE, signature));
        assertFalse(key.verifies(SignatureContext.SURVIVORS, MESSAGE, signature));
        for (int i = 0; i < signature.length; i++) {
            byte[] changed = signature.clone();
            changed[i] ^= 1;
            assertFalse(key.verifies(SignatureContext.ROUND_KEYS, MESSAGE, changed), "byte " + i);
        }
        byte[] message = MESSAGE.clone();
        message[0] ^= 1;
        assertFalse(key.verifies(SignatureContext.ROUND_KEYS, message, signature));
        assertFalse(key.verifies(SignatureContext.ROUND_KEYS, MESSAGE, new byte[63]));
    }

    /** The neutral point, a point of order 4, and no point at all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0200000000000000000000000000000000000000000000000000000000000000",
                "00"
            })
    void verifyingKey_ofNoGoodPoint_isRefused(String hex) {
        assertThrows(IllegalArgumentException.class, () -> VerifyingKey.fromHex(hex));
    }

    @Test
    void verifyingKey_ofNoHex_isRefusedWithTheText() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> VerifyingKey.fromHex("abc"));

        assertEquals("public key is not 64 hexadecimal digits: key=abc", refused.getMessage());
    }

    @Test
    void signingKey_asText_hidesItsSecret() {
        assertFalse(KEY.toString().contains("0305334e"));
        assertThrows(IllegalArgumentException.class, () -> SigningKey.fromBytes(new byte[31]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with space", "tab\t", "umlaut ü"})
    void signatureContext_thatIsNotPrintableAscii_isRefused(String name) {
        assertThrows(IllegalArgumentException.class, () -> new SignatureContext(name));
    }
}
