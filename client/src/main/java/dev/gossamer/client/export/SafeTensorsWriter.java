package dev.gossamer.client.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.weights.FloatMatrix;
import dev.gossamer.client.weights.StoredTensor;
import dev.gossamer.client.weights.TensorType;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
import java.util.function.Supplier;

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

    /** What a tensor's values are taken from. */
    private sealed interface Content {
        /** Rows of fp32 values, which are rounded to the type. */
        record Rows(Supplier<Matrix> matrix) implements Content {}

        /** The very bytes. */
        record Stored(MemorySegment bytes) implements Content {}
    }

    /** A tensor to be written. */
    public static final class Tensor {
        private final String name;
        private final TensorType type;
        private final List<Long> shape;
        private final Content content;

        private Tensor(String name, TensorType type, List<Long> shape, Content content) {
            this.name = name;
            this.type = type;
            this.shape = List.copyOf(shape);
            this.content = content;
        }

        /** A matrix in fp32. */
        public static Tensor of(String name, Matrix values) {
            return of(name, TensorType.F32, values);
        }

        /**
         * A matrix.
         *
         * @param type F32, F16 or BF16
         */
        public static Tensor of(String name, TensorType type, Matrix values) {
            return of(name, type, values.rows(), values.columns(), () -> values);
        }

        /**
         * A matrix that is made when it is written.
         *
         * @param type F32, F16 or BF16
         */
        public static Tensor of(
                String name, TensorType type, int rows, int columns, Supplier<Matrix> values) {
            requireFloats(type);
            return new Tensor(
                    name, type, List.of((long) rows, (long) columns), new Content.Rows(values));
        }

        /** A vector in fp32. */
        public static Tensor of(String name, float[] values) {
            return of(name, TensorType.F32, values);
        }

        /**
         * A vector.
         *
         * @param type F32, F16 or BF16
         */
        public static Tensor of(String name, TensorType type, float[] values) {
            requireFloats(type);
            return new Tensor(
                    name,
                    type,
                    List.of((long) values.length),
                    new Content.Rows(() -> FloatMatrix.of(values, 1, values.length)));
        }

        /** A copy of another file's tensor, byte by byte. */
        public static Tensor of(String name, StoredTensor stored) {
            return new Tensor(
                    name, stored.type(), stored.shape(), new Content.Stored(stored.values()));
        }

        private static void requireFloats(TensorType type) {
            if (type != TensorType.F32 && type != TensorType.F16 && type != TensorType.BF16) {
                throw new IllegalArgumentException(
                        "values cannot be written as this: dtype=" + type + ", known=F32,F16,BF16");
            }
        }

        /** The name in the file. */
        public String name() {
            return name;
        }

        private long bytes() {
            return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
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
            if (!names.add(tensor.name)) {
                throw new IllegalArgumentException("tensor named twice: name=" + tensor.name);
            }
            ObjectNode entry = root.putObject(tensor.name);
            entry.put("dtype", tensor.type.name());
            tensor.shape.forEach(entry.putArray("shape")::add);
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
        switch (tensor.content) {
            case Content.Rows rows -> write(rows.matrix().get(), tensor.type, out);
            case Content.Stored stored -> write(stored.bytes(), out);
        }
    }

    private static void write(Matrix values, TensorType type, OutputStream out) throws IOException {
        float[] row = new float[values.columns()];
        ByteBuffer block =
                ByteBuffer.allocate(row.length * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.rows(); i++) {
            values.readRow(i, row, 0);
            block.clear();
            for (float value : row) {
                switch (type) {
                    case F16 -> block.putShort(Float.floatToFloat16(value));
                    case BF16 -> block.putShort(toBfloat16(value));
                    default -> block.putFloat(value);
                }
            }
            out.write(block.array());
        }
    }

    private static void write(MemorySegment bytes, OutputStream out) throws IOException {
        long at = 0;
        while (at < bytes.byteSize()) {
            long length = Math.min(BUFFER_BYTES, bytes.byteSize() - at);
            out.write(bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE));
            at += length;
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
