package dev.gossamer.client.weights;

import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Block;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Transformer;

/**
 * Writes a decoder as a GGUF file in fp32, its rows turned as llama.cpp's own conversion turns
 * them: {@code reshape(heads, 2, size / 2, in).swapaxes(1, 2)}.
 */
final class GgufOfModel {
    private final Architecture shape;
    private final GgufBytes out = new GgufBytes();

    private GgufOfModel(Architecture shape) {
        this.shape = shape;
    }

    static GgufBytes write(PretrainedModel model) {
        Transformer base = model.base();
        GgufOfModel file = new GgufOfModel(base.architecture());
        file.keys();
        file.tensors(base);
        Matrix output = ((Head.LanguageModel) model.head().orElseThrow()).output();
        boolean tied = output.equals(base.words());
        if (!tied) {
            file.matrix("output.weight", output, 0);
        }
        return file.out;
    }

    private void keys() {
        String family = shape.family();
        out.text("general.architecture", family)
                .uint32(family + ".block_count", shape.layers())
                .uint32(family + ".context_length", shape.positions())
                .uint32(family + ".embedding_length", shape.hidden())
                .uint32(family + ".feed_forward_length", shape.intermediate())
                .uint32(family + ".attention.head_count", shape.heads())
                .uint32(family + ".attention.head_count_kv", shape.keyValueHeads())
                .uint32(family + ".attention.key_length", shape.headSize())
                .uint32(family + ".attention.value_length", shape.headSize())
                .float32(family + ".attention.layer_norm_rms_epsilon", (float) shape.normEpsilon());
        shape.window()
                .ifPresent(window -> out.uint32(family + ".attention.sliding_window", window));
    }

    private void tensors(Transformer base) {
        matrix("token_embd.weight", base.words(), 0);
        vector("output_norm.weight", base.finalNorm().orElseThrow().gain());
        vector("rope_freqs.weight", divisors());
        for (int layer = 0; layer < shape.layers(); layer++) {
            block("blk." + layer + ".", base.blocks().get(layer));
        }
    }

    /** What turns the frequencies of base 10,000 into the model's. */
    private float[] divisors() {
        double[] frequencies = shape.rotary().orElseThrow().inverseFrequencies();
        float[] divisors = new float[frequencies.length];
        for (int i = 0; i < divisors.length; i++) {
            double plain = Math.pow(10_000, -2.0 * i / shape.headSize());
            divisors[i] = (float) (plain / frequencies[i]);
        }
        return divisors;
    }

    private void block(String name, Block block) {
        int turned = shape.family().equals("llama") ? shape.headSize() : 0;
        linear(name + "attn_q", block.projections().get(0), turned);
        linear(name + "attn_k", block.projections().get(1), turned);
        linear(name + "attn_v", block.projections().get(2), 0);
        linear(name + "attn_output", block.attentionOutput(), 0);
        linear(name + "ffn_gate", block.gate().orElseThrow(), 0);
        linear(name + "ffn_up", block.up(), 0);
        linear(name + "ffn_down", block.down(), 0);
        vector(name + "attn_norm.weight", block.attentionNorm().gain());
        vector(name + "ffn_norm.weight", block.feedForwardNorm().gain());
        block.queryNorm().ifPresent(gain -> vector(name + "attn_q_norm.weight", gain));
        block.keyNorm().ifPresent(gain -> vector(name + "attn_k_norm.weight", gain));
    }

    private void linear(String name, Linear linear, int turned) {
        matrix(name + ".weight", linear.weight(), turned);
        linear.bias()
                .ifPresent(bias -> vector(name + ".bias", turnedRows(bias, bias.length, turned)));
    }

    private void matrix(String name, Matrix matrix, int turned) {
        float[] values = values(matrix);
        out.tensor(
                name, turnedRows(values, matrix.rows(), turned), matrix.columns(), matrix.rows());
    }

    static float[] values(Matrix matrix) {
        float[] values = new float[matrix.rows() * matrix.columns()];
        for (int row = 0; row < matrix.rows(); row++) {
            matrix.readRow(row, values, row * matrix.columns());
        }
        return values;
    }

    private static float[] turnedRows(float[] values, int rows, int headSize) {
        if (headSize == 0) {
            return values;
        }
        int columns = values.length / rows;
        int half = headSize / 2;
        float[] turned = new float[values.length];
        int to = 0;
        for (int head = 0; head < rows / headSize; head++) {
            for (int pair = 0; pair < half; pair++) {
                for (int side = 0; side < 2; side++) {
                    int from = head * headSize + side * half + pair;
                    System.arraycopy(values, from * columns, turned, to * columns, columns);
                    to++;
                }
            }
        }
        return turned;
    }

    private void vector(String name, float[] values) {
        out.tensor(name, values, values.length);
    }
}
