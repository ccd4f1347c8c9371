package dev.gossamer.client.weights;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/**
 * The tensors of a TensorFlow bundle: an index, and one shard of data that stays mapped.
 *
 * <p>The index is a table as LevelDB writes it, uncompressed:
 *
 * <pre>
 * data blocks | index block | footer, 48 bytes: handle of a meta block, handle of the index block,
 *                             padding, magic u64LE
 * handle:      varint offset, varint bytes
 * block:       entries, restarts u32LE each, their count u32LE | type u8, 0: plain | crc u32LE
 * entry:       varint bytes shared with the key before, varint bytes of the key's rest,
 *              varint bytes of the value, the rest, the value
 * </pre>
 *
 * <p>Values are protobuf: data type 1, shape 2, shard 3, offset 4, bytes 5. Blocks are checked by
 * their sums, places against the shard, before any is used.
 */
final class TensorFlowBundle {
    /** Models of thousands of tensors have a megabyte. */
    private static final long MAX_INDEX_BYTES = 64L << 20;

    private static final int FOOTER_BYTES = 48;
    private static final int TRAILER_BYTES = 5;
    private static final long MAGIC = 0xdb4775248b80fb57L;
    private static final int MAX_DIMENSIONS = 8;
    private static final int FLOAT = 1;
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment index;
    private final MemorySegment data;
    private final String source;
    private final Map<String, StoredTensor> tensors = new TreeMap<>();

    private TensorFlowBundle(MemorySegment index, MemorySegment data, String source) {
        this.index = index;
        this.data = data;
        this.source = source;
    }

