package dev.gossamer.client.bench;

import dev.gossamer.client.model.Block;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.tensor.GemmRates.Shape;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How many operations a training step on a frozen base stands for, and in which products. */
final class StepWork {
    /** Forward and backward, each with a multiplication and an addition for every weight. */
    private static final double OPERATIONS = 4;

    private StepWork() {}

    /** The weights of the matrices of all blocks; no embeddings, no head. */
    static long weights(Transformer base) {
        return base.linears().stream().mapToLong(map -> (long) map.in() * map.out()).sum();
    }

    /** The operations of a step on {@code tokens}, whatever is really executed. */
    static double flops(Transformer base, double tokens) {
        return OPERATIONS * weights(base) * tokens;
    }

    /** The products of a step on {@code rows} tokens and how often each occurs. */
    static Map<Shape, Integer> products(Transformer base, int rows) {
        Map<Shape, Integer> products = new LinkedHashMap<>();
        for (Block block : base.blocks()) {
            for (List<Linear> maps : groups(block)) {
                int in = maps.getFirst().in();
                int out = maps.stream().mapToInt(Linear::out).sum();
                products.merge(new Shape(rows, in, out), 1, Integer::sum);
                products.merge(new Shape(rows, out, in), 1, Integer::sum);
            }
        }
        return products;
    }

    /** Maps of one input are one product. */
    private static List<List<Linear>> groups(Block block) {
        return List.of(
                block.projections(),
                List.of(block.attentionOutput()),
                Stream.concat(block.gate().stream(), Stream.of(block.up())).toList(),
                List.of(block.down()));
    }

    /**
     * The rate of all {@code products} together: their operations over the time that they take.
     *
     * @param rates of each, in the order of the map
     */
    static double rate(Map<Shape, Integer> products, List<Double> rates) {
        double flops = 0;
        double time = 0;
        int i = 0;
        for (Map.Entry<Shape, Integer> product : products.entrySet()) {
            double share = product.getKey().flops() * product.getValue();
            flops += share;
            time += share / rates.get(i++);
        }
        return flops / time;
    }
}
