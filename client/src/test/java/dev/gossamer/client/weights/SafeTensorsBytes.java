package dev.gossamer.client.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A writer of small safetensors files, sound ones and others. */
final class SafeTensorsBytes {
    private final StringBuilder header = new StringBuilder("{");
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    /** A tensor at the end of the data. */
    SafeTensorsBytes tensor(String name, String type, byte[] values, long... shape) {
        int begin = data.size();
        data.writeBytes(values);
        return entry(
                String.format(
                        "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
                        name, type, Arrays.toString(shape), begin, data.size()));
    }

    /** An fp32 tensor of the values 1, 2, 3 ... */
    SafeTensorsBytes floats(String name, long... shape) {
        int count = 1;
        for (long size : shape) {
            count *= (int) size;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i + 1;
        }
        return tensor(name, "F32", ProtobufBytes.littleEndian(values), shape);
    }

    /** A piece of the header as it stands. */
    SafeTensorsBytes entry(String json) {
        header.append(header.length() == 1 ? "" : ",").append(json);
        return this;
    }

    byte[] toByteArray() {
        return file(header + "}", data.toByteArray());
    }

    void write(Path file) {
        try {
            Files.createDirectories(file.getParent());
            Files.write(file, toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file of a header as it stands. */
    static byte[] file(String header, byte[] data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .put(json)
                .put(data)
                .array();
    }
}
