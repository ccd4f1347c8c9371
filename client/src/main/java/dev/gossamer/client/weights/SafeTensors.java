package dev.gossamer.client.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The tensors of one safetensors file, which stays mapped and is never copied as a whole.
 *
 * <pre>
 * 0          8                      8 + n
 * | n  u64LE | header, JSON, n bytes | data: each tensor at its own [begin, end)
 * </pre>
 *
 * <p>The whole header is checked before anything is read: its length, each tensor's type and shape
 * against its bytes, and that tensors cover the data exactly, without a gap and without an overlap.
 */
public final class SafeTensors {
    /** What the format itself allows. */
    private static final long MAX_HEADER_BYTES = 100_000_000;

    /** A tensor of a network has four at most. */
    private static final int MAX_DIMENSIONS = 8;

    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String source;
    private final Map<String, StoredTensor> tensors;
    private final Map<String, String> metadata;

    private SafeTensors(
            String source, Map<String, StoredTensor> tensors, Map<String, String> metadata) {
        this.source = source;
        this.tensors = tensors;
        this.metadata = metadata;
    }

    /**
     * Maps {@code file}.
     *
     * @throws WeightsFormatException if it cannot be read or is malformed
     */
    public static SafeTensors read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            // The matrices handed out keep the mapping alive, and the last of them ends it.
            MemorySegment mapped =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            return read(mapped, file.toString());
        } catch (IOException e) {
            throw JsonFile.unreadable(file, e);
        }
    }

    /** The tensors in memory that holds a whole file. */
    static SafeTensors read(MemorySegment file, String source) {
        if (file.byteSize() < Long.BYTES) {
            throw malformed(
                    source, "file too short: bytes=" + file.byteSize() + ", bound=" + Long.BYTES);
        }
        long headerBytes = file.get(LONG, 0);
        long bound = Math.min(MAX_HEADER_BYTES, file.byteSize() - Long.BYTES);
        if (headerBytes < 0 || headerBytes > bound) {
            throw malformed(
                    source,
                    "header is longer than the file or the format allows: header bytes="
                            + Long.toUnsignedString(headerBytes)
                            + ", bound="
                            + bound);
        }
        byte[] header = file.asSlice(Long.BYTES, headerBytes).toArray(ValueLayout.JAVA_BYTE);
        return read(JsonFile.parse(header, source), file.asSlice(Long.BYTES + headerBytes), source);
    }

    private static SafeTensors read(ObjectNode header, MemorySegment data, String source) {
        Map<String, StoredTensor> tensors = new TreeMap<>();
        List<Span> spans = new ArrayList<>();
        Map<String, String> metadata = new TreeMap<>();
        for (Map.Entry<String, JsonNode> field : header.properties()) {
            String name = field.getKey();
            if (name.equals("__metadata__")) {
                field.getValue().properties().forEach(e -> metadata.put(e.getKey(), text(e)));
                continue;
            }
            Span span = span(name, field.getValue(), data.byteSize(), source);
            spans.add(span);
            tensors.put(name, tensor(name, field.getValue(), span, data, source));
        }
        requireExactCover(spans, data.byteSize(), source);
        return new SafeTensors(source, tensors, metadata);
    }

    private static String text(Map.Entry<String, JsonNode> entry) {
        return entry.getValue().asText();
    }

    private record Span(String name, long begin, long end) {}

    private static Span span(String name, JsonNode entry, long dataBytes, String source) {
        JsonNode offsets = entry.path("data_offsets");
        if (!offsets.isArray()
                || offsets.size() != 2
                || !offsets.get(0).canConvertToExactIntegral()
                || !offsets.get(1).canConvertToExactIntegral()
                || !offsets.get(0).canConvertToLong()
                || !offsets.get(1).canConvertToLong()) {
            throw malformed(source, "bad data_offsets: tensor=" + name + ", found=" + cut(offsets));
        }
        long begin = offsets.get(0).longValue();
        long end = offsets.get(1).longValue();
        if (begin < 0 || end < begin || end > dataBytes) {
            throw malformed(
                    source,
                    "tensor lies outside of the file, which may be cut: tensor="
                            + name
                            + ", begin="
                            + begin
                            + ", end="
                            + end
                            + ", bound="
                            + dataBytes);
        }
        return new Span(name, begin, end);
    }

    private static StoredTensor tensor(
            String name, JsonNode entry, Span span, MemorySegment data, String source) {
        TensorType type =
                Optional.of(entry.path("dtype"))
                        .filter(JsonNode::isTextual)
                        .flatMap(node -> TensorType.named(node.textValue()))
                        .orElseThrow(() -> unknownType(name, entry.path("dtype"), source));
        List<Long> shape = shape(name, entry.path("shape"), source);
        long bytes = span.end - span.begin;
        if (type.bytes(shape).filter(expected -> expected == bytes).isEmpty()) {
            throw malformed(
                    source,
                    "tensor does not fit its shape: tensor="
                            + name
                            + ", dtype="
                            + type
                            + ", shape="
                            + shape
                            + ", bytes="
                            + bytes);
        }
        return new StoredTensor(source, name, type, shape, data.asSlice(span.begin, bytes));
    }

    private static WeightsFormatException unknownType(String name, JsonNode type, String source) {
        return malformed(
                source,
                "unknown dtype: tensor="
                        + name
                        + ", dtype="
                        + cut(type)
                        + ", known="
                        + List.of(TensorType.values()));
    }

    private static List<Long> shape(String name, JsonNode node, String source) {
        List<Long> shape = new ArrayList<>();
        boolean good = node.isArray() && node.size() <= MAX_DIMENSIONS;
        for (int i = 0; good && i < node.size(); i++) {
            JsonNode size = node.get(i);
            good =
                    size.canConvertToExactIntegral()
                            && size.canConvertToLong()
                            && size.longValue() >= 0;
            shape.add(size.longValue());
        }
        if (!good) {
            throw malformed(
                    source,
                    "bad shape: tensor="
                            + name
                            + ", shape="
                            + cut(node)
                            + ", most dimensions="
                            + MAX_DIMENSIONS);
        }
        return List.copyOf(shape);
    }

    private static void requireExactCover(List<Span> spans, long dataBytes, String source) {
        List<Span> ordered = new ArrayList<>(spans);
        ordered.sort(Comparator.comparingLong(Span::begin).thenComparingLong(Span::end));
        long covered = 0;
        for (Span span : ordered) {
            if (span.begin != covered) {
                throw malformed(
                        source,
                        (span.begin < covered ? "tensors overlap: tensor=" : "gap before: tensor=")
                                + span.name
                                + ", begin="
                                + span.begin
                                + ", end of the one before="
                                + covered);
            }
            covered = span.end;
        }
        if (covered != dataBytes) {
            throw malformed(
                    source,
                    "bytes after the last tensor: end=" + covered + ", data bytes=" + dataBytes);
        }
    }

    private static String cut(JsonNode node) {
        String text = node.isMissingNode() ? "none" : node.toString();
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }

    private static WeightsFormatException malformed(String source, String what) {
        return new WeightsFormatException("malformed safetensors file " + source + ": " + what);
    }

    /** The names of all tensors with what is stored for each, ordered by name. */
    public Map<String, StoredTensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /** What the header says about the file as a whole. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    /** The tensor of that name, if the file has it. */
    public Optional<StoredTensor> find(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /**
     * The tensor of that name.
     *
     * @throws WeightsFormatException if the file has none
     */
    public StoredTensor tensor(String name) {
        return find(name).orElseThrow(() -> malformed(source, "tensor missing: tensor=" + name));
    }
}
