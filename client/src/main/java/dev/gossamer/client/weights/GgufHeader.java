package dev.gossamer.client.weights;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stands before the data of a GGUF file, checked. */
record GgufHeader(Map<String, GgufValue> metadata, List<GgufTensor> tensors) {
    private static final int MAGIC = 0x46554747; // "GGUF", little-endian
    private static final int FIRST_VERSION = 2;
    private static final int LAST_VERSION = 3;

    /** ggml allows 64 bytes; some builds of it twice as many. */
    private static final int MAX_NAME_BYTES = 256;

    private static final int MAX_KEY_BYTES = 1 << 16;

    /** Chat templates take some tens of kilobytes; nothing takes more. */
    private static final int MAX_TEXT_BYTES = 1 << 24;

    /** Models of a hundred layers have about a thousand tensors, mixtures of experts more. */
    private static final int MAX_TENSORS = 1 << 16;

    private static final int MAX_KEYS = 1 << 16;
    private static final int MAX_SIDES = 4;
    private static final int DEFAULT_ALIGNMENT = 32;
    private static final int MAX_ALIGNMENT = 1 << 16;

    /** A name's length, one side, a type and an offset at least. */
    private static final int MIN_TENSOR_BYTES = 8 + 4 + 8 + 4 + 8;

    /** A key's length and a type at least, and one byte. */
    private static final int MIN_KEY_BYTES = 8 + 4 + 1;

    /** The other types of ggml by number, to name what is refused. */
    private static final Map<Integer, String> UNSUPPORTED =
            Map.ofEntries(
                    Map.entry(9, "Q8_1"),
                    Map.entry(10, "Q2_K"),
                    Map.entry(11, "Q3_K"),
                    Map.entry(15, "Q8_K"),
                    Map.entry(16, "IQ2_XXS"),
                    Map.entry(17, "IQ2_XS"),
                    Map.entry(18, "IQ3_XXS"),
                    Map.entry(19, "IQ1_S"),
                    Map.entry(20, "IQ4_NL"),
                    Map.entry(21, "IQ3_S"),
                    Map.entry(22, "IQ2_S"),
                    Map.entry(23, "IQ4_XS"),
                    Map.entry(24, "I8"),
                    Map.entry(25, "I16"),
                    Map.entry(26, "I32"),
                    Map.entry(27, "I64"),
                    Map.entry(28, "F64"),
                    Map.entry(29, "IQ1_M"),
                    Map.entry(34, "TQ1_0"),
                    Map.entry(35, "TQ2_0"),
                    Map.entry(39, "MXFP4"));

