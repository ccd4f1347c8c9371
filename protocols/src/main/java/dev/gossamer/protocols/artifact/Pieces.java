package dev.gossamer.protocols.artifact;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads and writes files a piece at a time: a channel copies what it is given into memory of its
 * own, outside of the heap, and keeps that.
 */
final class Pieces {
    private static final int BYTES = 1 << 18;

    private Pieces() {}

    static void write(byte[] data, FileChannel file, long position) throws IOException {
        ByteBuffer rest = ByteBuffer.wrap(data);
        while (rest.position() < data.length) {
            rest.limit(Math.min(data.length, rest.position() + BYTES));
            file.write(rest, position + rest.position());
        }
    }

    static byte[] read(FileChannel file, long position, int length) throws IOException {
        byte[] data = new byte[length];
        ByteBuffer rest = ByteBuffer.wrap(data);
        while (rest.position() < length) {
            rest.limit(Math.min(length, rest.position() + BYTES));
            if (file.read(rest, position + rest.position()) < 0) {
                throw new EOFException("file became shorter while it was read");
            }
        }
        return data;
    }

    static byte[] readAll(Path path) throws IOException {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            return read(file, 0, Math.toIntExact(file.size()));
        }
    }
}
