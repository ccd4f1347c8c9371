package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.model.EncoderShape;
import dev.gossamer.client.model.EncoderWeights;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

class ModelCatalogTest {
    @Test
    void load_minilm_hasItsShape() {
        BaseModel model = ModelCatalog.shared().load("minilm-l6");

        assertEquals(
                new EncoderShape(6, 384, 12, 1536, 30_522, 512, 2, 1e-12), model.weights().shape());
        assertEquals("Apache-2.0", model.licence());
        assertEquals(90_984_153, model.sizeBytes());
        EncoderWeights.Layer last = model.weights().layers().get(5);
        assertEquals(384 * 1536, last.intermediate().weight().remaining());
        assertEquals(1536, last.intermediate().bias().remaining());
        assertEquals(384, last.output().bias().remaining());
        assertEquals(30_522 * 384, model.weights().wordEmbeddings().remaining());
    }

    @Test
    void load_twice_givesTheSameObject() {
        BaseModel first = ModelCatalog.shared().load("minilm-l6");

        assertSame(first, ModelCatalog.shared().load("minilm-l6"));
    }

    @Test
    void load_unknownName_listsWhatIsThere() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class, () -> ModelCatalog.shared().load("bert-9"));

        assertEquals("unknown base model: name=bert-9, built in=[minilm-l6]", refused.getMessage());
    }

    @Test
    void realFile_cutAtManyLengths_alwaysRefused() throws IOException {
        MavenArtifact artifact = ModelCatalog.shared().find("minilm-l6").orElseThrow().artifact();
        Path file =
                ArtifactCache.ofEnvironment()
                        .resolve(artifact, DownloadProgress.SILENT)
                        .resolve(artifact.entries().getFirst().fileName());
        try (FileChannel channel = FileChannel.open(file);
                Arena arena = Arena.ofConfined()) {
            MemorySegment whole =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);

            int cuts = 0;
            for (long length = 0; length < whole.byteSize(); length += 200_003) {
                MemorySegment cut = whole.asSlice(0, length);
                assertThrows(
                        WeightsFormatException.class,
                        () -> OnnxEncoder.read(cut, "cut.onnx", 12),
                        "length=" + length);
                cuts++;
            }
            assertTrue(cuts > 400, "cuts=" + cuts);
        }
    }
}
