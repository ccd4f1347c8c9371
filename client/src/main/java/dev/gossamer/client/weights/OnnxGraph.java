package dev.gossamer.client.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of an ONNX file that a reader of weights needs: nodes by name, and tensors by name,
 * which stay where they lie in the mapped file.
 */
final class OnnxGraph {
    /** More than any export of a thousand layers has. */
    private static final int MAX_ITEMS = 1_000_000;

    private static final int MAX_DIMENSIONS = 8;
    private static final int MAX_VARINT_BYTES = 10;

    /** What one direct buffer can hold. */
    private static final long MAX_FLOATS = Integer.MAX_VALUE / Float.BYTES;

    private static final int FLOAT = 1;
    private static final int UINT8 = 2;
    private static final int INT8 = 3;
    private static final int INT64 = 7;
    private static final ValueLayout.OfFloat FLOAT_LE =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG_LE =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String source;
    private final Map<String, Tensor> tensors = new HashMap<>();
    private final Map<String, Node> nodes = new HashMap<>();

    /** A step of the computation: what it does, to what. */
    record Node(String operator, List<String> inputs) {}

    /**
     * Numbers in the file: data type as ONNX counts them, little-endian bytes.
     *
     * @param varints small integers, where a writer keeps them so rather than as bytes
     */
    record Tensor(
            String name,
            List<Long> shape,
            long dataType,
            MemorySegment raw,
            MemorySegment varints) {
        /** Whether these are bytes with a sign. */
        boolean signed() {
            return dataType == INT8;
        }
    }

    private OnnxGraph(String source) {
        this.source = source;
    }

    /**
     * Reads the graph of a whole ONNX file.
     *
     * @param source what messages call the file
     */
    static OnnxGraph of(MemorySegment file, String source) {
        OnnxGraph graph = new OnnxGraph(source);
        ProtobufCursor model = new ProtobufCursor(file, "ONNX file " + source);
        while (model.next()) {
            if (model.is(7, ProtobufCursor.BYTES)) {
                graph.readGraph(model.nested());
            }
        }
        if (graph.nodes.isEmpty()) {
            throw graph.malformed("no graph: nodes=0");
        }
        return graph;
    }

    private void readGraph(ProtobufCursor graph) {
        while (graph.next()) {
            if (graph.is(1, ProtobufCursor.BYTES)) {
                readNode(graph.nested());
            } else if (graph.is(5, ProtobufCursor.BYTES)) {
                readInitializer(graph.nested());
            }
            if (nodes.size() + tensors.size() > MAX_ITEMS) {
                throw malformed("too many nodes and tensors: bound=" + MAX_ITEMS);
            }
        }
    }

    private void readNode(ProtobufCursor node) {
        List<String> inputs = new ArrayList<>();
        String output = "";
        String name = "";
        String operator = "";
        Optional<Tensor> value = Optional.empty();
        while (node.next()) {
            if (node.is(1, ProtobufCursor.BYTES)) {
                inputs.add(node.string());
            } else if (node.is(2, ProtobufCursor.BYTES)) {
                output = node.string();
            } else if (node.is(3, ProtobufCursor.BYTES)) {
                name = node.string();
            } else if (node.is(4, ProtobufCursor.BYTES)) {
                operator = node.string();
            } else if (node.is(5, ProtobufCursor.BYTES)) {
                value = value.or(() -> attributeTensor(node.nested()));
            }
        }
        nodes.put(name, new Node(operator, List.copyOf(inputs)));
        if (operator.equals("Constant") && value.isPresent()) {
            tensors.put(output, value.get());
        }
    }

    private Optional<Tensor> attributeTensor(ProtobufCursor attribute) {
        while (attribute.next()) {
            if (attribute.is(5, ProtobufCursor.BYTES)) {
                return Optional.of(readTensor(attribute.nested()));
            }
        }
        return Optional.empty();
    }

    private void readInitializer(ProtobufCursor cursor) {
        Tensor tensor = readTensor(cursor);
        tensors.put(tensor.name(), tensor);
    }

    private Tensor readTensor(ProtobufCursor cursor) {
        String name = "";
        List<Long> shape = new ArrayList<>();
        long dataType = 0;
        MemorySegment raw = MemorySegment.NULL;
        MemorySegment varints = MemorySegment.NULL;
        while (cursor.next()) {
            if (cursor.is(1, ProtobufCursor.VARINT)) {
                shape.add(cursor.number());
            } else if (cursor.is(1, ProtobufCursor.BYTES)) {
                readPacked(cursor.bytes(), MAX_DIMENSIONS, shape);
            } else if (cursor.is(2, ProtobufCursor.VARINT)) {
                dataType = cursor.number();
            } else if (cursor.is(5, ProtobufCursor.BYTES)) {
                varints = cursor.bytes();
            } else if (cursor.is(8, ProtobufCursor.BYTES)) {
                name = cursor.string();
            } else if (cursor.is(4, ProtobufCursor.BYTES) || cursor.is(9, ProtobufCursor.BYTES)) {
                raw = cursor.bytes(); // packed fp32 are the same bytes
            }
            if (shape.size() > MAX_DIMENSIONS) {
                throw malformed("too many dimensions of a tensor: bound=" + MAX_DIMENSIONS);
            }
        }
        return new Tensor(name, List.copyOf(shape), dataType, raw, varints);
    }

