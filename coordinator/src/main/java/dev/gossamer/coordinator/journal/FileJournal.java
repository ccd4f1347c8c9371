package dev.gossamer.coordinator.journal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A journal in one file, synced at every append.
 *
 * <pre>
 *  0           4            8            12
 *  +-----------+------------+------------+----------------------+
 *  | length    | CRC32C of  | CRC32C of  | entry                |   repeated
 *  | 4, BE     | the length | the entry  | length               |
 *  +-----------+------------+------------+----------------------+
 * </pre>
 *
 * <p>A crash may leave a torn record at the end: it was never acknowledged, and is cut off when the
 * file is opened. Damage before the end is not a crash's doing, and the file is refused. The file
 * is locked while open, so that two coordinators never write one run. Confined to one thread.
 */
public final class FileJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);

    private static final int HEADER_BYTES = 12;

    /** A record holds one report, which came in one frame, or a run file. */
    private static final int MAX_RECORD_BYTES = 16 << 20;

    private final Path file;
    private final FileChannel channel;
    private final List<Entry> recovered;

    /**
     * Opens {@code file}, or begins it.
     *
     * @throws JournalException if it cannot be read, is damaged, or is open elsewhere
     */
    public FileJournal(Path file) {
        this.file = file;
        try {
            channel =
                    FileChannel.open(
                            file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new JournalException("cannot open the journal", file, e);
        }
        try {
            lock();
            recovered = List.copyOf(recover());
        } catch (IOException e) {
            closeQuietly(e);
            throw new JournalException("cannot read the journal", file, e);
        }
    }

    private void lock() throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw new IOException("another coordinator of this process has it open", e);
        }
        if (lock == null) {
            throw new IOException("another coordinator has it open");
        }
    }

    private void closeQuietly(IOException cause) {
        try {
            channel.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private List<Entry> recover() throws IOException {
        List<Entry> entries = new ArrayList<>();
        long end = 0;
        Optional<byte[]> record = record(end);
        while (record.isPresent()) {
            entries.add(entry(end, record.get()));
            end += HEADER_BYTES + record.get().length;
            record = record(end);
        }
        if (channel.size() > end) {
            long bytes = channel.size() - end;
            LOG.warn("torn record is cut off: file={}, offset={}, bytes={}", file, end, bytes);
            channel.truncate(end);
        }
        channel.force(true);
        channel.position(end);
        if (entries.isEmpty()) {
            syncFolder();
        }
        return entries;
    }

    private static Entry entry(long offset, byte[] content) throws IOException {
        try {
            return EntryCodec.decode(content);
        } catch (IOException e) {
            throw new IOException(
                    "record is damaged: offset=" + offset + ", cause=" + e.getMessage(), e);
        }
    }

    /** The name of a new file is durable once its folder is; not all systems can open one. */
    private void syncFolder() throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Path folder = file.toAbsolutePath().getParent();
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    /** The record at {@code offset}; empty where the file ends there or in the midst of it. */
    private Optional<byte[]> record(long offset) throws IOException {
        long left = channel.size() - offset;
        if (left < HEADER_BYTES) {
            return Optional.empty();
        }
        ByteBuffer header = ByteBuffer.wrap(read(offset, HEADER_BYTES));
        int length = header.getInt();
        if (checksum(header.array(), Integer.BYTES) != header.getInt() || length < 1) {
            return tornOrDamaged(offset, zerosFrom(offset + HEADER_BYTES));
        }
        if (length > MAX_RECORD_BYTES) {
            return tornOrDamaged(offset, false);
        }
        if (length > left - HEADER_BYTES) {
            return Optional.empty();
        }
        byte[] content = read(offset + HEADER_BYTES, length);
        boolean last = length == left - HEADER_BYTES;
        return checksum(content, length) == header.getInt()
                ? Optional.of(content)
                : tornOrDamaged(offset, last);
    }

    /** A file system may have grown the file and not yet have written the record. */
    private boolean zerosFrom(long offset) throws IOException {
        long left = channel.size() - offset;
        if (left > MAX_RECORD_BYTES) {
            return false;
        }
        for (byte next : read(offset, (int) left)) {
            if (next != 0) {
                return false;
            }
        }
        return true;
    }

    private static Optional<byte[]> tornOrDamaged(long offset, boolean torn) throws IOException {
        if (torn) {
            return Optional.empty();
        }
        throw new IOException("record is damaged: offset=" + offset);
    }

    private byte[] read(long offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(new byte[length]);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new IOException("file shrank while it was read: offset=" + offset);
            }
        }
        return buffer.array();
    }

    private static int checksum(byte[] content, int length) {
        CRC32C crc = new CRC32C();
        crc.update(content, 0, length);
        return (int) crc.getValue();
    }

    @Override
    public List<Entry> recovered() {
        return recovered;
    }

    @Override
    public void append(Entry entry) {
        byte[] content = EntryCodec.encode(entry);
        if (content.length > MAX_RECORD_BYTES) {
            throw new IllegalArgumentException(
                    "entry is too large: bytes=" + content.length + ", bound=" + MAX_RECORD_BYTES);
        }
        ByteBuffer record = ByteBuffer.allocate(HEADER_BYTES + content.length);
        record.putInt(content.length).putInt(checksum(record.array(), Integer.BYTES));
        record.putInt(checksum(content, content.length)).put(content).flip();
        try {
            while (record.hasRemaining()) {
                channel.write(record);
            }
            channel.force(false);
        } catch (IOException e) {
            // Part of the record may be there: nothing may follow it.
            closeQuietly(e);
            throw new JournalException("cannot write the journal", file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new JournalException("cannot close the journal", file, e);
        }
    }
}
