package dev.gossamer.client.export;

import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Block;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Norm;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.weights.TensorType;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tensors of a base by the names that transformers gives them, for bases that come from files
 * with names of their own: BERT and what has Llama's shape.
 */
final class HuggingFaceTensors {
    private final String prefix;
    private final TensorType type;
    private final List<SafeTensorsWriter.Tensor> tensors = new ArrayList<>();

    private HuggingFaceTensors(String prefix, TensorType type) {
        this.prefix = prefix;
        this.type = type;
    }

    /**
     * All tensors of {@code base}.
     *
     * @param prefix of every name, with its dot
     * @throws IllegalArgumentException if the base is of another family
     */
    static List<SafeTensorsWriter.Tensor> of(Transformer base, String prefix, TensorType type) {
        HuggingFaceTensors named = new HuggingFaceTensors(prefix, type);
        Architecture architecture = base.architecture();
        if (architecture.family().equals("bert")) {
            named.bert(base);
        } else if (architecture.rms() && architecture.gated()) {
            named.llama(base);
        } else {
            throw new IllegalArgumentException(
                    "base cannot be written: family="
                            + architecture.family()
                            + ", known from such files=bert,llama,mistral,qwen2,qwen3");
        }
        return named.tensors;
    }

    private void bert(Transformer base) {
        add("embeddings.word_embeddings.weight", base.words());
        base.positions().ifPresent(m -> add("embeddings.position_embeddings.weight", m));
        base.tokenTypes().ifPresent(m -> add("embeddings.token_type_embeddings.weight", m));
        base.embeddingNorm().ifPresent(norm -> add("embeddings.LayerNorm", norm));
        for (int layer = 0; layer < base.blocks().size(); layer++) {
            Block block = base.blocks().get(layer);
            String name = "encoder.layer." + layer + ".";
            linears(block);
            add(name + "attention.output.LayerNorm", block.attentionNorm());
            add(name + "output.LayerNorm", block.feedForwardNorm());
        }
    }

    private void llama(Transformer base) {
        add("embed_tokens.weight", base.words());
        for (int layer = 0; layer < base.blocks().size(); layer++) {
            Block block = base.blocks().get(layer);
            String name = "layers." + layer + ".";
            linears(block);
            add(name + "input_layernorm", block.attentionNorm());
            add(name + "post_attention_layernorm", block.feedForwardNorm());
            block.queryNorm().ifPresent(gain -> add(name + "self_attn.q_norm.weight", gain));
            block.keyNorm().ifPresent(gain -> add(name + "self_attn.k_norm.weight", gain));
        }
        base.finalNorm().ifPresent(norm -> add("norm", norm));
    }

    /** Linear maps have their names already. */
    private void linears(Block block) {
        block.projections().forEach(this::add);
        add(block.attentionOutput());
        block.gate().ifPresent(this::add);
        add(block.up());
        add(block.down());
    }

    private void add(Linear linear) {
        add(linear.name() + ".weight", linear.weight());
        linear.bias().ifPresent(bias -> add(linear.name() + ".bias", bias));
    }

    private void add(String name, Norm norm) {
        add(name + ".weight", norm.gain());
        Optional<float[]> bias = norm.bias();
        bias.ifPresent(values -> add(name + ".bias", values));
    }

    private void add(String name, Matrix matrix) {
        tensors.add(SafeTensorsWriter.Tensor.of(prefix + name, type, matrix));
    }

    private void add(String name, float[] vector) {
        tensors.add(SafeTensorsWriter.Tensor.of(prefix + name, type, vector));
    }
}
