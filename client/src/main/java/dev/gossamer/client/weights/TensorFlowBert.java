package dev.gossamer.client.weights;

import dev.gossamer.client.model.Activation;
import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Transformer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * BERT as its authors trained it: a TensorFlow bundle with the head for masked words.
 *
 * <p>The tensors by Hugging Face's names are those of the bundle by another spelling: {@code
 * bert.encoder.layer.0.output.dense.weight} is {@code
 * module/bert/encoder/layer_0/output/dense/kernel} and lies {@code [in × out]}.
 */
final class TensorFlowBert implements TensorSource {
    private static final String ROOT = "module/";

    private final Map<String, StoredTensor> tensors;
    private final String source;

    private TensorFlowBert(Map<String, StoredTensor> tensors, String source) {
        this.tensors = tensors;
        this.source = source;
    }

    /** The base and its head. */
    record Model(Transformer base, Head head, Optional<Head.Dense> pooler) {}

    /**
     * The model of those two files.
     *
     * @param heads of each layer, which the bundle does not state
     * @throws WeightsFormatException if a file is malformed, or holds another model
     */
    static Model read(Path index, Path data, int heads) {
        return read(TensorFlowBundle.read(index, data), index.toString(), heads);
    }

    static Model read(Map<String, StoredTensor> tensors, String source, int heads) {
        TensorFlowBert whole = new TensorFlowBert(tensors, source);
        TensorSource bert = whole.base(Bert.PREFIX);
        Architecture shape = whole.architecture(bert, heads);
        Matrix positions =
                bert.stored(
                        "embeddings.position_embeddings.weight", shape.positions(), shape.hidden());
        int types = size(bert, "embeddings.token_type_embeddings.weight", 0);
        Transformer base = Bert.base(shape, bert, positions, types);
        return new Model(
                base, Bert.languageModel(base, base.words(), whole), new Bert().pooler(base, bert));
    }

    private Architecture architecture(TensorSource bert, int heads) {
        int hidden = size(bert, "embeddings.word_embeddings.weight", 1);
        int layers = 0;
        while (bert.has("encoder.layer." + layers + ".output.dense.weight")) {
            layers++;
        }
        if (layers == 0 || hidden % heads != 0) {
            throw new WeightsFormatException(
                    "not BERT: file="
                            + source
                            + ", layers="
                            + layers
                            + ", hidden="
                            + hidden
                            + ", heads="
                            + heads);
        }
        return new Architecture(
                "bert",
                Bert.PREFIX,
                layers,
                hidden,
                heads,
                heads,
                hidden / heads,
                size(bert, "encoder.layer.0.intermediate.dense.bias", 0),
                size(bert, "embeddings.word_embeddings.weight", 0),
                size(bert, "embeddings.position_embeddings.weight", 0),
                false,
                false,
                1e-12,
                Activation.GELU,
                false,
                false,
                Optional.empty(),
                OptionalInt.empty());
    }

    private static int size(TensorSource tensors, String name, int dimension) {
        List<Long> shape = tensors.shape(name);
        if (shape.size() <= dimension || shape.get(dimension) < 1) {
            throw new WeightsFormatException("bad shape: tensor=" + name + ", shape=" + shape);
        }
        return (int) Math.min(shape.get(dimension), Integer.MAX_VALUE);
    }

    /** The bundle's own name of a tensor. */
    static String name(String huggingFace) {
        String path = ROOT + huggingFace.replace('.', '/').replace("/layer/", "/layer_");
        if (path.endsWith("predictions/bias")) {
            return path.replace("/bias", "/output_bias");
        }
        if (path.endsWith("LayerNorm/weight")) {
            return path.replace("/weight", "/gamma");
        }
        if (path.endsWith("LayerNorm/bias")) {
            return path.replace("/bias", "/beta");
        }
        if (path.endsWith("_embeddings/weight")) {
            return path.replace("/weight", "");
        }
        return path.replace("/weight", "/kernel");
    }

    @Override
    public boolean has(String name) {
        return tensors.containsKey(name(name));
    }

    @Override
    public boolean hasAny(String prefix) {
        return tensors.keySet().stream().anyMatch(key -> key.startsWith(name(prefix)));
    }

    @Override
    public List<Long> shape(String name) {
        return tensor(name).shape();
    }

    @Override
    public DenseMatrix stored(String name, int rows, int columns) {
        return tensor(name).matrix(rows, columns);
    }

    @Override
    public float[] vector(String name, int size) {
        return tensor(name).vector(size);
    }

    @Override
    public Matrix weight(String module, int out, int in) {
        return new TransposedMatrix(stored(module + ".weight", in, out));
    }

    private StoredTensor tensor(String name) {
        StoredTensor tensor = tensors.get(name(name));
        if (tensor == null) {
            throw new WeightsFormatException(
                    "tensor missing: file=" + source + ", tensor=" + name(name));
        }
        return tensor;
    }
}
