package dev.gossamer.simulations.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.privacy.mechanism.NoiseCoins;
import dev.gossamer.privacy.mechanism.SimulationCoins;
import dev.gossamer.protocols.command.CommandRoot;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;

class PrivacyBenchCommandTest {
    private final StringWriter err = new StringWriter();
    private long nanos;

    /** Every look at the clock is a millisecond after the last, so that rates are known. */
    private String run(int exit, String... words) {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            Object[] commands = {BenchCommand.of(() -> nanos += 1_000_000)};
            assertEquals(exit, CommandRoot.run(new PrintWriter(err, true), commands, words));
        } finally {
            System.setOut(before);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void privacy_json_beginsWithTheGaussianAndHasItsBaselines() throws IOException {
        String out = run(0, "bench", "privacy", "--json", "--seconds", "0");

        JsonNode record = new ObjectMapper().readTree(out);
        assertEquals("discreteGaussianPerSecond", record.fieldNames().next());
        assertEquals(32_768_000, record.get("discreteGaussianPerSecond").longValue());
        assertEquals(32_768_000, record.get("skellamPerSecond").longValue());
        assertEquals(32_768_000, record.get("keystreamWordsPerSecond").longValue());
        assertEquals(512_000, record.get("rationalBernoulliPerSecond").longValue());
        assertEquals(6, record.get("discreteGaussian").size());
        JsonNode last = record.get("discreteGaussian").get(5);
        assertEquals(1e6, last.get("sigma").doubleValue());
        assertEquals(1, last.get("wordsInTheTime").doubleValue());
        assertEquals(2, record.get("skellam").get(0).get("sigma").doubleValue());
    }

    @Test
    void privacy_lines_haveEachRateAndEachCase() {
        String out = run(0, "bench", "privacy", "--seconds", "0");

        assertEquals(4 + 6 + 5, out.lines().count());
        assertTrue(out.startsWith("discreteGaussianPerSecond "), out);
        assertTrue(out.contains("    sigma=1000 perSecond=3.277e+07 wordsInTheTime=1.000"), out);
    }

    @Test
    void privacy_secondsOutOfRange_isWrongUsage() {
        assertEquals("", run(2, "bench", "privacy", "--seconds", "61"));
        assertEquals("gossamer: out of range: --seconds=61.0, bound=0..60", err.toString().strip());
    }

    /**
     * The baseline draws the same law: the variance of n samples has the deviation sigma^2 sqrt(2 /
     * n), and five of them are missed once in 1.7 million.
     */
    @Test
    void rationalGaussian_samples_haveTheLawsVariance() {
        RationalGaussian gaussian = new RationalGaussian(3);
        NoiseCoins coins = SimulationCoins.foreseeable(new byte[32]);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < 40_000; i++) {
            double sample = (double) gaussian.sample(coins);
            sum += sample;
            squares += sample * sample;
        }

        assertEquals(0, sum / 40_000, 5 * 3 / Math.sqrt(40_000));
        assertEquals(9, squares / 40_000, 5 * 9 * Math.sqrt(2.0 / 40_000));
    }
}
