package dev.gossamer.client.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The tensors of a safetensors file that another tool computed. */
public final class GoldenTensors {
    private final JsonNode header;
    private final ByteBuffer data;

    private GoldenTensors(JsonNode header, ByteBuffer data) {
        this.header = header;
        this.data = data;
    }

    /** Reads a whole file. */
    public static GoldenTensors read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[Math.toIntExact(bytes.getLong())];
        bytes.get(header);
        ByteBuffer data = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        return new GoldenTensors(new ObjectMapper().readTree(header), data);
    }

    /** The fp32 tensor of that name. */
    public float[] floats(String name) {
        ByteBuffer bytes = bytes(name);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    /** The bytes of the tensor of that name. */
    public byte[] raw(String name) {
        ByteBuffer bytes = bytes(name);
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    /** The row's {@code input_ids} where its {@code attention_mask} is set. */
    public int[] tokenIds(int row) {
        int width = header.get("input_ids").get("shape").get(1).asInt();
        ByteBuffer ids = bytes("input_ids");
        ByteBuffer mask = bytes("attention_mask");
        int length = 0;
        while (length < width && mask.getLong((row * width + length) * Long.BYTES) == 1) {
            length++;
        }
        int[] tokens = new int[length];
        for (int i = 0; i < length; i++) {
            tokens[i] = (int) ids.getLong((row * width + i) * Long.BYTES);
        }
        return tokens;
    }

    /** The sides of the tensor of that name. */
    public List<Integer> shape(String name) {
        List<Integer> shape = new ArrayList<>();
        header.get(name).get("shape").forEach(side -> shape.add(side.asInt()));
        return shape;
    }

    private ByteBuffer bytes(String name) {
        JsonNode offsets = header.get(name).get("data_offsets");
        int from = offsets.get(0).asInt();
        return data.slice(from, offsets.get(1).asInt() - from).order(ByteOrder.LITTLE_ENDIAN);
    }
}
