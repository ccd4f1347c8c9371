package dev.gossamer.client.weights;

/** Small ONNX files of a whole encoder, as PyTorch and the quantiser of ONNX Runtime lay it out. */
final class OnnxBytes {
    static final int HIDDEN = 4;
    static final int WIDE = 6;
    static final int LAYERS = 2;

    private final ProtobufBytes graph = new ProtobufBytes();
    private final boolean quantised;

    private OnnxBytes(boolean quantised) {
        this.quantised = quantised;
    }

    /** All values {@code seed × 1000 + place}. */
    static byte[] floats() {
        return new OnnxBytes(false).file();
    }

    /** Stored bytes {@code (seed + place) mod 256}, column c scaled by {@code (c + 1) / 2}. */
    static byte[] quantised() {
        return new OnnxBytes(true).file();
    }

    static float[] values(int seed, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = seed * 1000 + i;
        }
        return values;
    }

    private ProtobufBytes tensor(String name, int type, int... shape) {
        ProtobufBytes tensor = new ProtobufBytes();
        for (int size : shape) {
            tensor.number(1, size);
        }
        return tensor.number(2, type).text(8, name);
    }

    private void floats(String name, int seed, int... shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        byte[] bytes = ProtobufBytes.littleEndian(values(seed, count));
        graph.message(5, tensor(name, 1, shape).bytes(9, bytes));
    }

    private void bytes(String name, int type, int seed, int rows, int columns) {
        byte[] stored = new byte[rows * columns];
        for (int i = 0; i < stored.length; i++) {
            stored[i] = (byte) (seed + i);
        }
        graph.message(5, tensor(name, type, rows, columns).bytes(9, stored));
    }

    private void node(String name, String operator, String... inputs) {
        ProtobufBytes node = new ProtobufBytes();
        for (String input : inputs) {
            node.text(1, input);
        }
        graph.message(1, node.text(2, "output").text(3, name).text(4, operator));
    }

    private void embedding(String kind, int seed, int rows) {
        String name = "embeddings." + kind + "_embeddings.weight";
        if (!quantised) {
            floats(name, seed, rows, HIDDEN);
            return;
        }
        bytes(name + "_quantized", 2, seed, rows, HIDDEN);
        byte[] half = ProtobufBytes.littleEndian(new float[] {0.5f});
        graph.message(5, tensor(name + "_scale", 1).bytes(4, half));
        graph.message(5, tensor(name + "_zero_point", 2).bytes(5, new byte[] {7}));
    }

    private void linear(String role, int seed, int in, int out) {
        String matrix = "onnx::MatMul_" + (700 + seed);
        floats(role.substring(1).replace('/', '.') + ".bias", seed + 1, out);
        if (!quantised) {
            floats(matrix, seed, in, out);
            node(role + "/MatMul", "MatMul", "input", matrix);
            return;
        }
        float[] scales = new float[out];
        byte[] zeroPoints = new byte[out];
        for (int i = 0; i < out; i++) {
            scales[i] = (i + 1) / 2f;
            zeroPoints[i] = (byte) i;
        }
        bytes(matrix + "_quantized", 3, seed, in, out);
        graph.message(
                5, tensor(matrix + "_scale", 1, out).bytes(4, ProtobufBytes.littleEndian(scales)));
        graph.message(5, tensor(matrix + "_zero_point", 3, out).bytes(5, zeroPoints));
        node(
                role + "/MatMul_quant",
                "MatMulInteger",
                "input",
                matrix + "_quantized",
                "input_zero_point",
                matrix + "_zero_point");
        node(role + "/MatMul_quant_scales_mul", "Mul", "input_scale", matrix + "_scale");
    }

    private void norm(String module, int seed) {
        floats(module + ".weight", seed, HIDDEN);
        floats(module + ".bias", seed + 1, HIDDEN);
    }

    private void constant(String output, ProtobufBytes value) {
        graph.message(
                1,
                new ProtobufBytes()
                        .text(2, output)
                        .text(3, output)
                        .text(4, "Constant")
                        .message(5, new ProtobufBytes().text(1, "value").message(5, value)));
    }

    private void constants() {
        byte[] epsilon = ProtobufBytes.littleEndian(new float[] {1e-12f});
        constant("epsilon", new ProtobufBytes().number(2, 1).bytes(9, epsilon));
        node("/embeddings/LayerNorm/Add", "Add", "variance", "epsilon");
        byte[] heads = {2, 0, 0, 0, 0, 0, 0, 0};
        constant("heads", new ProtobufBytes().number(1, 1).number(2, 7).bytes(9, heads));
        node(
                "/encoder/layer.0/attention/self/Concat",
                "Concat",
                "batch",
                "tokens",
                "heads",
                "size");
        node("/encoder/layer.0/intermediate/intermediate_act_fn/Erf", "Erf", "input");
    }

    private byte[] file() {
        embedding("word", 1, 7);
        embedding("position", 2, 5);
        embedding("token_type", 3, 2);
        norm("embeddings.LayerNorm", 4);
        constants();
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "/encoder/layer." + layer + "/";
            int seed = 100 + 100 * layer;
            linear(prefix + "attention/self/query", seed, HIDDEN, HIDDEN);
            linear(prefix + "attention/self/key", seed + 10, HIDDEN, HIDDEN);
            linear(prefix + "attention/self/value", seed + 20, HIDDEN, HIDDEN);
            linear(prefix + "attention/output/dense", seed + 30, HIDDEN, HIDDEN);
            linear(prefix + "intermediate/dense", seed + 40, HIDDEN, WIDE);
            linear(prefix + "output/dense", seed + 50, WIDE, HIDDEN);
            String module = "encoder.layer." + layer + ".";
            norm(module + "attention.output.LayerNorm", seed + 60);
            norm(module + "output.LayerNorm", seed + 70);
        }
        return new ProtobufBytes().number(1, 8).message(7, graph).toByteArray();
    }
}