    static GgufHeader read(MemorySegment bytes, String source) {
        GgufCursor cursor = new GgufCursor(bytes, source);
        requireVersion(cursor);
        int tensorCount = cursor.count("tensors", MAX_TENSORS, MIN_TENSOR_BYTES);
        int keyCount = cursor.count("keys", MAX_KEYS, MIN_KEY_BYTES);
        Map<String, GgufValue> metadata = metadata(cursor, keyCount);
        Map<String, GgufTensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < tensorCount; i++) {
            GgufTensor tensor = tensor(cursor);
            if (tensors.put(tensor.name(), tensor) != null) {
                throw cursor.malformed("tensor twice: tensor=" + tensor.name());
            }
        }
        int alignment = alignment(cursor, metadata);
        long start = Math.ceilDiv(cursor.position(), alignment) * (long) alignment;
        return new GgufHeader(
                metadata,
                placed(cursor, List.copyOf(tensors.values()), alignment, start, bytes.byteSize()));
    }

    private static void requireVersion(GgufCursor cursor) {
        int magic = cursor.int32();
        if (magic != MAGIC) {
            throw cursor.malformed("does not begin with GGUF: magic=" + Integer.toHexString(magic));
        }
        int version = cursor.int32();
        if (version < FIRST_VERSION || version > LAST_VERSION) {
            int swapped = Integer.reverseBytes(version);
            boolean bigEndian = swapped >= FIRST_VERSION && swapped <= LAST_VERSION;
            throw cursor.malformed(
                    "version that is not read: version="
                            + (bigEndian ? swapped + " big-endian" : version)
                            + ", supported="
                            + FIRST_VERSION
                            + " to "
                            + LAST_VERSION
                            + " little-endian");
        }
    }

    private static Map<String, GgufValue> metadata(GgufCursor cursor, int count) {
        GgufValueReader reader = new GgufValueReader(cursor, MAX_TEXT_BYTES);
        Map<String, GgufValue> metadata = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String key = cursor.text("key", MAX_KEY_BYTES);
            if (metadata.put(key, reader.read(key)) != null) {
                throw cursor.malformed("key twice: key=" + key);
            }
        }
        return metadata;
    }

    private static int alignment(GgufCursor cursor, Map<String, GgufValue> metadata) {
        GgufValue value = metadata.get("general.alignment");
        if (value == null) {
            return DEFAULT_ALIGNMENT;
        }
        if (value instanceof GgufValue.Whole(long alignment)
                && alignment >= 1
                && alignment <= MAX_ALIGNMENT
                && Long.bitCount(alignment) == 1) {
            return (int) alignment;
        }
        throw cursor.malformed(
                "alignment is no power of two: general.alignment="
                        + value
                        + ", bound="
                        + MAX_ALIGNMENT);
    }

    /** Reads a tensor whose offset still counts from the start of the data. */
    private static GgufTensor tensor(GgufCursor cursor) {
        String name = cursor.text("tensor name", MAX_NAME_BYTES);
        long count = cursor.uint32();
        if (count < 1 || count > MAX_SIDES) {
            throw cursor.malformed(
                    "number of sides out of bounds: tensor="
                            + name
                            + ", sides="
                            + count
                            + ", bounds=1 to "
                            + MAX_SIDES);
        }
        List<Long> sides = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sides.add(side(cursor, name));
        }
        BlockType type = type(cursor, name);
        long offset = cursor.int64();
        if (offset < 0) {
            throw cursor.malformed(
                    "tensor lies outside of the file: tensor="
                            + name
                            + ", offset="
                            + Long.toUnsignedString(offset));
        }
        return new GgufTensor(name, sides, type, offset, size(cursor, name, sides, type));
    }

    private static long side(GgufCursor cursor, String name) {
        long side = cursor.int64();
        if (side < 1 || side > Integer.MAX_VALUE) {
            throw cursor.malformed(
                    "side out of bounds: tensor="
                            + name
                            + ", side="
                            + Long.toUnsignedString(side)
                            + ", bounds=1 to "
                            + Integer.MAX_VALUE);
        }
        return side;
    }

    private static BlockType type(GgufCursor cursor, String name) {
        int id = cursor.int32();
        Optional<BlockType> type = BlockType.ofId(id);
        return type.orElseThrow(
                () ->
                        cursor.malformed(
                                "block type that is not supported: tensor="
                                        + name
                                        + ", type="
                                        + UNSUPPORTED.getOrDefault(id, Integer.toUnsignedString(id))
                                        + ", supported="
                                        + Arrays.toString(BlockType.values())));
    }

    private static long size(GgufCursor cursor, String name, List<Long> sides, BlockType type) {
        try {
            long rows = 1;
            for (long side : sides.subList(1, sides.size())) {
                rows = Math.multiplyExact(rows, side);
            }
            return Math.multiplyExact(rows, type.rowBytes(sides.getFirst()));
        } catch (ArithmeticException e) {
            throw new WeightsFormatException(
                    cursor.message("tensor is too large: tensor=" + name + ", sides=" + sides), e);
        } catch (IllegalArgumentException e) {
            throw new WeightsFormatException(
                    cursor.message("tensor=" + name + ": " + e.getMessage()), e);
        }
    }

    /**
     * The tensors with offsets from the start of the file, each within it and none over another.
     */
    private static List<GgufTensor> placed(
            GgufCursor cursor,
            List<GgufTensor> tensors,
            int alignment,
            long start,
            long fileBytes) {
        List<GgufTensor> placed = new ArrayList<>();
        for (GgufTensor tensor : tensors) {
            if (tensor.offset() % alignment != 0) {
                throw cursor.malformed(
                        "tensor is not aligned: tensor="
                                + tensor.name()
                                + ", offset="
                                + tensor.offset()
                                + ", alignment="
                                + alignment);
            }
            long left = fileBytes - start;
            if (tensor.bytes() > left || tensor.offset() > left - tensor.bytes()) {
                throw cursor.malformed(
                        "tensor lies outside of the file, which may be cut: tensor="
                                + tensor.name()
                                + ", offset="
                                + tensor.offset()
                                + ", bytes="
                                + tensor.bytes()
                                + ", bound="
                                + Math.max(left, 0));
            }
            placed.add(tensor.movedBy(start));
        }
        requireApart(cursor, placed);
        return placed;
    }

    private static void requireApart(GgufCursor cursor, List<GgufTensor> tensors) {
        List<GgufTensor> inOrder = new ArrayList<>(tensors);
        inOrder.sort(Comparator.comparingLong(GgufTensor::offset));
        for (int i = 1; i < inOrder.size(); i++) {
            GgufTensor before = inOrder.get(i - 1);
            GgufTensor after = inOrder.get(i);
            if (before.end() > after.offset()) {
                throw cursor.malformed(
                        "tensors overlap: tensor="
                                + before.name()
                                + ", end="
                                + before.end()
                                + ", next tensor="
                                + after.name()
                                + ", offset="
                                + after.offset());
            }
        }
    }
}
