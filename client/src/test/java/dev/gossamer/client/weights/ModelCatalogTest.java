package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.model.EncoderShape;
import dev.gossamer.client.model.EncoderWeights;
import dev.gossamer.client.model.Linear;

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

        assertEquals(
                "unknown base model: name=bert-9, built in=[bert-base, bge-small, bge-small-int8,"
                        + " minilm-l6, minilm-l6-int8, smollm2-135m]",
                refused.getMessage());
    }

    @Test
    void load_notFp32Onnx_refused() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> ModelCatalog.shared().load("minilm-l6-int8"));

        assertEquals(
                "no encoder in fp32 ONNX: name=minilm-l6-int8, format=ONNX_INT8",
                refused.getMessage());
    }

    @Test
    void open_minilm_hasItsSizesNamesAndTokeniser() {
        PretrainedModel model = ModelCatalog.shared().open("minilm-l6", DownloadProgress.SILENT);

        assertEquals(6, model.base().architecture().layers());
        assertEquals(12, model.base().architecture().heads());
        assertEquals(36, model.base().linears().size());
        assertEquals("encoder.layer.0.attention.self.query", model.base().linears().get(0).name());
        assertEquals(90_984_153, model.bytes());
        assertEquals("Apache-2.0", model.licence());
        assertTrue(model.tokenizer().isPresent());
        assertSame(model, Models.open("minilm-l6"));
    }

    /** Nothing is copied: every matrix is a view of the mapped file. */
    @Test
    void open_minilm_leavesMatricesInTheFile() {
        for (Linear linear : Models.open("minilm-l6").base().linears()) {
            TransposedMatrix weight = (TransposedMatrix) linear.weight();
            assertTrue(((FloatMatrix) weight.stored()).values().isMapped());
        }
    }

    @Test
    void realFile_cutAtManyLengths_alwaysRefused() throws IOException {
        Artifact artifact = ModelCatalog.shared().find("minilm-l6").orElseThrow().artifact();
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