    private void readPacked(MemorySegment packed, int bound, List<Long> values) {
        if (packed.byteSize() > (long) bound * MAX_VARINT_BYTES) {
            throw malformed(
                    "too many numbers in a tensor: bytes="
                            + packed.byteSize()
                            + ", most numbers="
                            + bound);
        }
        long value = 0;
        int shift = 0;
        for (long i = 0; i < packed.byteSize(); i++) {
            byte next = packed.get(ValueLayout.JAVA_BYTE, i);
            value |= (long) (next & 0x7F) << shift;
            shift += 7;
            if (next >= 0) {
                values.add(value);
                value = 0;
                shift = 0;
            }
        }
    }

    /** The node of that name and operator, if the graph has it. */
    Optional<Node> node(String name, String operator) {
        return Optional.ofNullable(nodes.get(name))
                .filter(node -> node.operator().equals(operator));
    }

    /** The node of that name, which must be there and have at least {@code inputs} inputs. */
    Node required(String name, String operator, int inputs) {
        return node(name, operator)
                .filter(node -> node.inputs().size() >= inputs)
                .orElseThrow(
                        () ->
                                malformed(
                                        "node missing, not a BERT encoder as PyTorch exports it:"
                                                + " name="
                                                + name
                                                + ", operator="
                                                + operator));
    }

    /** The fp32 tensor of that name and number of dimensions, whose bytes match its shape. */
    Tensor floats(String name, int dimensions) {
        Tensor tensor = tensor(name);
        if (tensor.dataType() != FLOAT) {
            throw malformed(
                    "tensor is not fp32: name=" + name + ", data_type=" + tensor.dataType());
        }
        return requireBytes(tensor, dimensions, Float.BYTES);
    }

    /** The matrix of bytes of that name, whose bytes match its shape. */
    Tensor byteMatrix(String name) {
        Tensor tensor = tensor(name);
        if (tensor.dataType() != INT8 && tensor.dataType() != UINT8) {
            throw malformed(
                    "tensor is not of bytes: name=" + name + ", data_type=" + tensor.dataType());
        }
        return requireBytes(tensor, 2, Byte.BYTES);
    }

    /** The {@code count} small integers of that name; one alone counts for all. */
    int[] zeroPoints(String name, int count) {
        Tensor tensor = tensor(name);
        long stored = count(tensor);
        int[] values = new int[count];
        if (stored == tensor.raw().byteSize() && (stored == count || stored == 1)) {
            for (int i = 0; i < count; i++) {
                byte bits = tensor.raw().get(ValueLayout.JAVA_BYTE, stored == 1 ? 0 : i);
                values[i] = tensor.signed() ? bits : Byte.toUnsignedInt(bits);
            }
            return values;
        }
        List<Long> unpacked = new ArrayList<>();
        readPacked(tensor.varints(), count, unpacked);
        if (unpacked.size() != count && unpacked.size() != 1) {
            throw malformed("zero points do not fit: name=" + name + ", shape=" + tensor.shape());
        }
        for (int i = 0; i < count; i++) {
            values[i] = unpacked.get(unpacked.size() == 1 ? 0 : i).intValue();
        }
        return values;
    }

    /** The {@code count} scales of that name; one alone counts for all. */
    float[] scales(String name, int count) {
        Tensor tensor = tensor(name);
        long stored = count(tensor);
        if (tensor.dataType() != FLOAT
                || (stored != count && stored != 1)
                || stored * Float.BYTES != tensor.raw().byteSize()) {
            throw malformed(
                    "scales do not fit: name="
                            + name
                            + ", shape="
                            + tensor.shape()
                            + ", expected="
                            + count);
        }
        float[] scales = new float[count];
        for (int i = 0; i < count; i++) {
            scales[i] = tensor.raw().get(FLOAT_LE, stored == 1 ? 0 : (long) i * Float.BYTES);
        }
        return scales;
    }

    /** The tensor of that name, which must be there. */
    Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw malformed("tensor missing: name=" + name);
        }
        return tensor;
    }

    /** Whether there is a tensor of that name. */
    boolean hasTensor(String name) {
        return tensors.containsKey(name);
    }

    private Tensor requireBytes(Tensor tensor, int dimensions, int valueBytes) {
        if (tensor.shape().size() != dimensions
                || count(tensor) * valueBytes != tensor.raw().byteSize()) {
            throw malformed(
                    "tensor does not fit its shape: name="
                            + tensor.name()
                            + ", shape="
                            + tensor.shape()
                            + ", dimensions="
                            + dimensions
                            + ", bytes="
                            + tensor.raw().byteSize());
        }
        return tensor;
    }

    /** How many numbers the shape states, or -1 where that is absurd; a size is at least 1. */
    private static long count(Tensor tensor) {
        long count = 1;
        for (long size : tensor.shape()) {
            if (size < 1 || size > MAX_FLOATS || count * size > MAX_FLOATS) {
                return -1;
            }
            count *= size;
        }
        return count;
    }

    /** The one int64 that the tensor of that name holds, if it does. */
    Optional<Long> integer(String name) {
        return Optional.ofNullable(tensors.get(name))
                .filter(tensor -> tensor.dataType() == INT64)
                .filter(tensor -> tensor.raw().byteSize() == Long.BYTES)
                .map(tensor -> tensor.raw().get(LONG_LE, 0));
    }

    /** The one fp32 that the tensor of that name holds, if it does. */
    Optional<Float> scalar(String name) {
        return Optional.ofNullable(tensors.get(name))
                .filter(tensor -> tensor.dataType() == FLOAT)
                .filter(tensor -> tensor.raw().byteSize() == Float.BYTES)
                .map(tensor -> tensor.raw().get(FLOAT_LE, 0));
    }

    /** The file is not what it should be. */
    WeightsFormatException malformed(String what) {
        return new WeightsFormatException("malformed ONNX file " + source + ": " + what);
    }
}
