package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;

import dev.gossamer.client.model.Block;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

class OnnxBertTest {
    private static final int WIDE = OnnxBytes.WIDE;
    private static final int HIDDEN = OnnxBytes.HIDDEN;

    private static Transformer read(byte[] file) {
        return OnnxBert.read(MemorySegment.ofArray(file).asReadOnly(), "test.onnx");
    }

    private static float[] row(Matrix matrix, int row) {
        return OnnxChecks.row(matrix, row);
    }

    static List<Named<byte[]>> files() {
        return List.of(
                Named.of("fp32", OnnxBytes.floats()), Named.of("int8", OnnxBytes.quantised()));
    }

    @ParameterizedTest
    @MethodSource("files")
    void read_wellFormed_findsSizesHeadsAndNames(byte[] file) {
        Transformer base = read(file);

        assertEquals(2, base.architecture().layers());
        assertEquals(HIDDEN, base.architecture().hidden());
        assertEquals(2, base.architecture().heads());
        assertEquals(WIDE, base.architecture().intermediate());
        assertEquals(7, base.architecture().vocabulary());
        assertEquals(5, base.architecture().positions());
        assertEquals(2, base.tokenTypes().orElseThrow().rows());
        assertEquals(1e-12, base.architecture().normEpsilon());
        assertEquals("encoder.layer.1.output.dense", base.linears().getLast().name());
    }

    @Test
    void read_floats_areTurnedToOutByIn() {
        Block block = read(OnnxBytes.floats()).blocks().get(1);

        for (int o = 0; o < WIDE; o++) {
            for (int i = 0; i < HIDDEN; i++) {
                assertEquals(240_000 + i * WIDE + o, row(block.up().weight(), o)[i]);
                assertEquals(250_000 + o * HIDDEN + i, row(block.down().weight(), i)[o]);
            }
        }
        assertEquals(241_005, block.up().bias().orElseThrow()[5]);
        assertEquals(270_003, block.feedForwardNorm().gain()[3]);
    }

    /** Column c of the file is scaled by (c + 1) / 2 after its zero point c is taken off. */
    @Test
    void read_quantised_areScaledByOutput() {
        Linear up = read(OnnxBytes.quantised()).blocks().get(1).up();

        for (int o = 0; o < WIDE; o++) {
            for (int i = 0; i < HIDDEN; i++) {
                int stored = (byte) (240 + i * WIDE + o);
                assertEquals((o + 1) / 2f * (stored - o), row(up.weight(), o)[i]);
            }
        }
        assertEquals(WIDE * HIDDEN + WIDE * 5, up.weight().bytes());
    }

    /** Bytes without a sign, one scale 0.5 and one zero point 7 for all. */
    @Test
    void read_quantisedEmbeddings_areScaled() {
        Transformer base = read(OnnxBytes.quantised());

        assertEquals(0.5f * (1 + 2 * HIDDEN + 3 - 7), row(base.words(), 2)[3]);
        assertEquals(0.5f * (2 - 7), row(base.positions().orElseThrow(), 0)[0]);
    }

    @ParameterizedTest
    @MethodSource("files")
    void read_cutAtEveryLength_alwaysRefused(byte[] file) {
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThrows(WeightsFormatException.class, () -> read(cut), "length=" + length);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void read_anyBitFlipped_throwsNothingButTheTypedException(byte[] file) {
        CounterRandom random = CounterRandom.of(12, "bit-flips", 0, "");
        int refused = 0;

        for (int i = 0; i < 2_000; i++) {
            byte[] damaged = file.clone();
            damaged[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                read(damaged).linears().forEach(linear -> row(linear.weight(), 0));
            } catch (WeightsFormatException expected) {
                refused++;
            }
        }

        assertTrue(refused > 200, "refused=" + refused);
    }

    @Test
    void read_missingFile_refused() {
        WeightsFormatException refused =
                assertThrows(
                        WeightsFormatException.class, () -> OnnxBert.read(Path.of("no-such.onnx")));

        assertTrue(refused.getMessage().contains("file=no-such.onnx"), refused.getMessage());
    }

    @Test
    void features_minilm_equalOnnxRuntime() throws OrtException {
        OnnxChecks.assertEqualsOnnxRuntime("minilm-l6");
    }

    @Test
    void read_minilmQuantised_isWithinHalfAStepOfFp32() {
        OnnxChecks.assertWithinHalfAStep("minilm-l6", "minilm-l6-int8");
    }

    @Test
    void features_minilmQuantised_pointWhereOnnxRuntimeDoes() throws OrtException {
        OnnxChecks.assertPointsWhereOnnxRuntimeDoes("minilm-l6-int8");
    }
}
