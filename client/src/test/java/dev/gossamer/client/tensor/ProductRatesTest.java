package dev.gossamer.client.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.train.Engine.Precision;

import org.junit.jupiter.api.Test;

import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;

class ProductRatesTest {
    @Test
    void measure_byAClockThatTicks_countsOperationsATick() {
        AtomicLong clock = new AtomicLong();
        try (Workers workers = new Workers(1)) {
            ProductRates rates =
                    ProductRates.measure(
                            TinyTransformers.bert(1), workers, () -> clock.addAndGet(100));

            // Three products of at most 256 rows, each 100 nanoseconds long.
            assertTrue(rates.fp32Gflops() > 0);
            rates.bf16Gflops().ifPresent(rate -> assertEquals(rates.fp32Gflops(), rate, 1e-9));
        }
    }

    @Test
    void sentence_whereTheOtherIsFaster_saysByHowMuch() {
        ProductRates rates = new ProductRates(100, OptionalDouble.of(170));

        assertEquals(
                "products: fp32 100 GFLOP/s, bf16 170 a core; computing in fp32, as chosen; bf16"
                        + " has 1.7 times the rate",
                rates.sentence(Precision.FP32));
        assertEquals(
                "products: fp32 100 GFLOP/s, bf16 170 a core; computing in bf16, as chosen",
                rates.sentence(Precision.BF16));
    }

    @Test
    void sentence_withoutBfloat16_saysSo() {
        assertEquals(
                "products: fp32 90 GFLOP/s a core, bf16 none on this processor; computing in fp32",
                new ProductRates(90, OptionalDouble.empty()).sentence(Precision.FP32));
    }
}
