package dev.gossamer.protocols.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The two steps to a file that is there whole or not at all, whenever the machine stops. */
final class WholeFile {
    private WholeFile() {}

    /** Writes {@code parts} one behind the other into {@code file}, and syncs it. */
    static void write(Path file, byte[]... parts) throws IOException {
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            long at = 0;
            for (byte[] part : parts) {
                Pieces.write(part, channel, at);
                at += part.length;
            }
            channel.force(true);
        }
    }

    /** Gives {@code part}, which is synced, the name {@code path} in the same folder. */
    static void rename(Path part, Path path) throws IOException {
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
        Path folder = path.toAbsolutePath().getParent();
        // The new name is durable once the folder is; systems without POSIX cannot open one.
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }
}
