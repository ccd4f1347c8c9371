package dev.gossamer.protocols.artifact;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.StateException;
import dev.gossamer.protocols.node.StatePort;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A node's state as files of one folder, which is made with the first of them.
 *
 * <pre>
 * SHA-256 of the content, 32 bytes | content
 * </pre>
 *
 * <p>A file takes the former one's name only whole and synced, so that a crash leaves one of the
 * two, and at most a file that ends in {@code .part}. What the disk damages later is found by the
 * digest. Confined to one thread.
 */
public final class FolderState implements StatePort {
    private static final Logger LOG = LoggerFactory.getLogger(FolderState.class);

    private final Path folder;

    /** The state in {@code folder}. */
    public FolderState(Path folder) {
        this.folder = folder;
    }

    private Path path(String name) {
        StatePort.requireName(name);
        return folder.resolve(name + ".state");
    }

    /**
     * {@inheritDoc}
     *
     * <p>A damaged file is removed.
     */
    @Override
    public Optional<byte[]> get(String name) {
        Path path = path(name);
        try {
            Optional<byte[]> sound = sound(path);
            if (sound.isEmpty()) {
                LOG.warn("damaged state is removed: path={}, bytes={}", path, Files.size(path));
                Files.delete(path);
            }
            return sound;
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException e) {
            throw new StateException("read a state", path, e);
        }
    }

    /** The content of a file, if it has the digest that stands before it. */
    private static Optional<byte[]> sound(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            long length = file.size() - Digest.BYTES;
            if (length < 0 || length > Integer.MAX_VALUE) {
                return Optional.empty();
            }
            byte[] digest = Pieces.read(file, 0, Digest.BYTES);
            byte[] content = Pieces.read(file, Digest.BYTES, (int) length);
            return Digest.of(content).equals(Digest.fromBytes(digest))
                    ? Optional.of(content)
                    : Optional.empty();
        }
    }

    @Override
    public void put(String name, byte[] content) {
        Path path = path(name);
        Path part = folder.resolve(name + ".part");
        try {
            Files.createDirectories(folder);
            try {
                WholeFile.write(part, Digest.of(content).bytes(), content);
                WholeFile.rename(part, path);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new StateException("write a state", path, e);
        }
    }

    @Override
    public void remove(String name) {
        Path path = path(name);
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new StateException("remove a state", path, e);
        }
    }
}
