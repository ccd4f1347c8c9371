package dev.gossamer.client.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** A writer of a small TensorFlow bundle: BERT of one layer. */
final class BundleBytes {
    private static final int HIDDEN = 4;
    private static final int WIDE = 6;

    private final Map<String, int[]> shapes = new TreeMap<>();
    private final Map<String, Float> firsts = new TreeMap<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private byte[] block = {};

    static BundleBytes smallBert() {
        BundleBytes bundle = new BundleBytes();
        String bert = "module/bert/";
        bundle.shapes.put(bert + "embeddings/word_embeddings", new int[] {7, HIDDEN});
        bundle.shapes.put(bert + "embeddings/position_embeddings", new int[] {5, HIDDEN});
        bundle.shapes.put(bert + "embeddings/token_type_embeddings", new int[] {2, HIDDEN});
        bundle.norm(bert + "embeddings/LayerNorm");
        String layer = bert + "encoder/layer_0/";
        for (String role : new String[] {"query", "key", "value"}) {
            bundle.dense(layer + "attention/self/" + role, HIDDEN, HIDDEN);
        }
        bundle.dense(layer + "attention/output/dense", HIDDEN, HIDDEN);
        bundle.norm(layer + "attention/output/LayerNorm");
        bundle.dense(layer + "intermediate/dense", HIDDEN, WIDE);
        bundle.dense(layer + "output/dense", WIDE, HIDDEN);
        bundle.norm(layer + "output/LayerNorm");
        String head = "module/cls/predictions/";
        bundle.dense(head + "transform/dense", HIDDEN, HIDDEN);
        bundle.norm(head + "transform/LayerNorm");
        bundle.shapes.put(head + "output_bias", new int[] {7});
        bundle.write();
        return bundle;
    }

    private void dense(String module, int in, int out) {
        shapes.put(module + "/kernel", new int[] {in, out});
        shapes.put(module + "/bias", new int[] {out});
    }

    private void norm(String module) {
        shapes.put(module + "/gamma", new int[] {HIDDEN});
        shapes.put(module + "/beta", new int[] {HIDDEN});
    }

    private void write() {
        ByteArrayOutputStream entries = new ByteArrayOutputStream();
        entry(entries, "", "", new ProtobufBytes().number(1, 1).toByteArray());
        String before = "";
        int number = 0;
        for (Map.Entry<String, int[]> tensor : shapes.entrySet()) {
            number++;
            entry(entries, before, tensor.getKey(), value(tensor.getKey(), number));
            before = tensor.getKey();
        }
        entries.writeBytes(new byte[Integer.BYTES]); // one restart, at 0
        entries.writeBytes(new byte[] {1, 0, 0, 0});
        block = entries.toByteArray();
    }

    private byte[] value(String name, int number) {
        ProtobufBytes shape = new ProtobufBytes();
        int count = 1;
        for (int size : shapes.get(name)) {
            shape.message(2, new ProtobufBytes().number(1, size));
            count *= size;
        }
        int offset = data.size();
        data.writeBytes(ProtobufBytes.littleEndian(OnnxBytes.values(number, count)));
        firsts.put(name, number * 1000f);
        return new ProtobufBytes()
                .number(1, 1)
                .message(2, shape)
                .number(4, offset)
                .number(5, (long) count * Float.BYTES)
                .toByteArray();
    }

    private static void entry(ByteArrayOutputStream to, String before, String key, byte[] value) {
        int shared = 0;
        while (shared < Math.min(before.length(), key.length())
                && before.charAt(shared) == key.charAt(shared)) {
            shared++;
        }
        byte[] rest = key.substring(shared).getBytes(StandardCharsets.UTF_8);
        to.write(shared);
        to.write(rest.length);
        to.write(value.length);
        to.writeBytes(rest);
        to.writeBytes(value);
    }

    /** The first value of a tensor; the others count on. */
    float first(String name) {
        return firsts.get(name);
    }

    byte[] data() {
        return data.toByteArray();
    }

    /** The one data block, without its trailer. */
    byte[] block() {
        return block;
    }

    byte[] index() {
        return index(block);
    }

    /** The index with that data block, its sums right. */
    static byte[] index(byte[] block) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(block);
        trailer(file, block);
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        blocks.writeBytes(new byte[] {0, 1}); // the last key, shared by none, one letter long
        byte[] handle = handle(0, block.length);
        blocks.write(handle.length);
        blocks.write('z');
        blocks.writeBytes(handle);
        blocks.writeBytes(new byte[] {0, 0, 0, 0, 1, 0, 0, 0});
        int offset = file.size();
        file.writeBytes(blocks.toByteArray());
        trailer(file, blocks.toByteArray());
        ByteBuffer footer = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
        footer.put(handle(0, 0)).put(handle(offset, blocks.size()));
        footer.putLong(40, 0xdb4775248b80fb57L);
        file.writeBytes(footer.array());
        return file.toByteArray();
    }

    private static byte[] handle(int offset, int bytes) {
        // A protobuf number is a tag of one byte, and then the same varint.
        byte[] first = new ProtobufBytes().number(1, offset).toByteArray();
        byte[] second = new ProtobufBytes().number(1, bytes).toByteArray();
        return ByteBuffer.allocate(first.length + second.length - 2)
                .put(first, 1, first.length - 1)
                .put(second, 1, second.length - 1)
                .array();
    }

    private static void trailer(ByteArrayOutputStream file, byte[] block) {
        CRC32C sum = new CRC32C();
        sum.update(block);
        sum.update(0);
        int masked = Integer.rotateRight((int) sum.getValue(), 15) + 0xa282ead8;
        file.writeBytes(
                ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN).putInt(1, masked).array());
    }
}
