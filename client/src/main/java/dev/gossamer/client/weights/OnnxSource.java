package dev.gossamer.client.weights;

import dev.gossamer.client.model.Matrix;

import java.util.List;
import java.util.Optional;

/**
 * The tensors of a BERT encoder in an ONNX file, as PyTorch exports it, in fp32 or quantised.
 *
 * <p>An export numbers its large matrices anew each time ({@code onnx::MatMul_885}), so a matrix is
 * found by its role: it is the second input of the node {@code
 * /encoder/layer.3/attention/self/query/MatMul}, where it lies {@code [in × out]}. A dynamically
 * quantised file has it as bytes at the node {@code .../MatMul_quant}, with the zero points of its
 * columns as fourth input and their scales at the node {@code .../MatMul_quant_scales_mul}; its
 * embeddings are bytes with one scale and one zero point.
 */
final class OnnxSource implements TensorSource {
    private static final String QUANTISED = "_quantized";

    private final OnnxGraph graph;

    OnnxSource(OnnxGraph graph) {
        this.graph = graph;
    }

    OnnxGraph graph() {
        return graph;
    }

    @Override
    public boolean has(String name) {
        return graph.hasTensor(name) || graph.hasTensor(name + QUANTISED);
    }

    /** Exports hold the encoder alone, without a prefix. */
    @Override
    public boolean hasAny(String prefix) {
        return false;
    }

    @Override
    public List<Long> shape(String name) {
        return graph.tensor(graph.hasTensor(name) ? name : name + QUANTISED).shape();
    }

    @Override
    public DenseMatrix stored(String name, int rows, int columns) {
        DenseMatrix found =
                graph.hasTensor(name + QUANTISED)
                        ? quantised(name + QUANTISED, name + "_scale", name + "_zero_point")
                        : floats(name);
        return requireSize(name, found, rows, columns);
    }

    @Override
    public float[] vector(String name, int size) {
        OnnxGraph.Tensor tensor = graph.floats(name, 1);
        if (tensor.shape().get(0) != size) {
            throw graph.malformed(
                    "wrong shape: tensor="
                            + name
                            + ", shape="
                            + tensor.shape()
                            + ", expected=["
                            + size
                            + "]");
        }
        return graph.scales(name, size);
    }

    @Override
    public Matrix weight(String module, int out, int in) {
        return new TransposedMatrix(requireSize(module, matrix(module), in, out));
    }

    /** The matrix of a module as it lies in the file, {@code [in × out]}, of whatever size. */
    DenseMatrix matrix(String module) {
        String node = node(module);
        Optional<OnnxGraph.Node> integers =
                graph.node(node + "_quant", "MatMulInteger")
                        .filter(found -> found.inputs().size() == 4);
        if (integers.isEmpty()) {
            return floats(graph.required(node, "MatMul", 2).inputs().get(1));
        }
        List<String> inputs = integers.get().inputs();
        String scale = graph.required(node + "_quant_scales_mul", "Mul", 2).inputs().get(1);
        return quantised(inputs.get(1), scale, inputs.get(3));
    }

    /** Whether the graph multiplies by a matrix in the place of {@code module}. */
    boolean hasMatrix(String module) {
        String node = node(module);
        return graph.node(node, "MatMul").isPresent()
                || graph.node(node + "_quant", "MatMulInteger").isPresent();
    }

    private static String node(String module) {
        return "/" + module.replace('.', '/').replace("/layer/", "/layer.") + "/MatMul";
    }

    private DenseMatrix floats(String name) {
        OnnxGraph.Tensor tensor = graph.floats(name, 2);
        return new FloatMatrix(tensor.raw(), side(tensor, 0), side(tensor, 1));
    }

    private DenseMatrix quantised(String name, String scale, String zeroPoint) {
        OnnxGraph.Tensor tensor = graph.byteMatrix(name);
        int columns = side(tensor, 1);
        return new Int8Matrix(
                tensor.raw(),
                side(tensor, 0),
                columns,
                tensor.signed(),
                graph.scales(scale, columns),
                graph.zeroPoints(zeroPoint, columns));
    }

    private static int side(OnnxGraph.Tensor tensor, int dimension) {
        return Math.toIntExact(tensor.shape().get(dimension));
    }

    private DenseMatrix requireSize(String name, DenseMatrix found, int rows, int columns) {
        if (found.rows() != rows || found.columns() != columns) {
            throw graph.malformed(
                    "wrong shape: tensor="
                            + name
                            + ", shape=["
                            + found.rows()
                            + ", "
                            + found.columns()
                            + "], expected=["
                            + rows
                            + ", "
                            + columns
                            + "]");
        }
        return found;
    }
}
