package dev.gossamer.client.weights;

import dev.gossamer.client.model.Activation;
import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Block;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Norm;
import dev.gossamer.client.model.Rotary;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.weights.BlockMatrix.RowOrder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * A decoder in a GGUF file, with its tokeniser and chat template.
 *
 * <pre>
 * token_embd                           the word embeddings
 * blk.N.attn_norm, ffn_norm            norms before the sub-blocks
 * blk.N.attn_q, attn_k, attn_v         query, key and value, perhaps with biases
 * blk.N.attn_q_norm, attn_k_norm       norms of each head, in Qwen3
 * blk.N.attn_output                    after attention
 * blk.N.ffn_gate, ffn_up, ffn_down     the feed-forward block
 * output_norm, output                  the final norm and the head; without output it is token_embd
 * rope_freqs                           divisors of the rotary frequencies, in Llama 3.1
 * </pre>
 *
 * <p>Where Llama's rotary embedding turns the halves of a head against each other, llama.cpp turns
 * neighbours, so the file keeps the rows of query and key in another order: row {@code 2 i + j} of
 * a head is row {@code i + j n/2} of the model.
 */
public final class GgufModel {
    private static final String WEIGHT = ".weight";

    /** The architectures that are read, as {@code general.architecture} names them. */
    private enum Variant {
        LLAMA(true),
        QWEN2(false),
        QWEN3(false);

        /** Whether the rows of query and key stand in the file by neighbouring pairs. */
        private final boolean interleaved;

        Variant(boolean interleaved) {
            this.interleaved = interleaved;
        }

        private String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final GgufFile file;
    private final Variant variant;
    private final Architecture architecture;
    private final Set<String> unread = new TreeSet<>();

    private GgufModel(GgufFile file) {
        this.file = file;
        file.tensors().forEach(tensor -> unread.add(tensor.name()));
        variant = variant();
        architecture = architecture();
    }

    /**
     * The model in {@code path}, mapped into memory and not copied.
     *
     * @throws WeightsFormatException if the file is no sound GGUF file, or one of another model
     */
    public static PretrainedModel read(Path path) {
        return read(GgufFile.open(path));
    }

    static PretrainedModel read(GgufFile file) {
        GgufMetadata metadata = file.metadata();
        GgufModel model = new GgufModel(file);
        Transformer base = model.transformer();
        Head head = model.head(base);
        model.requireAllRead();
        return new PretrainedModel(
                file.source(),
                base,
                Optional.of(head),
                List.of(),
                GgufTokenizer.read(metadata, base.architecture().vocabulary()),
                metadata.text("tokenizer.chat_template"),
                metadata.text("general.license").orElse("unknown"),
                file.tensors().stream().mapToLong(GgufTensor::bytes).sum());
    }

    private Variant variant() {
        String name = file.metadata().requiredText("general.architecture");
        return Arrays.stream(Variant.values())
                .filter(known -> known.key().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                file.metadata()
                                        .unsuitable(
                                                "architecture that is not supported:"
                                                        + " general.architecture="
                                                        + name
                                                        + ", supported="
                                                        + Arrays.stream(Variant.values())
                                                                .map(Variant::key)
                                                                .toList()));
    }

    private Architecture architecture() {
        GgufMetadata metadata = file.metadata();
        int hidden = whole("embedding_length");
        int heads = whole("attention.head_count");
        int keyValueHeads = optional("attention.head_count_kv").orElse(heads);
        int headSize = optional("attention.key_length").orElse(hidden / heads);
        requireEqual("attention.value_length", headSize);
        requireEqual("rope.dimension_count", headSize);
        boolean fits = (long) heads * headSize <= Integer.MAX_VALUE && headSize % 2 == 0;
        if (!fits || headSize == 0 || heads % keyValueHeads != 0) {
            throw metadata.unsuitable(
                    "heads do not fit: heads="
                            + heads
                            + ", key-value heads="
                            + keyValueHeads
                            + ", head size="
                            + headSize);
        }
        int experts = metadata.whole(key("expert_count"), 0).orElse(0);
        if (experts > 0) {
            throw metadata.unsuitable(
                    "mixtures of experts are not supported: "
                            + key("expert_count")
                            + "="
                            + experts);
        }
        return new Architecture(
                variant.key(),
                "model",
                whole("block_count"),
                hidden,
                heads,
                keyValueHeads,
                headSize,
                whole("feed_forward_length"),
                vocabulary(),
                whole("context_length"),
                true,
                true,
                epsilon(),
                Activation.SILU,
                true,
                true,
                Optional.of(rotary(headSize)),
                window());
    }

    private String key(String suffix) {
        return variant.key() + "." + suffix;
    }

    private int whole(String suffix) {
        return file.metadata().requiredWhole(key(suffix), 1);
    }

    private OptionalInt optional(String suffix) {
        return file.metadata().whole(key(suffix), 1);
    }

    private void requireEqual(String suffix, int wanted) {
        int found = optional(suffix).orElse(wanted);
        if (found != wanted) {
            throw file.metadata()
                    .unsuitable(
                            "size that is not supported: "
                                    + key(suffix)
                                    + "="
                                    + found
                                    + ", expected="
                                    + wanted);
        }
    }

