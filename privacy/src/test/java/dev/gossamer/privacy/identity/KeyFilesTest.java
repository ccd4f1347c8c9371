package dev.gossamer.privacy.identity;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdDSAParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

@EnabledOnOs({OS.LINUX, OS.MAC})
class KeyFilesTest {
    private static final SigningKey KEY =
            SigningKey.fromBytes(
                    "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII));

    @TempDir Path folder;

    private static byte[] body(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    }

    @Test
    void privateKey_writtenAndRead_isTheSameAndItsOwnersAlone() throws IOException {
        Path file = folder.resolve("key.pem");

        KeyFiles.write(file, KEY);

        assertEquals(KEY.verifyingKey(), KeyFiles.readSigningKey(file).verifyingKey());
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    /** Java's own provider reads both files and makes and takes the same signatures. */
    @Test
    void keys_asFiles_areThoseOfTheStandards() throws IOException, GeneralSecurityException {
        Path file = folder.resolve("key.pem");
        KeyFiles.write(file, KEY);
        KeyFactory factory = KeyFactory.getInstance("Ed25519");
        PublicKey key =
                factory.generatePublic(
                        new X509EncodedKeySpec(body(KeyFiles.pem(KEY.verifyingKey()))));
        byte[] message = {1, 2, 3};

        Signature signer = Signature.getInstance("Ed25519");
        signer.setParameter(new EdDSAParameterSpec(false, SignatureContext.ROSTER.bytes()));
        signer.initSign(
                factory.generatePrivate(new PKCS8EncodedKeySpec(body(Files.readString(file)))));
        signer.update(message);

        byte[] ours = KEY.sign(SignatureContext.ROSTER, message);
        assertArrayEquals(ours, signer.sign());
        signer.initVerify(key);
        signer.update(message);
        assertTrue(signer.verify(ours));
    }

    @Test
    void privateKey_overAFileThatStands_isRefused() {
        Path file = folder.resolve("key.pem");
        KeyFiles.write(file, KEY);

        KeyFileException refused =
                assertThrows(KeyFileException.class, () -> KeyFiles.write(file, KEY));

        assertTrue(refused.getMessage().startsWith("a key is never overwritten"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----wx"})
    void privateKey_openToOthers_isRefused(String permissions) throws IOException {
        Path file = folder.resolve("key.pem");
        KeyFiles.write(file, KEY);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));

        KeyFileException refused =
                assertThrows(KeyFileException.class, () -> KeyFiles.readSigningKey(file));

        assertEquals(
                "private key is open to others, close it with chmod 600: file=" + file,
                refused.getMessage());
    }

    @Test
    void publicKey_writtenAndRead_isTheSame() throws IOException {
        Path file = folder.resolve("key.pub");
        Files.writeString(file, KeyFiles.pem(KEY.verifyingKey()));

        assertEquals(KEY.verifyingKey(), KeyFiles.readVerifyingKey(file));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\n****\n-----END PUBLIC KEY-----",
                "-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----"
            })
    void publicKey_ofAnotherFile_isRefused(String text) throws IOException {
        Path file = folder.resolve("key.pub");
        Files.writeString(file, text);

        assertThrows(KeyFileException.class, () -> KeyFiles.readVerifyingKey(file));
    }

    @Test
    void file_thatIsNotThereOrTooLong_isRefused() throws IOException {
        Path file = folder.resolve("key.pub");

        assertThrows(KeyFileException.class, () -> KeyFiles.readVerifyingKey(file));
        Files.writeString(file, "x".repeat(4097));
        assertEquals(
                "file is too long, bound=4096: file=" + file,
                assertThrows(KeyFileException.class, () -> KeyFiles.readVerifyingKey(file))
                        .getMessage());
    }
}
