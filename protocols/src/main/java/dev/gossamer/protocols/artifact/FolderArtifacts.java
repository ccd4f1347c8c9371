package dev.gossamer.protocols.artifact;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.ArtifactPort;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Artifacts as files of one folder, each named by its digest.
 *
 * <p>A file appears under its name only whole and synced, so that a crash leaves at most a file
 * that ends in {@code .part}. What the disk damages later is found when it is read. Safe for any
 * thread: files are written apart, and renamed and removed under this object's lock.
 */
public final class FolderArtifacts implements ArtifactPort {
    private static final Logger LOG = LoggerFactory.getLogger(FolderArtifacts.class);

    private static final int PIECE_BYTES = 1 << 16;

    private final Path folder;

    /**
     * The artifacts in {@code folder}, which is made where it does not exist.
     *
     * @throws ArtifactStoreException if it cannot be made
     */
    public FolderArtifacts(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new ArtifactStoreException("make the folder of artifacts", folder, e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws ArtifactStoreException if it cannot be written
     */
    @Override
    public Digest put(byte[] content) {
        Digest digest = Digest.of(content);
        if (!holds(digest)) {
            Path path = path(digest);
            try {
                write(content, path);
            } catch (IOException e) {
                throw new ArtifactStoreException("write an artifact", path, e);
            }
        }
        return digest;
    }

    /**
     * {@inheritDoc}
     *
     * <p>It is read through once, a piece at a time; a damaged file is removed.
     *
     * @throws ArtifactStoreException if it is there and cannot be read
     */
    @Override
    public boolean holds(Digest digest) {
        Path path = path(digest);
        MessageDigest sha = Digest.sha256();
        try (InputStream in = Files.newInputStream(path)) {
            byte[] piece = new byte[PIECE_BYTES];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                sha.update(piece, 0, count);
            }
        } catch (NoSuchFileException absent) {
            return false;
        } catch (IOException e) {
            throw new ArtifactStoreException("read an artifact", path, e);
        }
        return Digest.fromBytes(sha.digest()).equals(digest) || get(digest).isPresent();
    }

    private Path path(Digest digest) {
        return folder.resolve(digest.toString());
    }

    private void write(byte[] content, Path path) throws IOException {
        Path part = Files.createTempFile(folder, "artifact-", ".part");
        try {
            WholeFile.write(part, content);
            rename(part, path);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws ArtifactStoreException if it cannot be removed
     */
    @Override
    public synchronized void remove(Digest digest) {
        try {
            Files.deleteIfExists(path(digest));
        } catch (IOException e) {
            throw new ArtifactStoreException("remove an artifact", path(digest), e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws ArtifactStoreException if it is there and cannot be read
     */
    @Override
    public Optional<Part> read(Digest digest, long offset, int length) {
        Path path = path(digest);
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            if (offset < 0 || offset >= file.size()) {
                return Optional.empty();
            }
            int count = (int) Math.min(length, file.size() - offset);
            return Optional.of(new Part(file.size(), Pieces.read(file, offset, count)));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ArtifactStoreException("read an artifact", path, e);
        }
    }

    @Override
    public Inbox receive(Digest digest) {
        return new FileInbox(folder, digest, part -> rename(part, path(digest)));
    }

    private synchronized void rename(Path part, Path path) throws IOException {
        WholeFile.rename(part, path);
    }

    /**
     * {@inheritDoc}
     *
     * <p>A damaged file is removed, and counts as absent.
     *
     * @throws ArtifactStoreException if it is there and cannot be read
     */
    @Override
    public Optional<byte[]> get(Digest digest) {
        Path path = path(digest);
        try {
            byte[] content = Pieces.readAll(path);
            return Digest.of(content).equals(digest)
                    ? Optional.of(content)
                    : removeIfDamaged(digest, path);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException e) {
            throw new ArtifactStoreException("read an artifact", path, e);
        }
    }

    /** Looks again under the lock: a good file may have taken the damaged one's place. */
    private synchronized Optional<byte[]> removeIfDamaged(Digest digest, Path path)
            throws IOException {
        byte[] content = Pieces.readAll(path);
        if (Digest.of(content).equals(digest)) {
            return Optional.of(content);
        }
        Files.delete(path);
        LOG.warn("damaged artifact is removed: path={}, bytes={}", path, content.length);
        return Optional.empty();
    }
}
