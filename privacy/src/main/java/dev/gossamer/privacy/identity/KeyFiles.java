package dev.gossamer.privacy.identity;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;

/**
 * Keys as PEM files, as OpenSSL writes and reads them: PKCS #8 for private keys, SPKI for public
 * ones (RFC 8410).
 *
 * <p>A private key's file is made for its owner alone, never over a file that stands, and is not
 * believed when others can read it. Where the file system knows no POSIX permissions, its folder
 * has to protect it.
 */
public final class KeyFiles {
    private static final String PRIVATE = "PRIVATE KEY";
    private static final String PUBLIC = "PUBLIC KEY";

    /** All of DER before the 32 bytes of the key: algorithm 1.3.101.112, no parameters. */
    private static final byte[] PRIVATE_HEAD =
            HexFormat.of().parseHex("302e020100300506032b657004220420");

    private static final byte[] PUBLIC_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    /** Far above the 119 bytes of a private key's file. */
    private static final int MAX_BYTES = 4096;

    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OTHERS =
            PosixFilePermissions.fromString("---rwxrwx");

    private KeyFiles() {}

    /**
     * Writes {@code key} to a new file that its owner alone can read.
     *
     * @throws KeyFileException if {@code file} exists or cannot be written
     */
    public static void write(Path file, SigningKey key) {
        byte[] pem = pem(PRIVATE, PRIVATE_HEAD, key.secret());
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes =
                posix
                        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                        : new FileAttribute<?>[0];
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        attributes)) {
            Channels.newOutputStream(channel).write(pem);
            channel.force(true);
        } catch (FileAlreadyExistsException e) {
            throw new KeyFileException("a key is never overwritten, choose another file", file, e);
        } catch (IOException e) {
            throw new KeyFileException("cannot write a private key", file, e);
        }
    }

    /**
     * The private key in {@code file}.
     *
     * @throws KeyFileException if others than its owner can read it, or it holds no Ed25519 key
     */
    public static SigningKey readSigningKey(Path file) {
        requireOwnerOnly(file);
        return SigningKey.fromBytes(key(PRIVATE, PRIVATE_HEAD, file));
    }

    /** The PEM text of a public key. */
    public static String pem(VerifyingKey key) {
        return new String(pem(PUBLIC, PUBLIC_HEAD, key.bytes()), StandardCharsets.US_ASCII);
    }

    /**
     * The public key in the PEM file {@code file}.
     *
     * @throws KeyFileException if it holds no Ed25519 public key
     */
    public static VerifyingKey readVerifyingKey(Path file) {
        byte[] key = key(PUBLIC, PUBLIC_HEAD, file);
        try {
            return VerifyingKey.fromBytes(key);
        } catch (IllegalArgumentException e) {
            throw new KeyFileException("not an Ed25519 public key", file, e);
        }
    }

    private static void requireOwnerOnly(Path file) {
        if (!file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try {
            if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
                throw new KeyFileException(
                        "private key is open to others, close it with chmod 600", file);
            }
        } catch (IOException e) {
            throw new KeyFileException("cannot read a private key", file, e);
        }
    }

    private static byte[] pem(String label, byte[] head, byte[] key) {
        byte[] der = Arrays.copyOf(head, head.length + key.length);
        System.arraycopy(key, 0, der, head.length, key.length);
        String text =
                "-----BEGIN "
                        + label
                        + "-----\n"
                        + Base64.getEncoder().encodeToString(der)
                        + "\n-----END "
                        + label
                        + "-----\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] key(String label, byte[] head, Path file) {
        String text = text(file);
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        if (!text.startsWith(begin) || !text.endsWith(end)) {
            throw new KeyFileException("not a PEM file of one " + label, file);
        }
        byte[] der;
        try {
            String body = text.substring(begin.length(), text.length() - end.length());
            der = Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new KeyFileException("PEM file with broken Base64", file, e);
        }
        if (der.length != head.length + VerifyingKey.BYTES
                || !Arrays.equals(der, 0, head.length, head, 0, head.length)) {
            throw new KeyFileException("not an Ed25519 key as RFC 8410 writes it", file);
        }
        return Arrays.copyOfRange(der, head.length, der.length);
    }

    private static String text(Path file) {
        return read(file, MAX_BYTES).strip();
    }

    /** The ASCII text of a small file, read only as far as its bound. */
    static String read(Path file, int maxBytes) {
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new KeyFileException("file is too long, bound=" + maxBytes, file);
            }
            return new String(bytes, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new KeyFileException("cannot read", file, e);
        }
    }
}
