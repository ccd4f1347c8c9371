package dev.gossamer.client.tensor;

import dev.gossamer.client.tensor.Bfloat16Layout.Form;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * How fast this machine multiplies matrices of given shapes: what a training step is measured
 * against.
 *
 * <p>The largest operands are allocated once and shared by all shapes. A rate is flops over
 * nanoseconds, so GFLOP/s, of one short timing; whoever asks takes medians.
 */
public final class GemmRates {
    /** Of one timing: about 20 ms at 200 GFLOP/s. */
    private static final double TIMED_FLOPS = 4e9;

    /** A product {@code [rows × inner] [inner × columns]}. */
    public record Shape(int rows, int inner, int columns) {
        /** Multiplications and additions. */
        public double flops() {
            return 2.0 * rows * inner * columns;
        }

        private int repetitions() {
            return (int) Math.max(1, Math.round(TIMED_FLOPS / flops()));
        }
    }

    private interface Product {
        void run(Shape shape);
    }

    private final List<Shape> shapes;
    private final LongSupplier nanos;
    private final Tensor x;
    private final Tensor weights;
    private final Tensor y;

    /**
     * Operands for {@code shapes}, none of whose values is zero.
     *
     * @param nanos a clock
     */
    public GemmRates(List<Shape> shapes, LongSupplier nanos) {
        this.shapes = List.copyOf(shapes);
        this.nanos = nanos;
        x = filled(shapes.stream().mapToLong(s -> (long) s.rows() * s.inner()).max().orElse(0));
        weights =
                filled(
                        shapes.stream()
                                .mapToLong(s -> (long) s.inner() * s.columns())
                                .max()
                                .orElse(0));
        y = filled(shapes.stream().mapToLong(s -> (long) s.rows() * s.columns()).max().orElse(0));
    }

    private static Tensor filled(long floats) {
        Tensor tensor = Tensor.zeros(floats);
        for (long i = 0; i < floats; i++) {
            tensor.set(i, 0.5f + i % 7 / 8f);
        }
        return tensor;
    }

    /** The shapes, in the order of all rates. */
    public List<Shape> shapes() {
        return shapes;
    }

    /** oneDNN on the threads of {@code workers}, each with its share of the rows, as in a step. */
    public List<Double> byWorkers(Workers workers) {
        return rates(
                shape -> {
                    int count = Math.min(workers.threads(), shape.rows());
                    workers.map(
                            IntStream.range(0, count).boxed().toList(),
                            i -> {
                                repeat(shape, share(shape, i, count), share(shape, i + 1, count));
                                return i;
                            });
                },
                true);
    }

    private static int share(Shape shape, int part, int parts) {
        return (int) ((long) shape.rows() * part / parts);
    }

    private void repeat(Shape shape, int from, int to) {
        for (int i = 0; i < shape.repetitions(); i++) {
            oneDnn(shape, from, to);
        }
    }

    /**
     * The same of bf16 values, whose sums are fp32; empty where the processor has no such products.
     */
    public List<Double> byWorkersInBfloat16(Workers workers) {
        if (!Bfloat16Layout.isSupported()) {
            return List.of();
        }
        return rates(
                shape -> {
                    Bfloat16Layout layout =
                            Bfloat16Layout.of(shape.inner(), shape.columns(), Form.BLOCKED);
                    NativeBlock packed = NativeBlock.zeros(layout.bytes());
                    Tensor.MEMORY.asSlice(packed.address(), layout.bytes()).fill((byte) 0x3F);
                    int count = Math.min(workers.threads(), shape.rows());
                    workers.map(
                            IntStream.range(0, count).boxed().toList(),
                            i -> {
                                int from = share(shape, i, count);
                                int rows = share(shape, i + 1, count) - from;
                                var product =
                                        new MatmulPrimitives.Shape(
                                                rows, layout, shape.columns(), false);
                                long a = x.at(0) + 2L * from * shape.inner();
                                long c = y.at((long) from * shape.columns());
                                for (int r = 0; r < shape.repetitions(); r++) {
                                    workers.primitives().multiply(product, a, packed.address(), c);
                                }
                                return i;
                            });
                    packed.free();
                },
                true);
    }

    private void oneDnn(Shape s, int from, int to) {
        OneDnn.multiply(
                to - from,
                s.columns(),
                s.inner(),
                x.at((long) from * s.inner()),
                s.inner(),
                weights.at(0),
                s.columns(),
                0,
                y.at((long) from * s.columns()),
                s.columns());
    }

    /** oneDNN with {@code threads} of its own within each product. */
    public List<Double> byOneDnn(int threads) {
        OneDnn.useThreads(threads);
        return rates(shape -> oneDnn(shape, 0, shape.rows()), false);
    }

    /** OpenBLAS with {@code threads} of its own within each product. */
    public List<Double> byOpenBlas(int threads) {
        openblas.blas_set_num_threads(threads);
        return rates(this::openBlas, false);
    }

    private void openBlas(Shape s) {
        openblas.cblas_sgemm(
                openblas.CblasRowMajor,
                openblas.CblasNoTrans,
                openblas.CblasNoTrans,
                s.rows(),
                s.columns(),
                s.inner(),
                1,
                pointer(x),
                s.inner(),
                pointer(weights),
                s.columns(),
                0,
                pointer(y),
                s.columns());
    }

    private static FloatPointer pointer(Tensor tensor) {
        return new Address(tensor.at(0));
    }

    /** Memory of ours as OpenBLAS's binding takes it. */
    private static final class Address extends FloatPointer {
        Address(long at) {
            super((FloatPointer) null);
            address = at;
        }
    }

    private List<Double> rates(Product product, boolean repeats) {
        List<Double> rates = new ArrayList<>();
        for (Shape shape : shapes) {
            product.run(shape);
            int runs = repeats ? 1 : shape.repetitions();
            long begun = nanos.getAsLong();
            for (int i = 0; i < runs; i++) {
                product.run(shape);
            }
            long elapsed = Math.max(1, nanos.getAsLong() - begun);
            rates.add(shape.flops() * shape.repetitions() / elapsed);
        }
        return rates;
    }
}
