package dev.gossamer.client.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.weights.FloatMatrix;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes tensors as a safetensors file, row by row, so that no more than a row is held.
 *
 * <pre>
 * header length u64 | header, JSON padded with blanks to 8 bytes | values of each tensor, in order
 * header: {"__metadata__": {...}, NAME: {"dtype", "shape", "data_offsets": [from, to]}, ...}
 * </pre>
 */
public final class SafeTensorsWriter {
    private static final int ALIGNMENT = 8;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** How a value is stored. */
    public enum Type {
        /** fp32. */
        F32(4),
        /** IEEE half precision. */
        F16(2),
        /** The upper half of an fp32 value. */
        BF16(2);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }

        private void put(float[] row, ByteBuffer into) {
            for (float value : row) {
                switch (this) {
                    case F32 -> into.putFloat(value);
                    case F16 -> into.putShort(Float.floatToFloat16(value));
                    case BF16 -> into.putShort(toBfloat16(value));
                }
            }
        }

        /** To the nearest, ties to even; not a number stays one. */
        private static short toBfloat16(float value) {
            int bits = Float.floatToRawIntBits(value);
            if (Float.isNaN(value)) {
                return (short) ((bits >>> 16) | 0x40);
            }
            int half = 0x7FFF + ((bits >>> 16) & 1);
            return (short) ((bits + half) >>> 16);
        }
    }

    /**
     * A tensor to be written.
     *
     * @param shape whose product is that of the matrix's sides
     */
    public record Tensor(String name, Type type, List<Integer> shape, Matrix values) {
        /** A tensor whose shape fits its values. */
        public Tensor {
            shape = List.copyOf(shape);
            long product = shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
            if (product != (long) values.rows() * values.columns()) {
                throw new IllegalArgumentException(
                        "shape does not fit: tensor=" + name + ", shape=" + shape);
            }
        }

        /** A matrix in fp32. */
        public static Tensor of(String name, Matrix values) {
            return new Tensor(name, Type.F32, List.of(values.rows(), values.columns()), values);
        }

        /** A vector in fp32. */
        public static Tensor of(String name, float[] values) {
            return new Tensor(
                    name,
                    Type.F32,
                    List.of(values.length),
                    FloatMatrix.of(values, 1, values.length));
        }

        private long bytes() {
            return (long) values.rows() * values.columns() * type.bytes;
        }
    }

    private SafeTensorsWriter() {}

    /** Writes a new file and forces it to the disk. */
    public static void write(Path file, List<Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        try (FileChannel channel =
                        FileChannel.open(
                                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                OutputStream out =
                        new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES)) {
            out.write(header(tensors, metadata));
            for (Tensor tensor : tensors) {
                write(tensor, out);
            }
            out.flush();
            channel.force(true);
        }
    }

    private static byte[] header(List<Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        ObjectNode root = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            root.set("__metadata__", JSON.valueToTree(metadata));
        }
        Set<String> names = new HashSet<>();
        long offset = 0;
        for (Tensor tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new IllegalArgumentException("tensor named twice: name=" + tensor.name());
            }
            ObjectNode entry = root.putObject(tensor.name());
            entry.put("dtype", tensor.type().name());
            tensor.shape().forEach(entry.putArray("shape")::add);
            long end = offset + tensor.bytes();
            entry.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] text = JSON.writeValueAsString(root).getBytes(StandardCharsets.UTF_8);
        int padded = (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        byte[] block = new byte[Long.BYTES + padded];
        Arrays.fill(block, (byte) ' ');
        ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).putLong(padded).put(text);
        return block;
    }

    private static void write(Tensor tensor, OutputStream out) throws IOException {
        Matrix values = tensor.values();
        float[] row = new float[values.columns()];
        ByteBuffer block =
                ByteBuffer.allocate(row.length * tensor.type().bytes)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.rows(); i++) {
            values.readRow(i, row, 0);
            block.clear();
            tensor.type().put(row, block);
            out.write(block.array());
        }
    }
}
