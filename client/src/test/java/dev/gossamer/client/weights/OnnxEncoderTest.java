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
    private static final int HIDDEN = 4;
    private static final int WIDE = 6;
    private static final int LAYERS = 2;

    private static float[] values(int seed, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = seed * 1000 + i;
        }
        return values;
    }

    private static void tensor(ProtobufBytes graph, String name, int seed, int... shape) {
        ProtobufBytes tensor = new ProtobufBytes();
        int count = 1;
        for (int size : shape) {
            tensor.number(1, size);
            count *= size;
        }
        tensor.number(2, 1).text(8, name);
        tensor.bytes(9, ProtobufBytes.littleEndian(values(seed, count)));
        graph.message(5, tensor);
    }

    private static void linear(ProtobufBytes graph, String role, int seed, int in, int out) {
        String matrix = "onnx::MatMul_" + (700 + seed);
        tensor(graph, matrix, seed, in, out);
        tensor(graph, role.substring(1).replace('/', '.') + ".bias", seed + 1, out);
        graph.message(
                1,
                new ProtobufBytes()
                        .text(1, "input")
                        .text(1, matrix)
                        .text(2, "output")
                        .text(3, role + "/MatMul")
                        .text(4, "MatMul"));
    }

    private static void norm(ProtobufBytes graph, String module, int seed) {
        tensor(graph, module + ".weight", seed, HIDDEN);
        tensor(graph, module + ".bias", seed + 1, HIDDEN);
    }

    private static void constant(ProtobufBytes graph, String output, ProtobufBytes value) {
        graph.message(
                1,
                new ProtobufBytes()
                        .text(2, output)
                        .text(3, output)
                        .text(4, "Constant")
                        .message(5, new ProtobufBytes().text(1, "value").message(5, value)));
    }

    /** A whole encoder of two layers, as PyTorch lays one out. */
    private static byte[] file() {
        ProtobufBytes graph = new ProtobufBytes();
        tensor(graph, "embeddings.word_embeddings.weight", 1, 7, HIDDEN);
        tensor(graph, "embeddings.position_embeddings.weight", 2, 5, HIDDEN);
        tensor(graph, "embeddings.token_type_embeddings.weight", 3, 2, HIDDEN);
        norm(graph, "embeddings.LayerNorm", 4);
        constant(
                graph,
                "epsilon",
                new ProtobufBytes()
                        .number(2, 1)
                        .bytes(9, ProtobufBytes.littleEndian(new float[] {1e-12f})));
        graph.message(
                1,
                new ProtobufBytes()
                        .text(1, "variance")
                        .text(1, "epsilon")
                        .text(3, "/embeddings/LayerNorm/Add")
                        .text(4, "Add"));
        constant(
                graph,
                "heads",
                new ProtobufBytes()
                        .number(1, 1)
                        .number(2, 7)
                        .bytes(9, new byte[] {2, 0, 0, 0, 0, 0, 0, 0}));
        graph.message(
                1,
                new ProtobufBytes()
                        .text(1, "batch")
                        .text(1, "tokens")
                        .text(1, "heads")
                        .text(1, "size")
                        .text(3, "/encoder/layer.0/attention/self/Concat")
                        .text(4, "Concat"));
        for (int layer = 0; layer < LAYERS; layer++) {
            String prefix = "/encoder/layer." + layer + "/";
            int seed = 100 + 100 * layer;
            linear(graph, prefix + "attention/self/query", seed, HIDDEN, HIDDEN);
            linear(graph, prefix + "attention/self/key", seed + 10, HIDDEN, HIDDEN);
            linear(graph, prefix + "attention/self/value", seed + 20, HIDDEN, HIDDEN);
            linear(graph, prefix + "attention/output/dense", seed + 30, HIDDEN, HIDDEN);
            linear(graph, prefix + "intermediate/dense", seed + 40, HIDDEN, WIDE);
            linear(graph, prefix + "output/dense", seed + 50, WIDE, HIDDEN);
            String module = "encoder.layer." + layer + ".";
            norm(graph, module + "attention.output.LayerNorm", seed + 60);
            norm(graph, module + "output.LayerNorm", seed + 70);
        }
        return new ProtobufBytes().number(1, 8).message(7, graph).toByteArray();
    }

    private static EncoderWeights read(byte[] file, int heads) {
        return OnnxEncoder.read(MemorySegment.ofArray(file).asReadOnly(), "test.onnx", heads);
    }

    @Test
    void read_wellFormed_findsShape() {
        EncoderShape shape = read(file(), 2).shape();

        assertEquals(new EncoderShape(LAYERS, HIDDEN, 2, WIDE, 7, 5, 2, 1e-12), shape);
    }

    @Test
    void read_matrix_isTurnedToOutByIn() {
        EncoderWeights.Layer layer = read(file(), 2).layers().get(1);

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
                assertThrows(WeightsFormatException.class, () -> read(file(), 4));

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
        byte[] file = file();

        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThrows(WeightsFormatException.class, () -> read(cut, 2), "length=" + length);
        }
    }

    @Test
    void read_anyBitFlipped_throwsNothingButTheTypedException() {
        byte[] file = file();
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
