package dev.gossamer.client.weights;

import dev.gossamer.client.model.Activation;
import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Transformer;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The reader of a BERT encoder from an ONNX file, fp32 or dynamically quantised to bytes.
 *
 * <p>Sizes come from the tensors, the heads and the norms' epsilon from constants of the graph. The
 * matrices stay in the mapped file.
 */
public final class OnnxBert {
    private static final String POOLER = "pooler.dense";
    private static final String LAYER = "encoder.layer.";

    private OnnxBert() {}

    /**
     * The encoder in {@code file}.
     *
     * @throws WeightsFormatException if the file cannot be read, is malformed or another model
     */
    public static Transformer read(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment mapped =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            return read(mapped, file.toString());
        } catch (IOException e) {
            throw JsonFile.unreadable(file, e);
        }
    }

    /** The encoder in memory that holds a whole file. */
    static Transformer read(MemorySegment file, String source) {
        OnnxSource tensors = new OnnxSource(OnnxGraph.of(file, source));
        Architecture shape = architecture(tensors);
        List<Long> types = tensors.shape("embeddings.token_type_embeddings.weight");
        return Bert.base(
                shape,
                tensors,
                tensors.stored(
                        "embeddings.position_embeddings.weight", shape.positions(), shape.hidden()),
                size(tensors, types, 0));
    }

    /**
     * The pooler, where the file has one in fp32: a product of its own kind, whose matrix keeps its
     * name and lies {@code [out × in]}.
     */
    public static Optional<Head.Dense> pooler(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment mapped =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            OnnxGraph graph = OnnxGraph.of(mapped, file.toString());
            return graph.hasTensor(POOLER + ".weight")
                    ? Optional.of(pooler(new OnnxSource(graph)))
                    : Optional.empty();
        } catch (IOException e) {
            throw JsonFile.unreadable(file, e);
        }
    }

    private static Head.Dense pooler(OnnxSource tensors) {
        int hidden = size(tensors, tensors.shape(POOLER + ".weight"), 0);
        return Bert.pooler(
                new Linear(
                        POOLER,
                        tensors.stored(POOLER + ".weight", hidden, hidden),
                        Optional.of(tensors.vector(POOLER + ".bias", hidden))));
    }

    private static Architecture architecture(OnnxSource tensors) {
        List<Long> words = tensors.shape("embeddings.word_embeddings.weight");
        List<Long> positions = tensors.shape("embeddings.position_embeddings.weight");
        int hidden = size(tensors, words, 1);
        int heads = heads(tensors.graph(), hidden);
        int layers = layers(tensors);
        requireExactGelu(tensors.graph());
        return new Architecture(
                "bert",
                Bert.PREFIX,
                layers,
                hidden,
                heads,
                heads,
                hidden / heads,
                tensors.matrix(LAYER + "0.intermediate.dense").columns(),
                size(tensors, words, 0),
                size(tensors, positions, 0),
                false,
                false,
                epsilon(tensors.graph()),
                Activation.GELU,
                false,
                false,
                Optional.empty(),
                OptionalInt.empty());
    }

    private static int size(OnnxSource tensors, List<Long> shape, int dimension) {
        if (shape.size() != 2 || shape.get(dimension) < 1 || shape.get(dimension) > 1 << 24) {
            throw tensors.graph().malformed("bad shape of embeddings: shape=" + shape);
        }
        return Math.toIntExact(shape.get(dimension));
    }

    private static int layers(OnnxSource tensors) {
        int layers = 0;
        while (tensors.hasMatrix(LAYER + layers + ".attention.self.query")) {
            layers++;
        }
        if (layers == 0) {
            throw tensors.graph()
                    .malformed(
                            "node missing, not a BERT encoder as PyTorch exports it: name=/encoder"
                                    + "/layer.0/attention/self/query/MatMul");
        }
        return layers;
    }

    /** The export reshapes keys to {@code [batch, tokens, heads, head size]} by two constants. */
    private static int heads(OnnxGraph graph, int hidden) {
        OnnxGraph.Node concat =
                graph.required("/encoder/layer.0/attention/self/Concat", "Concat", 4);
        long heads = graph.integer(concat.inputs().get(2)).orElse(0L);
        if (heads < 1 || heads > hidden || hidden % heads != 0) {
            throw graph.malformed(
                    "attention heads do not fit: heads=" + heads + ", hidden=" + hidden);
        }
        return (int) heads;
    }

    private static void requireExactGelu(OnnxGraph graph) {
        graph.required("/encoder/layer.0/intermediate/intermediate_act_fn/Erf", "Erf", 1);
    }

    /** Added to the variance under the root: the constant of the first norm. */
    private static double epsilon(OnnxGraph graph) {
        OnnxGraph.Node add = graph.required("/embeddings/LayerNorm/Add", "Add", 2);
        float epsilon = graph.scalar(add.inputs().get(1)).orElse(Float.NaN);
        if (!(epsilon > 0 && epsilon < 1)) {
            throw graph.malformed("layer norm epsilon is not in (0, 1): epsilon=" + epsilon);
        }
        // The file holds the nearest float, 9.99999996e-13; the decimal is what was meant.
        return Double.parseDouble(Float.toString(epsilon));
    }
}
