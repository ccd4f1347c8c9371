package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Block;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.tensor.Bfloat16Layout.Form;
import dev.gossamer.client.tensor.MatmulPrimitives.Shape;
import dev.gossamer.client.train.Engine.Precision;

import java.lang.ref.Reference;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * How fast one core multiplies matrices of a model's shapes in each precision.
 *
 * <p>Which is faster differs by processor: bf16 has twice the rate of fp32 on some and half of it
 * on others. It is told, never acted upon: nodes of a run must compute in the same precision.
 *
 * @param fp32Gflops 10^9 operations a second
 * @param bf16Gflops the same, where the processor has such products at all
 */
public record ProductRates(double fp32Gflops, OptionalDouble bf16Gflops) {
    private static final int ROWS = 256;

    /** Operations of one product that is timed, at most; a tenth of a second at the slowest. */
    private static final double MOST_OPERATIONS = 5e8;

    private static final int REPEATS = 3;
    private static final int LEAST_ROWS = 16;
    private static final double GIGA = 1e9;

    /** A difference that is worth a word. */
    private static final double NOTABLE = 1.1;

    /** What is timed. */
    private interface Product {
        void multiply();
    }

    /** Measures on one of {@code workers}, by the shapes of the first block of {@code base}. */
    public static ProductRates measure(Transformer base, Workers workers, LongSupplier nanos) {
        Block block = base.blocks().getFirst();
        return workers.map(List.of(block), first -> measure(first, workers, nanos)).getFirst();
    }

    private static ProductRates measure(Block block, Workers workers, LongSupplier nanos) {
        boolean hasBf16 = Bfloat16Layout.isSupported();
        double operations = 0;
        double fp32 = 0;
        double bf16 = 0;
        for (Linear map : List.of(block.attentionOutput(), block.up(), block.down())) {
            Sides sides = Sides.of(map);
            operations += sides.operations();
            fp32 += sides.fp32Seconds(nanos);
            bf16 += hasBf16 ? sides.bf16Seconds(workers.primitives(), nanos) : 0;
        }
        return new ProductRates(
                operations / fp32 / GIGA,
                hasBf16 ? OptionalDouble.of(operations / bf16 / GIGA) : OptionalDouble.empty());
    }

    /** A product's sides. */
    private record Sides(int rows, int in, int out) {
        static Sides of(Linear map) {
            double rowOperations = 2.0 * map.in() * map.out();
            int rows = (int) Math.clamp(MOST_OPERATIONS / rowOperations, LEAST_ROWS, ROWS);
            return new Sides(rows, map.in(), map.out());
        }

        double operations() {
            return 2.0 * rows * in * out;
        }

        double fp32Seconds(LongSupplier nanos) {
            Tensor a = Tensor.zeros((long) rows * in);
            Tensor b = Tensor.zeros((long) in * out);
            Tensor c = Tensor.zeros((long) rows * out);
            try {
                return seconds(
                        nanos,
                        () ->
                                OneDnn.multiply(
                                        rows, out, in, a.at(0), in, b.at(0), out, 0, c.at(0), out));
            } finally {
                Reference.reachabilityFence(a);
                Reference.reachabilityFence(b);
                Reference.reachabilityFence(c);
            }
        }

        double bf16Seconds(MatmulPrimitives primitives, LongSupplier nanos) {
            Bfloat16Layout layout = Bfloat16Layout.of(in, out, Form.BLOCKED);
            NativeBlock a = NativeBlock.zeros((long) Short.BYTES * rows * in);
            NativeBlock b = NativeBlock.zeros(layout.bytes());
            Tensor c = Tensor.zeros((long) rows * out);
            Shape shape = new Shape(rows, layout, out, false);
            try {
                return seconds(
                        nanos, () -> primitives.multiply(shape, a.address(), b.address(), c.at(0)));
            } finally {
                Reference.reachabilityFence(a);
                Reference.reachabilityFence(b);
                Reference.reachabilityFence(c);
            }
        }
    }

    /** The shortest of some times, after one that makes what is made once. */
    private static double seconds(LongSupplier nanos, Product product) {
        product.multiply();
        long shortest = Long.MAX_VALUE;
        for (int i = 0; i < REPEATS; i++) {
            long begun = nanos.getAsLong();
            product.multiply();
            shortest = Math.min(shortest, nanos.getAsLong() - begun);
        }
        return Math.max(1, shortest) / GIGA;
    }

    /** Both rates, and what is used, as a line for a log. */
    public String sentence(Precision used) {
        String fp32 = String.format(Locale.ROOT, "products: fp32 %.0f GFLOP/s", fp32Gflops);
        if (bf16Gflops.isEmpty()) {
            return fp32 + " a core, bf16 none on this processor; computing in fp32";
        }
        double bf16 = bf16Gflops.getAsDouble();
        String rates = String.format(Locale.ROOT, "%s, bf16 %.0f a core", fp32, bf16);
        String chosen = "; computing in " + used.name().toLowerCase(Locale.ROOT) + ", as chosen";
        double gain = used == Precision.FP32 ? bf16 / fp32Gflops : fp32Gflops / bf16;
        String other = used == Precision.FP32 ? "bf16" : "fp32";
        return gain < NOTABLE
                ? rates + chosen
                : String.format(
                        Locale.ROOT,
                        "%s%s; %s has %.1f times the rate",
                        rates,
                        chosen,
                        other,
                        gain);
    }
}