    private int vocabulary() {
        List<Long> sides =
                file.tensor("token_embd" + WEIGHT).map(GgufTensor::sides).orElse(List.of());
        if (sides.size() != 2) {
            throw file.metadata()
                    .unsuitable("no matrix of word embeddings: tensor=token_embd" + WEIGHT);
        }
        return sides.get(1).intValue();
    }

    private double epsilon() {
        String key = key("attention.layer_norm_rms_epsilon");
        double epsilon = file.metadata().real(key).orElse(0);
        if (epsilon <= 0) {
            throw file.metadata().unsuitable("no norm epsilon: " + key + "=" + epsilon);
        }
        return epsilon;
    }

    private OptionalInt window() {
        int window = file.metadata().whole(key("attention.sliding_window"), 0).orElse(0);
        return window == 0 ? OptionalInt.empty() : OptionalInt.of(window);
    }

    private Rotary rotary(int headSize) {
        String factors = "rope_freqs" + WEIGHT;
        Optional<float[]> divisors =
                file.tensor(factors).isPresent()
                        ? Optional.of(vector(factors, headSize / 2))
                        : Optional.empty();
        return GgufRotary.read(file.metadata(), variant.key(), headSize, divisors);
    }

    private Transformer transformer() {
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < architecture.layers(); layer++) {
            blocks.add(block(layer));
        }
        return new Transformer(
                architecture,
                matrix(
                        "token_embd" + WEIGHT,
                        architecture.vocabulary(),
                        architecture.hidden(),
                        RowOrder.AS_STORED),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                blocks,
                Optional.of(norm("output_norm" + WEIGHT)));
    }

    private Block block(int layer) {
        String stored = "blk." + layer + ".";
        String name = "layers." + layer + ".";
        int hidden = architecture.hidden();
        int queries = architecture.queryWidth();
        int keys = architecture.keyValueWidth();
        int inner = architecture.intermediate();
        RowOrder turned =
                variant.interleaved ? halves(architecture.headSize()) : RowOrder.AS_STORED;
        RowOrder plain = RowOrder.AS_STORED;
        return new Block(
                List.of(
                        linear(
                                name + "self_attn.q_proj",
                                stored + "attn_q",
                                queries,
                                hidden,
                                turned),
                        linear(name + "self_attn.k_proj", stored + "attn_k", keys, hidden, turned),
                        linear(name + "self_attn.v_proj", stored + "attn_v", keys, hidden, plain)),
                headNorm(stored + "attn_q_norm"),
                headNorm(stored + "attn_k_norm"),
                linear(name + "self_attn.o_proj", stored + "attn_output", hidden, queries, plain),
                norm(stored + "attn_norm" + WEIGHT),
                Optional.of(
                        linear(name + "mlp.gate_proj", stored + "ffn_gate", inner, hidden, plain)),
                linear(name + "mlp.up_proj", stored + "ffn_up", inner, hidden, plain),
                linear(name + "mlp.down_proj", stored + "ffn_down", hidden, inner, plain),
                norm(stored + "ffn_norm" + WEIGHT));
    }

    /** Where a row of a head's two halves stands among rows kept by neighbouring pairs. */
    static RowOrder halves(int headSize) {
        int half = headSize / 2;
        return row -> {
            int within = row % headSize;
            return row - within + 2 * (within % half) + within / half;
        };
    }

    private Linear linear(String name, String stored, int out, int in, RowOrder order) {
        BlockMatrix weight = matrix(stored + WEIGHT, out, in, order);
        return new Linear(name, weight, bias(stored + ".bias", out, order));
    }

    private Optional<float[]> bias(String name, int out, RowOrder order) {
        if (file.tensor(name).isEmpty()) {
            return Optional.empty();
        }
        float[] stored = vector(name, out);
        float[] bias = new float[out];
        for (int row = 0; row < out; row++) {
            bias[row] = stored[order.placeOf(row)];
        }
        return Optional.of(bias);
    }

    private Optional<float[]> headNorm(String stored) {
        return variant == Variant.QWEN3
                ? Optional.of(vector(stored + WEIGHT, architecture.headSize()))
                : Optional.empty();
    }

    private Norm norm(String name) {
        return new Norm(vector(name, architecture.hidden()), Optional.empty());
    }

    private Head head(Transformer base) {
        String name = "output" + WEIGHT;
        return new Head.LanguageModel(
                Optional.empty(),
                Optional.empty(),
                file.tensor(name).isEmpty()
                        ? base.words()
                        : matrix(
                                name,
                                architecture.vocabulary(),
                                architecture.hidden(),
                                RowOrder.AS_STORED),
                Optional.empty());
    }

    private BlockMatrix matrix(String name, int rows, int columns, RowOrder order) {
        unread.remove(name);
        return file.matrix(name, rows, columns, order);
    }

    private float[] vector(String name, int size) {
        unread.remove(name);
        return file.vector(name, size);
    }

    /** A tensor that nobody asked for belongs to a model that computes something else. */
    private void requireAllRead() {
        if (!unread.isEmpty()) {
            throw file.metadata()
                    .unsuitable(
                            "tensor that is not known: tensor="
                                    + unread.iterator().next()
                                    + ", architecture="
                                    + variant.key()
                                    + ", unknown tensors="
                                    + unread.size());
        }
    }
}
