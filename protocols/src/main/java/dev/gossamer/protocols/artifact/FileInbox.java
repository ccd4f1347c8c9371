package dev.gossamer.protocols.artifact;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.ArtifactPort;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;

/** An inbox whose bytes are in a file that ends in {@code .part} until they are whole. */
final class FileInbox implements ArtifactPort.Inbox {
    /** Gives a file that is whole and synced its name. */
    interface Naming {
        void name(Path part) throws IOException;
    }

    private final Path folder;
    private final Digest digest;
    private final Naming naming;
    private MessageDigest sha = Digest.sha256();
    private Optional<Path> part = Optional.empty();
    private long size;

    FileInbox(Path folder, Digest digest, Naming naming) {
        this.folder = folder;
        this.digest = digest;
        this.naming = naming;
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void append(byte[] data) {
        try {
            if (part.isEmpty()) {
                part = Optional.of(Files.createTempFile(folder, "artifact-", ".part"));
            }
            write(data, part.get());
        } catch (IOException e) {
            throw new ArtifactStoreException("write an artifact", folder, e);
        }
        sha.update(data);
        size += data.length;
    }

    private void write(byte[] data, Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            Pieces.write(data, file, size);
        }
    }

    @Override
    public boolean keep() {
        boolean right = part.isPresent() && Digest.fromBytes(sha.digest()).equals(digest);
        try {
            if (right) {
                try (FileChannel file = FileChannel.open(part.get(), StandardOpenOption.WRITE)) {
                    file.force(true);
                }
                naming.name(part.get());
                part = Optional.empty();
            }
        } catch (IOException e) {
            throw new ArtifactStoreException("keep an artifact", folder, e);
        } finally {
            discard();
        }
        return right;
    }

    @Override
    public void discard() {
        try {
            if (part.isPresent()) {
                Files.deleteIfExists(part.get());
            }
        } catch (IOException e) {
            throw new ArtifactStoreException("remove an artifact", folder, e);
        }
        part = Optional.empty();
        sha = Digest.sha256();
        size = 0;
    }
}
