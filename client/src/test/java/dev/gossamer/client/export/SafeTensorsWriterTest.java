package dev.gossamer.client.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.client.export.SafeTensorsWriter.Tensor;
import dev.gossamer.client.weights.FloatMatrix;
import dev.gossamer.client.weights.SafeTensors;
import dev.gossamer.client.weights.TensorType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

final class SafeTensorsWriterTest {
    @TempDir Path folder;

    @Test
    void write_thenRead_givesValuesAndMetadata() throws IOException {
        float[] matrix = {1, -2.5f, Float.MIN_VALUE, 3e38f, 0, -0f};

        SafeTensorsWriter.write(
                file(),
                List.of(
                        Tensor.of("b", FloatMatrix.of(matrix, 2, 3)),
                        Tensor.of("a", new float[] {7, 8})),
                Map.of("format", "pt"));

        SafeTensors read = SafeTensors.read(file());
        assertArrayEquals(matrix, read.tensor("b").matrix(2, 3).toArray());
        assertArrayEquals(new float[] {7, 8}, read.tensor("a").vector(2));
        assertEquals(Map.of("format", "pt"), read.metadata());
    }

    @Test
    void write_ofGoldenTensors_hasTheFormatsBytes() throws IOException {
        SafeTensorsWriter.write(file(), List.of(Tensor.of("x", new float[] {1})), Map.of());

        byte[] bytes = Files.readAllBytes(file());
        String header = "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
        int padded = (header.length() + 7) / 8 * 8;
        ByteBuffer expected =
                ByteBuffer.allocate(8 + padded + 4).order(ByteOrder.LITTLE_ENDIAN).putLong(padded);
        expected.put(header.getBytes(StandardCharsets.UTF_8));
        while (expected.position() < 8 + padded) {
            expected.put((byte) ' ');
        }
        expected.putFloat(1);
        assertArrayEquals(expected.array(), bytes);
    }

    /** Halfway between two bfloat16 values: 1 + 2^-8 goes down to even, 1 + 3 · 2^-8 up. */
    @Test
    void write_asBfloat16_roundsToEven() throws IOException {
        float[] values = {1 + 0x1p-8f, 1 + 3 * 0x1p-8f, 1 + 0x1.8p-8f, Float.NaN, 3.4e38f, -0f};

        SafeTensorsWriter.write(file(), List.of(Tensor.of("x", TensorType.BF16, values)), Map.of());

        float[] expected = {1, 1 + 0x1p-6f, 1 + 0x1p-7f, Float.NaN, Float.POSITIVE_INFINITY, -0f};
        assertArrayEquals(expected, SafeTensors.read(file()).tensor("x").vector(6));
    }

    @Test
    void write_asHalf_roundsAsTheType() throws IOException {
        float[] values = {1 + 0x1p-11f, 65504, 1e-8f};

        SafeTensorsWriter.write(file(), List.of(Tensor.of("x", TensorType.F16, values)), Map.of());

        assertArrayEquals(
                new float[] {1, 65504, 0}, SafeTensors.read(file()).tensor("x").vector(3));
    }

    @Test
    void write_ofStoredTensor_copiesItsBytes() throws IOException {
        SafeTensors golden =
                SafeTensors.read(GoldenAdapters.model("gpt2").resolve("model.safetensors"));
        List<Tensor> tensors =
                golden.tensors().entrySet().stream()
                        .map(entry -> Tensor.of(entry.getKey(), entry.getValue()))
                        .toList();

        SafeTensorsWriter.write(file(), tensors, Map.of());

        SafeTensors read = SafeTensors.read(file());
        assertEquals(golden.tensors().keySet(), read.tensors().keySet());
        for (String name : golden.tensors().keySet()) {
            assertEquals(golden.tensor(name).type(), read.tensor(name).type());
            assertEquals(
                    -1, golden.tensor(name).values().mismatch(read.tensor(name).values()), name);
        }
    }

    @Test
    void write_ofOneNameTwice_isRefused() {
        List<Tensor> tensors =
                List.of(Tensor.of("x", new float[] {1}), Tensor.of("x", new float[] {1}));

        IllegalArgumentException thrown =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> SafeTensorsWriter.write(file(), tensors, Map.of()));

        assertEquals("tensor named twice: name=x", thrown.getMessage());
    }

    @Test
    void tensor_ofIntegers_isRefused() {
        IllegalArgumentException thrown =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Tensor.of("x", TensorType.I64, new float[] {1}));

        assertEquals(
                "values cannot be written as this: dtype=I64, known=F32,F16,BF16",
                thrown.getMessage());
    }

    private Path file() {
        return folder.resolve("x.safetensors");
    }
}
