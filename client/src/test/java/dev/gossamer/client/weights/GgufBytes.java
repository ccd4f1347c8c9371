package dev.gossamer.client.weights;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes small GGUF files, sound ones and others. */
final class GgufBytes {
    private static final int ALIGNMENT = 32;

    private final ByteArrayOutputStream keys = new ByteArrayOutputStream();
    private final ByteArrayOutputStream infos = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private int version = 3;
    private long tensorCount;
    private long keyCount;

    GgufBytes version(int number) {
        version = number;
        return this;
    }

    /** Adds to the number of tensors that the header tells. */
    GgufBytes claimTensors(long count) {
        tensorCount += count;
        return this;
    }

    GgufBytes text(String key, String value) {
        text(typed(key, 8), value);
        return this;
    }

    GgufBytes uint32(String key, int value) {
        typed(key, 4).writeBytes(ints(value));
        return this;
    }

    GgufBytes float32(String key, float value) {
        typed(key, 6).writeBytes(ints(Float.floatToIntBits(value)));
        return this;
    }

    GgufBytes flag(String key, boolean value) {
        typed(key, 7).write(value ? 1 : 0);
        return this;
    }

    GgufBytes texts(String key, List<String> values) {
        ByteArrayOutputStream out = arrayOf(key, 8, values.size());
        values.forEach(value -> text(out, value));
        return this;
    }

    GgufBytes int32s(String key, int... values) {
        arrayOf(key, 5, values.length).writeBytes(ints(values));
        return this;
    }

    GgufBytes float32s(String key, float... values) {
        arrayOf(key, 6, values.length).writeBytes(floats(values));
        return this;
    }

    /** A key whose type and value are {@code bytes}. */
    GgufBytes raw(String key, int... bytes) {
        byte[] narrow = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            narrow[i] = (byte) bytes[i];
        }
        return raw(key, narrow);
    }

    /** A key whose type and value are {@code bytes}. */
    GgufBytes raw(String key, byte[] bytes) {
        keyCount++;
        text(keys, key);
        keys.writeBytes(bytes);
        return this;
    }

    /** A tensor behind those before it. */
    GgufBytes tensor(String name, BlockType type, byte[] bytes, long... sides) {
        while (data.size() % ALIGNMENT != 0) {
            data.write(0);
        }
        info(name, type.id(), data.size(), sides);
        data.writeBytes(bytes);
        return this;
    }

    /** An fp32 tensor behind those before it. */
    GgufBytes tensor(String name, float[] values, long... sides) {
        return tensor(name, BlockType.F32, floats(values), sides);
    }

    /** The place of a tensor without any data. */
    GgufBytes info(String name, int type, long offset, long... sides) {
        tensorCount++;
        text(infos, name);
        infos.writeBytes(ints(sides.length));
        for (long side : sides) {
            infos.writeBytes(longs(side));
        }
        infos.writeBytes(ints(type));
        infos.writeBytes(longs(offset));
        return this;
    }

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.UTF_8));
        out.writeBytes(ints(version));
        out.writeBytes(longs(tensorCount, keyCount));
        out.writeBytes(keys.toByteArray());
        out.writeBytes(infos.toByteArray());
        while (out.size() % ALIGNMENT != 0) {
            out.write(0);
        }
        out.writeBytes(data.toByteArray());
        return out.toByteArray();
    }

    GgufFile file() {
        return file(bytes());
    }

    static GgufFile file(byte[] bytes) {
        return GgufFile.of(MemorySegment.ofArray(bytes), "made.gguf");
    }

    static byte[] ints(int... values) {
        byte[] bytes = new byte[values.length * Integer.BYTES];
        littleEndian(bytes).asIntBuffer().put(values);
        return bytes;
    }

    static byte[] longs(long... values) {
        byte[] bytes = new byte[values.length * Long.BYTES];
        littleEndian(bytes).asLongBuffer().put(values);
        return bytes;
    }

    private static byte[] floats(float... values) {
        byte[] bytes = new byte[values.length * Float.BYTES];
        littleEndian(bytes).asFloatBuffer().put(values);
        return bytes;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteArrayOutputStream typed(String key, int type) {
        return rawKey(key, ints(type));
    }

    private ByteArrayOutputStream arrayOf(String key, int type, long count) {
        ByteArrayOutputStream out = rawKey(key, ints(9, type));
        out.writeBytes(longs(count));
        return out;
    }

    private ByteArrayOutputStream rawKey(String key, byte[] bytes) {
        raw(key, bytes);
        return keys;
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(longs(bytes.length));
        out.writeBytes(bytes);
    }
}
