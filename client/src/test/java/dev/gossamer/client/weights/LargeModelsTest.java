package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;

import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.text.Tokenizer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.Arrays;

/** The built-in models whose jars are large, 510 MB together: a plain build leaves them out. */
@Tag("large-models")
class LargeModelsTest {
    @Test
    void open_bertBase_hasItsSizes() {
        PretrainedModel model = Models.open("bert-base");

        Architecture shape = model.base().architecture();

        assertEquals(12, shape.layers());
        assertEquals(768, shape.hidden());
        assertEquals(64, shape.headSize());
        assertEquals(3072, shape.intermediate());
        assertEquals(30_522, shape.vocabulary());
        assertEquals(440_419_560, model.bytes());
    }

    /** What its authors' own code gives: paris, 0.4168. */
    @Test
    void logits_maskedWord_namesParis() {
        PretrainedModel model = Models.open("bert-base");
        Tokenizer tokenizer = model.tokenizer().orElseThrow();
        int[] tokens = tokenizer.encode("the capital of france is [MASK].", 64);
        int mask = tokenizer.id("[MASK]").orElseThrow();
        int paris = tokenizer.id("paris").orElseThrow();
        int place = Arrays.stream(tokens).boxed().toList().indexOf(mask);

        float[] scores = new BareModel(model).logits(tokens, place);

        double sum = 0;
        for (float score : scores) {
            assertTrue(score <= scores[paris], "score=" + score);
            sum += Math.exp(score - scores[paris]);
        }
        assertEquals(0.4168, 1 / sum, 1e-4);
    }

    @Test
    void features_bge_equalOnnxRuntime() throws OrtException {
        OnnxChecks.assertEqualsOnnxRuntime("bge-small");
    }

    @Test
    void read_bgeQuantised_isWithinHalfAStepOfFp32() {
        OnnxChecks.assertWithinHalfAStep("bge-small", "bge-small-int8");
    }

    @Test
    void features_bgeQuantised_pointWhereOnnxRuntimeDoes() throws OrtException {
        OnnxChecks.assertPointsWhereOnnxRuntimeDoes("bge-small-int8");
    }
}
