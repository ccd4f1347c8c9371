package dev.gossamer.client.golden;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The golden checks can fail: each aspect of a model a little wrong is caught. */
class GoldenChecksTest {
    private static final Path FOLDER = Path.of("src/test/resources/golden/models/mistral-sliding");

    /** An epsilon of 5e-5 for one of 1e-5 shows in no value before its fourth digit. */
    @Test
    void checks_ofModelWithAnotherEpsilon_failInEveryAspect() throws IOException {
        GoldenModel golden = GoldenModel.read(FOLDER);
        Transformer base = golden.base();
        double epsilon = base.architecture().normEpsilon();

        for (Executable check : checks(golden, base)) {
            assertDoesNotThrow(check);
        }
        for (Executable check : checks(golden, with(base, 5 * epsilon))) {
            assertThrows(AssertionError.class, check);
        }
    }

    private static List<Executable> checks(GoldenModel golden, Transformer base) {
        LoadedBase loaded = new ReferenceEngine().load(base, Storage.FP32, Precision.FP32);
        GoldenChecks lora = new GoldenChecks(golden, golden.lora(), loaded);
        GoldenChecks core = new GoldenChecks(golden, golden.loraSb(), loaded);
        return List.of(
                core::bareLogits,
                core::bareLosses,
                lora::logits,
                lora::losses,
                lora::gradient,
                lora::exampleNorms,
                lora::fiveSteps,
                core::gradient,
                core::exampleGradients,
                core::cohortGradients,
                core::fiveSteps);
    }

    private static Transformer with(Transformer base, double epsilon) {
        Architecture a = base.architecture();
        Architecture other =
                new Architecture(
                        a.family(),
                        a.prefix(),
                        a.layers(),
                        a.hidden(),
                        a.heads(),
                        a.keyValueHeads(),
                        a.headSize(),
                        a.intermediate(),
                        a.vocabulary(),
                        a.positions(),
                        a.preNorm(),
                        a.rms(),
                        epsilon,
                        a.activation(),
                        a.gated(),
                        a.causal(),
                        a.rotary(),
                        a.window());
        return new Transformer(
                other,
                base.words(),
                base.positions(),
                base.tokenTypes(),
                base.embeddingNorm(),
                base.blocks(),
                base.finalNorm());
    }
}