    /**
     * Maps the bundle of those two files.
     *
     * @throws WeightsFormatException if one cannot be read or is malformed
     */
    static Map<String, StoredTensor> read(Path index, Path data) {
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.READ)) {
            if (Files.size(index) > MAX_INDEX_BYTES) {
                throw new WeightsFormatException(
                        "index too long: file="
                                + index
                                + ", bytes="
                                + Files.size(index)
                                + ", bound="
                                + MAX_INDEX_BYTES);
            }
            MemorySegment shard =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            MemorySegment table = MemorySegment.ofArray(Files.readAllBytes(index));
            return read(table, shard, index.toString());
        } catch (IOException e) {
            throw JsonFile.unreadable(index, e);
        }
    }

    /** The fp32 tensors of an index and a shard in memory, by their names. */
    static Map<String, StoredTensor> read(MemorySegment index, MemorySegment data, String source) {
        TensorFlowBundle bundle = new TensorFlowBundle(index, data, source);
        bundle.readTable();
        return Collections.unmodifiableMap(bundle.tensors);
    }

    private void readTable() {
        if (index.byteSize() < FOOTER_BYTES) {
            throw malformed("file too short: bytes=" + index.byteSize());
        }
        MemorySegment footer = index.asSlice(index.byteSize() - FOOTER_BYTES);
        long magic = footer.get(LONG, FOOTER_BYTES - Long.BYTES);
        if (magic != MAGIC) {
            throw malformed("not the index of a bundle: magic=" + Long.toHexString(magic));
        }
        Cursor handles = new Cursor(footer);
        handles.varint();
        handles.varint();
        for (Entry entry : block(handles.varint(), handles.varint())) {
            Cursor handle = new Cursor(entry.value);
            for (Entry tensor : block(handle.varint(), handle.varint())) {
                if (!tensor.key.isEmpty()) { // the empty key is the bundle's own header
                    readTensor(tensor);
                }
            }
        }
    }

    private record Entry(String key, MemorySegment value) {}

    private List<Entry> block(long offset, long bytes) {
        long end = index.byteSize() - FOOTER_BYTES - TRAILER_BYTES;
        if (offset < 0 || bytes < Integer.BYTES || offset > end || bytes > end - offset) {
            throw malformed("block lies outside: offset=" + offset + ", bytes=" + bytes);
        }
        requireSum(offset, bytes);
        byte type = index.get(ValueLayout.JAVA_BYTE, offset + bytes);
        if (type != 0) {
            throw malformed("compressed block, which is not read: type=" + type);
        }
        long restarts = Integer.toUnsignedLong(index.get(INT, offset + bytes - Integer.BYTES));
        long entryBytes = bytes - Integer.BYTES - restarts * Integer.BYTES;
        if (entryBytes < 0) {
            throw malformed("block too short: bytes=" + bytes + ", restarts=" + restarts);
        }
        return entries(new Cursor(index.asSlice(offset, entryBytes)));
    }

    /** A CRC-32C, masked as LevelDB does, over the block and its type. */
    private void requireSum(long offset, long bytes) {
        CRC32C sum = new CRC32C();
        sum.update(index.asSlice(offset, bytes + 1).asByteBuffer());
        int masked = Integer.rotateRight((int) sum.getValue(), 15) + 0xa282ead8;
        int stored = index.get(INT, offset + bytes + 1);
        if (masked != stored) {
            throw malformed(
                    "damaged block: offset="
                            + offset
                            + ", sum="
                            + Integer.toHexString(masked)
                            + ", stored="
                            + Integer.toHexString(stored));
        }
    }

    private List<Entry> entries(Cursor block) {
        List<Entry> entries = new ArrayList<>();
        byte[] key = new byte[0];
        while (!block.atEnd()) {
            long shared = block.varint();
            long rest = block.varint();
            long value = block.varint();
            if (shared < 0 || shared > key.length) {
                throw malformed("bad key: shared bytes=" + shared + ", key before=" + key.length);
            }
            byte[] tail = block.take(rest).toArray(ValueLayout.JAVA_BYTE);
            byte[] next = new byte[(int) shared + tail.length];
            System.arraycopy(key, 0, next, 0, (int) shared);
            System.arraycopy(tail, 0, next, (int) shared, tail.length);
            key = next;
            entries.add(new Entry(new String(key, StandardCharsets.UTF_8), block.take(value)));
        }
        return entries;
    }

    private void readTensor(Entry entry) {
        ProtobufCursor value = new ProtobufCursor(entry.value, "TensorFlow bundle " + source);
        long type = 0;
        long shard = 0;
        long offset = 0;
        long bytes = 0;
        List<Long> shape = List.of();
        while (value.next()) {
            if (value.is(1, ProtobufCursor.VARINT)) {
                type = value.number();
            } else if (value.is(2, ProtobufCursor.BYTES)) {
                shape = shape(value.nested());
            } else if (value.is(3, ProtobufCursor.VARINT)) {
                shard = value.number();
            } else if (value.is(4, ProtobufCursor.VARINT)) {
                offset = value.number();
            } else if (value.is(5, ProtobufCursor.VARINT)) {
                bytes = value.number();
            }
        }
        if (type != FLOAT) {
            return; // a step counter, say; a tensor that is asked for will be missing by name
        }
        requirePlace(entry.key, shape, shard, offset, bytes);
        MemorySegment values = data.asSlice(offset, bytes);
        tensors.put(entry.key, new StoredTensor(source, entry.key, TensorType.F32, shape, values));
    }

    private List<Long> shape(ProtobufCursor message) {
        List<Long> shape = new ArrayList<>();
        while (message.next()) {
            if (message.is(2, ProtobufCursor.BYTES)) {
                ProtobufCursor dimension = message.nested();
                long size = 0;
                while (dimension.next()) {
                    size = dimension.is(1, ProtobufCursor.VARINT) ? dimension.number() : size;
                }
                shape.add(size);
            }
            if (shape.size() > MAX_DIMENSIONS) {
                throw malformed("too many dimensions: bound=" + MAX_DIMENSIONS);
            }
        }
        return shape;
    }

    private void requirePlace(String name, List<Long> shape, long shard, long offset, long bytes) {
        Optional<Long> expected = TensorType.F32.bytes(shape);
        boolean inside =
                offset >= 0 && bytes >= 0 && offset <= data.byteSize() - bytes && shard == 0;
        if (!inside || expected.filter(size -> size == bytes).isEmpty()) {
            throw malformed(
                    "tensor does not fit its shape or the data: tensor="
                            + name
                            + ", shape="
                            + shape
                            + ", shard="
                            + shard
                            + ", offset="
                            + offset
                            + ", bytes="
                            + bytes
                            + ", data bytes="
                            + data.byteSize());
        }
    }

    private WeightsFormatException malformed(String what) {
        return new WeightsFormatException("malformed TensorFlow bundle " + source + ": " + what);
    }

    /** A walk over bytes that never leaves them. */
    private final class Cursor {
        private static final int MAX_VARINT_BYTES = 10;

        private final MemorySegment bytes;
        private long position;

        Cursor(MemorySegment bytes) {
            this.bytes = bytes;
        }

        boolean atEnd() {
            return position == bytes.byteSize();
        }

        MemorySegment take(long count) {
            if (count < 0 || count > bytes.byteSize() - position) {
                throw malformed("entry runs past its block: bytes=" + count);
            }
            MemorySegment taken = bytes.asSlice(position, count);
            position += count;
            return taken;
        }

        long varint() {
            long value = 0;
            for (int i = 0; i < MAX_VARINT_BYTES; i++) {
                byte next = take(1).get(ValueLayout.JAVA_BYTE, 0);
                value |= (long) (next & 0x7F) << (7 * i);
                if (next >= 0) {
                    return value;
                }
            }
            throw malformed("number too long: bytes=" + MAX_VARINT_BYTES);
        }
    }
}
