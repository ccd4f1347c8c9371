package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Linear;

import java.util.ArrayList;
import java.util.List;

/**
 * Frozen linear maps of one input side by side, as one product: query, key and value; the output of
 * attention; gate and up; down.
 *
 * @param maps by name, in the order of their outputs
 * @param biased whether the tail begins with a row of biases
 */
record LinearGroup(List<Map> maps, int in, int out, boolean biased, FrozenProduct product) {
    /** One map, whose outputs begin at {@code column}. */
    record Map(String name, int column, int out) {}

    /** Lays out {@code linears} around {@code product}, their weights. */
    static LinearGroup of(List<Linear> linears, FrozenProduct product) {
        boolean biased = linears.stream().anyMatch(linear -> linear.bias().isPresent());
        int in = linears.getFirst().in();
        int out = 0;
        List<Map> maps = new ArrayList<>();
        for (Linear linear : linears) {
            maps.add(new Map(linear.name(), out, linear.out()));
            out += linear.out();
        }
        LinearGroup group = new LinearGroup(List.copyOf(maps), in, out, biased, product);
        for (int i = 0; i < maps.size(); i++) {
            long to = product.forwardTail() + 4L * maps.get(i).column();
            linears.get(i).bias().ifPresent(bias -> Tensor.write(to, bias));
        }
        return group;
    }

    /** How many columns of the tail are the bias's. */
    int bias() {
        return biased ? 1 : 0;
    }

    /** The stride of input rows {@code [x | 1 | v]} with {@code rank} columns of v. */
    int inputStride(int rank) {
        return Tensor.stride(in + bias() + rank);
    }

    /** The stride of rows of output gradients {@code [dy | du]}. */
    int outputStride(int rank) {
        return Tensor.stride(out + rank);
    }
}
