package dev.gossamer.client.tensor;

import org.bytedeco.dnnl.global.dnnl;

import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One worker's oneDNN primitives for products of bf16 values with fp32 sums, the most recently used
 * of them.
 *
 * <p>A primitive is made for an exact number of rows, which costs some tenths of a millisecond, and
 * serves all weights of one shape. Confined to its worker.
 */
final class MatmulPrimitives {
    /** About 0.1 MB each; several numbers of rows for every shape of a model. */
    static final int MOST = 160;

    private static final int ARGUMENTS = 3;

    /** Bytes of an argument: its kind, a gap, its memory. */
    private static final int ARGUMENT_BYTES = 16;

    /**
     * What a product looks like.
     *
     * @param weights how B {@code [k × n]} lies
     * @param adds whether C is added to
     */
    record Shape(int rows, Bfloat16Layout weights, int stride, boolean adds) {}

    private record Made(long primitive, long a, long b, long c) {
        void destroy() {
            DnnlLibrary.destroyPrimitive(primitive);
            DnnlLibrary.destroyMemory(a);
            DnnlLibrary.destroyMemory(b);
            DnnlLibrary.destroyMemory(c);
        }
    }

    private final long stream = DnnlLibrary.stream();
    private final NativeBlock arguments = NativeBlock.zeros(ARGUMENTS * ARGUMENT_BYTES);
    private final Map<Shape, Made> made = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * {@code C = A B}, or {@code C += A B}.
     *
     * @param a rows of bf16 values without gaps
     * @param b weights in the shape's layout
     * @param c rows of fp32 values, the shape's stride apart
     */
    void multiply(Shape shape, long a, long b, long c) {
        Made product = made.get(shape);
        if (product == null) {
            product = make(shape);
            made.put(shape, product);
            evict();
        }
        DnnlLibrary.point(product.a, a);
        DnnlLibrary.point(product.b, b);
        DnnlLibrary.point(product.c, c);
        argument(0, dnnl.DNNL_ARG_SRC, product.a);
        argument(1, dnnl.DNNL_ARG_WEIGHTS, product.b);
        argument(2, dnnl.DNNL_ARG_DST, product.c);
        DnnlLibrary.execute(product.primitive, stream, ARGUMENTS, arguments.address());
    }

    private void argument(int index, int kind, long memory) {
        long at = arguments.address() + (long) index * ARGUMENT_BYTES;
        Tensor.MEMORY.set(ValueLayout.JAVA_INT, at, kind);
        Tensor.MEMORY.set(ValueLayout.JAVA_LONG, at + Long.BYTES, memory);
    }

    private void evict() {
        if (made.size() > MOST) {
            var eldest = made.entrySet().iterator();
            eldest.next().getValue().destroy();
            eldest.remove();
        }
    }

    private static Made make(Shape shape) {
        int k = shape.weights().k();
        int n = shape.weights().n();
        long a = DnnlLibrary.strided(DnnlLibrary.BF16, shape.rows(), k, k, 1);
        long c = DnnlLibrary.strided(DnnlLibrary.FP32, shape.rows(), n, shape.stride(), 1);
        long b = shape.weights().handle();
        long description = DnnlLibrary.product(a, b, c, shape.adds());
        Made product =
                new Made(
                        DnnlLibrary.primitive(description),
                        DnnlLibrary.memory(a),
                        DnnlLibrary.memory(b),
                        DnnlLibrary.memory(c));
        DnnlLibrary.destroyDescription(description);
        DnnlLibrary.destroyLayout(a);
        DnnlLibrary.destroyLayout(c);
        return product;
    }

    /** Writes weights in fp32 to {@code to} in {@code layout}. */
    void pack(long from, long fromLayout, Bfloat16Layout layout, long to) {
        long description = DnnlLibrary.reorder(fromLayout, layout.handle());
        long primitive = DnnlLibrary.primitive(description);
        long source = DnnlLibrary.memory(fromLayout);
        long target = DnnlLibrary.memory(layout.handle());
        DnnlLibrary.point(source, from);
        DnnlLibrary.point(target, to);
        argument(0, dnnl.DNNL_ARG_FROM, source);
        argument(1, dnnl.DNNL_ARG_TO, target);
        DnnlLibrary.execute(primitive, stream, 2, arguments.address());
        DnnlLibrary.destroyMemory(source);
        DnnlLibrary.destroyMemory(target);
        DnnlLibrary.destroyPrimitive(primitive);
        DnnlLibrary.destroyDescription(description);
    }
}
