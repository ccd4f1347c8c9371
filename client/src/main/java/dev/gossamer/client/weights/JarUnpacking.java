package dev.gossamer.client.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** The unpacking of an artifact's files from its archive, each complete or not at all. */
final class JarUnpacking {
    private static final int COPY_BYTES = 1 << 20;

    private final Artifact artifact;
    private final Path folder;

    private JarUnpacking(Artifact artifact, Path folder) {
        this.artifact = artifact;
        this.folder = folder;
    }

    /** Unpacks every entry of {@code artifact} from {@code jar} into {@code folder}. */
    static void unpack(Artifact artifact, Path jar, Path folder) throws IOException {
        Files.createDirectories(folder);
        JarUnpacking unpacking = new JarUnpacking(artifact, folder);
        Map<String, Map<String, MavenArtifact.Entry>> zips = new TreeMap<>();
        try (ZipFile file = new ZipFile(jar.toFile())) {
            for (MavenArtifact.Entry entry : artifact.entries()) {
                if (entry.innerPath().isPresent()) {
                    zips.computeIfAbsent(entry.jarPath(), path -> new TreeMap<>())
                            .put(entry.innerPath().get(), entry);
                } else {
                    unpacking.plain(entry, file);
                }
            }
            for (Map.Entry<String, Map<String, MavenArtifact.Entry>> zip : zips.entrySet()) {
                unpacking.nested(zip.getKey(), zip.getValue(), file);
            }
        }
    }

    private void plain(MavenArtifact.Entry entry, ZipFile jar) throws IOException {
        ZipEntry found = jar.getEntry(entry.path());
        requireSize(entry, found == null ? -1 : found.getSize());
        try (InputStream stream = jar.getInputStream(found)) {
            write(entry, stream);
        }
    }

    /** One pass over a zip that is an entry of the jar. */
    private void nested(String zip, Map<String, MavenArtifact.Entry> wanted, ZipFile jar)
            throws IOException {
        Map<String, MavenArtifact.Entry> missing = new TreeMap<>(wanted);
        ZipEntry outer = jar.getEntry(zip);
        if (outer != null) {
            try (ZipInputStream inner = new ZipInputStream(jar.getInputStream(outer))) {
                ZipEntry found = inner.getNextEntry();
                while (found != null && !missing.isEmpty()) {
                    MavenArtifact.Entry entry = missing.remove(found.getName());
                    if (entry != null) {
                        write(entry, inner);
                    }
                    found = inner.getNextEntry();
                }
            }
        }
        for (MavenArtifact.Entry entry : missing.values()) {
            requireSize(entry, -1);
        }
    }

    private void requireSize(MavenArtifact.Entry entry, long found) {
        if (found != entry.sizeBytes()) {
            throw new ArtifactUnavailableException(
                    "entry missing or of another size in "
                            + artifact.coordinates()
                            + ": path="
                            + entry.path()
                            + ", sizeBytes="
                            + (found < 0 ? "none" : String.valueOf(found))
                            + ", expected="
                            + entry.sizeBytes()
                            + "; report this, the catalogue is wrong");
        }
    }

    private void write(MavenArtifact.Entry entry, InputStream from) throws IOException {
        Path temporary = Files.createTempFile(folder, entry.fileName(), ".part");
        try {
            copyDurably(from, temporary);
            requireSize(entry, Files.size(temporary));
            Files.move(
                    temporary,
                    folder.resolve(entry.fileName()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static void copyDurably(InputStream from, Path to) throws IOException {
        // Not closed: a zip within a zip goes on with its next entry.
        @SuppressWarnings("resource")
        ReadableByteChannel in = Channels.newChannel(from);
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            while (in.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
                buffer.clear();
            }
            out.force(true);
        }
    }
}
