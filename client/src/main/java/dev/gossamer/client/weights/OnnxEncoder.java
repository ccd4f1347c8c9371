package dev.gossamer.client.weights;

import dev.gossamer.client.model.EncoderShape;
import dev.gossamer.client.model.EncoderWeights;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The reader of a BERT encoder from an fp32 ONNX file, as PyTorch exports it.
 *
 * <p>An export numbers its large matrices anew each time ({@code onnx::MatMul_885}), so a matrix is
 * found by its role: it is the second input of the node {@code
 * /encoder/layer.3/attention/self/query/MatMul}. It lies there {@code [in × out]} and is turned to
 * {@code [out × in]}, the one part that is copied; the rest stays in the mapped file.
 */
public final class OnnxEncoder {
    private static final String QUERY = "attention/self/query";
    private static final String EMBEDDING_NORM = "embeddings.LayerNorm";

    private final OnnxGraph graph;
    private final long fileBytes;
    private int hidden;
    private long matrixBytes;

    private OnnxEncoder(OnnxGraph graph, long fileBytes) {
        this.graph = graph;
        this.fileBytes = fileBytes;
    }

    /**
     * The encoder in {@code file}.
     *
     * @param heads attention heads of each layer; a graph that states another number is refused
     * @throws WeightsFormatException if the file cannot be read, is malformed or another model
     */
    public static EncoderWeights read(Path file, int heads) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            // The buffers handed out keep the mapping alive, and the last of them ends it.
            MemorySegment mapped =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
            return read(mapped, file.toString(), heads);
        } catch (IOException e) {
            throw new WeightsFormatException(
                    "cannot read weights: path=" + file + " (" + e.getMessage() + ")", e);
        }
    }

    /** The encoder in memory that holds a whole file. */
    static EncoderWeights read(MemorySegment file, String source, int heads) {
        return new OnnxEncoder(OnnxGraph.of(file, source), file.byteSize()).encoder(heads);
    }

    private EncoderWeights encoder(int heads) {
        OnnxGraph.Tensor words = embedding("word");
        hidden = Math.toIntExact(words.shape().get(1));
        OnnxGraph.Tensor positions = embedding("position");
        OnnxGraph.Tensor types = embedding("token_type");
        checkHeads(heads);
        int layers = countLayers();
        int intermediate = intermediate();
        EncoderShape shape =
                new EncoderShape(
                        layers,
                        hidden,
                        heads,
                        intermediate,
                        Math.toIntExact(words.shape().get(0)),
                        Math.toIntExact(positions.shape().get(0)),
                        Math.toIntExact(types.shape().get(0)),
                        epsilon());
        checkLayers(shape);
        EncoderWeights.Norm norm = norm(EMBEDDING_NORM);
        List<EncoderWeights.Layer> read = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            read.add(layer(layer, intermediate));
        }
        return new EncoderWeights(
                shape, mapped(words), mapped(positions), mapped(types), norm, List.copyOf(read));
    }

    private OnnxGraph.Tensor embedding(String kind) {
        String name = "embeddings." + kind + "_embeddings.weight";
        OnnxGraph.Tensor tensor = graph.floats(name, 2);
        if (hidden != 0 && tensor.shape().get(1) != hidden) {
            throw wrongShape(name, tensor, "[count, " + hidden + "]");
        }
        return tensor;
    }

    /** The export reshapes keys to {@code [batch, tokens, heads, head size]} by two constants. */
    private void checkHeads(int heads) {
        Optional<Long> stated =
                graph.node("/encoder/layer.0/attention/self/Concat", "Concat")
                        .filter(node -> node.inputs().size() == 4)
                        .flatMap(node -> graph.integer(node.inputs().get(2)));
        if (heads < 1 || hidden % heads != 0 || stated.orElse((long) heads) != heads) {
            throw graph.malformed(
                    "attention heads do not fit: heads="
                            + heads
                            + ", hidden="
                            + hidden
                            + ", stated by the graph="
                            + stated.map(String::valueOf).orElse("none"));
        }
    }

    private int countLayers() {
        int layers = 0;
        while (graph.node(node(layers, QUERY), "MatMul").isPresent()) {
            layers++;
        }
        if (layers == 0) {
            throw graph.malformed(
                    "node missing, not a BERT encoder as PyTorch exports it: name="
                            + node(0, QUERY));
        }
        return layers;
    }

    private int intermediate() {
        String weight = graph.required(node(0, "intermediate/dense"), "MatMul", 2).inputs().get(1);
        return Math.toIntExact(graph.floats(weight, 2).shape().get(1));
    }

    /** Added to the variance under the root: the constant of the first norm. */
    private double epsilon() {
        OnnxGraph.Node add = graph.required("/embeddings/LayerNorm/Add", "Add", 2);
        float epsilon = graph.scalar(add.inputs().get(1)).orElse(Float.NaN);
        if (!(epsilon > 0 && epsilon < 1)) {
            throw graph.malformed("layer norm epsilon is not in (0, 1): epsilon=" + epsilon);
        }
        // The file holds the nearest float, 9.99999996e-13; the decimal is what was meant.
        return Double.parseDouble(Float.toString(epsilon));
    }

    /** Looks at every tensor before the first is copied. */
    private void checkLayers(EncoderShape shape) {
        norms(EMBEDDING_NORM);
        for (int layer = 0; layer < shape.layers(); layer++) {
            int wide = shape.intermediate();
            for (String role : List.of(QUERY, "attention/self/key", "attention/self/value")) {
                checkLinear(layer, role, hidden, hidden);
            }
            checkLinear(layer, "attention/output/dense", hidden, hidden);
            checkLinear(layer, "intermediate/dense", wide, hidden);
            checkLinear(layer, "output/dense", hidden, wide);
            norms(module(layer, "attention/output/LayerNorm"));
            norms(module(layer, "output/LayerNorm"));
        }
    }

    private void norms(String module) {
        vector(module + ".weight", hidden);
        vector(module + ".bias", hidden);
    }

    private void checkLinear(int layer, String role, int out, int in) {
        matrixBytes += matrix(layer, role, out, in).raw().byteSize();
        // Many nodes may name one tensor, and each is copied: a small file must stay small.
        if (matrixBytes > fileBytes) {
            throw graph.malformed(
                    "layers share matrices: matrix bytes="
                            + matrixBytes
                            + ", file bytes="
                            + fileBytes);
        }
        vector(module(layer, role) + ".bias", out);
    }

    private EncoderWeights.Layer layer(int layer, int wide) {
        return new EncoderWeights.Layer(
                linear(layer, QUERY, hidden, hidden),
                linear(layer, "attention/self/key", hidden, hidden),
                linear(layer, "attention/self/value", hidden, hidden),
                linear(layer, "attention/output/dense", hidden, hidden),
                norm(module(layer, "attention/output/LayerNorm")),
                linear(layer, "intermediate/dense", wide, hidden),
                linear(layer, "output/dense", hidden, wide),
                norm(module(layer, "output/LayerNorm")));
    }

    private EncoderWeights.Norm norm(String module) {
        return new EncoderWeights.Norm(
                mapped(vector(module + ".weight", hidden)),
                mapped(vector(module + ".bias", hidden)));
    }

    private EncoderWeights.Linear linear(int layer, String role, int out, int in) {
        return new EncoderWeights.Linear(
                transposed(mapped(matrix(layer, role, out, in)), out, in),
                mapped(vector(module(layer, role) + ".bias", out)));
    }

    private OnnxGraph.Tensor vector(String name, int size) {
        OnnxGraph.Tensor tensor = graph.floats(name, 1);
        if (tensor.shape().get(0) != size) {
            throw wrongShape(name, tensor, "[" + size + "]");
        }
        return tensor;
    }

    private OnnxGraph.Tensor matrix(int layer, String role, int out, int in) {
        String name = graph.required(node(layer, role), "MatMul", 2).inputs().get(1);
        OnnxGraph.Tensor tensor = graph.floats(name, 2);
        if (tensor.shape().get(0) != in || tensor.shape().get(1) != out) {
            throw wrongShape(node(layer, role), tensor, "[" + in + ", " + out + "]");
        }
        return tensor;
    }

    private WeightsFormatException wrongShape(
            String name, OnnxGraph.Tensor tensor, String expected) {
        return graph.malformed(
                "wrong shape: name="
                        + name
                        + ", shape="
                        + tensor.shape()
                        + ", expected="
                        + expected);
    }

    private static String node(int layer, String role) {
        return "/encoder/layer." + layer + "/" + role + "/MatMul";
    }

    private static String module(int layer, String role) {
        return "encoder.layer." + layer + "." + role.replace('/', '.');
    }

    private static FloatBuffer mapped(OnnxGraph.Tensor tensor) {
        return tensor.raw().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    private static FloatBuffer transposed(FloatBuffer from, int out, int in) {
        FloatBuffer to =
                ByteBuffer.allocateDirect(out * in * Float.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .asFloatBuffer();
        float[] row = new float[out];
        for (int i = 0; i < in; i++) {
            from.get(i * out, row);
            for (int o = 0; o < out; o++) {
                to.put(o * in + i, row[o]);
            }
        }
        return to.asReadOnlyBuffer();
    }
}
