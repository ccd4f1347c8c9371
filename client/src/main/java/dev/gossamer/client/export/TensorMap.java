package dev.gossamer.client.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.gossamer.client.weights.WeightsFormatException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tensors of a safetensors file by name, decoded to fp32 when asked for. */
final class TensorMap {
    private record Entry(String type, List<Integer> shape, int from, int to) {}

    private final Path file;
    private final Map<String, Entry> entries = new TreeMap<>();
    private final ByteBuffer data;

    private TensorMap(Path file) throws IOException {
        this.file = file;
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        long length = all.getLong();
        byte[] header = new byte[(int) length];
        all.get(header);
        data = all.slice().order(ByteOrder.LITTLE_ENDIAN);
        JsonNode root = JsonMapper.builder().build().readTree(header);
        root.properties()
                .forEach(
                        e -> {
                            if (!e.getKey().equals("__metadata__")) {
                                JsonNode v = e.getValue();
                                List<Integer> shape = new java.util.ArrayList<>();
                                v.get("shape").forEach(s -> shape.add(s.intValue()));
                                entries.put(
                                        e.getKey(),
                                        new Entry(
                                                v.get("dtype").textValue(),
                                                shape,
                                                v.get("data_offsets").get(0).intValue(),
                                                v.get("data_offsets").get(1).intValue()));
                            }
                        });
    }

    static TensorMap read(Path file) {
        try {
            return new TensorMap(file);
        } catch (IOException | RuntimeException e) {
            throw new WeightsFormatException("file cannot be read: file=" + file, e);
        }
    }

    /** The names, in order of the alphabet. */
    List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /** The sides of {@code name}. */
    List<Integer> shape(String name) {
        return entry(name).shape();
    }

    /** The values of {@code name}, which is a matrix of these sides, or a vector of one row. */
    float[] values(String name, int rows, int columns) {
        Entry entry = entry(name);
        List<Integer> shape = entry.shape();
        if (!shape.equals(List.of(rows, columns))
                && !(rows == 1 && shape.equals(List.of(columns)))) {
            throw new WeightsFormatException(
                    "tensor has another shape: file="
                            + file
                            + ", tensor="
                            + name
                            + ", shape="
                            + shape
                            + ", expected="
                            + List.of(rows, columns));
        }
        float[] values = new float[Math.multiplyExact(rows, columns)];
        ByteBuffer block =
                data.slice(entry.from(), entry.to() - entry.from()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    switch (entry.type()) {
                        case "F32" -> block.getFloat();
                        case "F16" -> Float.float16ToFloat(block.getShort());
                        default -> Float.intBitsToFloat(block.getShort() << 16);
                    };
        }
        return values;
    }

    private Entry entry(String name) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new WeightsFormatException(
                    "tensor is missing: file=" + file + ", tensor=" + name);
        }
        return entry;
    }
}
