package dev.gossamer.client.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.tensor.GemmRates.Shape;
import dev.gossamer.client.train.Engine.Storage;
import dev.gossamer.client.weights.Models;

import org.junit.jupiter.api.Test;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

class StepWorkTest {
    /** Two layers, hidden 32, intermediate 48. */
    private static Transformer golden(String name) {
        return Models.open("src/test/resources/golden/models/" + name).base();
    }

    @Test
    void flops_encoder_areFourForEachWeightAndToken() {
        Transformer base = golden("bert-sequence");

        assertEquals(14_336, StepWork.weights(base));
        assertEquals(4.0 * 14_336 * 10, StepWork.flops(base, 10));
    }

    /** Keys and values of half of the heads, and a gate. */
    @Test
    void weights_decoder_countEveryMapOfTheBlocks() {
        assertEquals(
                2 * (2 * 32 * 32 + 2 * 16 * 32 + 3 * 32 * 48), StepWork.weights(golden("llama")));
    }

    @Test
    void products_decoder_joinMapsOfOneInputAndGoBothWays() {
        Map<Shape, Integer> products = StepWork.products(golden("llama"), 7);

        assertEquals(
                Map.of(
                        new Shape(7, 32, 64), 2,
                        new Shape(7, 64, 32), 2,
                        new Shape(7, 32, 32), 4,
                        new Shape(7, 32, 96), 2,
                        new Shape(7, 96, 32), 2,
                        new Shape(7, 48, 32), 2,
                        new Shape(7, 32, 48), 2),
                products);
    }

    @Test
    void products_together_doTheFlopsOfTheStep() {
        Transformer base = golden("llama");

        double flops =
                StepWork.products(base, 7).entrySet().stream()
                        .mapToDouble(e -> e.getKey().flops() * e.getValue())
                        .sum();

        assertEquals(StepWork.flops(base, 7), flops);
    }

    /** 6 flops at 1 and 12 at 2 a nanosecond take 12 nanoseconds. */
    @Test
    void rate_isAllFlopsOverAllTime() {
        Map<Shape, Integer> products = new LinkedHashMap<>();
        products.put(new Shape(1, 1, 1), 3);
        products.put(new Shape(1, 1, 2), 3);

        assertEquals(18.0 / 12, StepWork.rate(products, List.of(1.0, 2.0)), 1e-12);
    }

    @Test
    void median_isTheMiddle() {
        assertEquals(2, Median.of(List.of(9.0, 1.0, 2.0)));
        assertEquals(1.5, Median.of(List.of(9.0, 1.0, 2.0, 1.0)));
    }

    @Test
    void weightBytes_areWhatOneTokenReads() {
        Transformer base = golden("llama");

        assertEquals(4 * (15_360 + 101 * 32), Generation.weightBytes(base, Storage.FP32));
        assertEquals(15_360 + 101 * 32, Generation.weightBytes(base, Storage.INT8));
    }
}
