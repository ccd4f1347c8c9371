package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.model.EncoderShape;
import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;

class OnnxEncoderTest {
    private static final int HIDDEN = OnnxBytes.HIDDEN;
    private static final int WIDE = OnnxBytes.WIDE;
    private static final int LAYERS = OnnxBytes.LAYERS;

    private static EncoderWeights read(byte[] file, int heads) {
        return OnnxEncoder.read(MemorySegment.ofArray(file).asReadOnly(), "test.onnx", heads);
    }

    @Test
    void read_wellFormed_findsShape() {
        EncoderShape shape = read(OnnxBytes.floats(), 2).shape();

        assertEquals(new EncoderShape(LAYERS, HIDDEN, 2, WIDE, 7, 5, 2, 1e-12), shape);
    }

    @Test
    void read_matrix_isTurnedToOutByIn() {
        EncoderWeights.Layer layer = read(OnnxBytes.floats(), 2).layers().get(1);

        for (int o = 0; o < WIDE; o++) {
            for (int i = 0; i < HIDDEN; i++) {
                assertEquals(
                        240_000 + i * WIDE + o, layer.intermediate().weight().get(o * HIDDEN + i));
                assertEquals(250_000 + o * HIDDEN + i, layer.output().weight().get(i * WIDE + o));
            }
        }
        assertEquals(241_005, layer.intermediate().bias().get(5));
        assertEquals(270_003, layer.outputNorm().gain().get(3));
    }

    @Test
    void read_otherHeadsThanTheGraphStates_refused() {
        WeightsFormatException refused =
                assertThrows(WeightsFormatException.class, () -> read(OnnxBytes.floats(), 4));

        assertEquals(
                "malformed ONNX file test.onnx: attention heads do not fit: heads=4, hidden=4,"
                        + " stated by the graph=2",
                refused.getMessage());
    }

    @Test
    void read_missingFile_refused() {
        WeightsFormatException refused =
                assertThrows(
                        WeightsFormatException.class,
                        () -> OnnxEncoder.read(Path.of("no-such.onnx"), 2));

        assertTrue(refused.getMessage().contains("no-such.onnx"), refused.getMessage());
    }

    @Test
    void read_cutAtEveryLength_alwaysRefused() {
        byte[] file = OnnxBytes.floats();

        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThrows(WeightsFormatException.class, () -> read(cut, 2), "length=" + length);
        }
    }

    @Test
    void read_anyBitFlipped_throwsNothingButTheTypedException() {
        byte[] file = OnnxBytes.floats();
        CounterRandom random = CounterRandom.of(11, "bit-flips", 0, "");
        int refused = 0;

        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = file.clone();
            damaged[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                read(damaged, 2);
            } catch (WeightsFormatException expected) {
                refused++;
            }
        }

        assertTrue(refused > 1000, "refused=" + refused);
    }
}
