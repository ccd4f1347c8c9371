package dev.gossamer.client.golden;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;

import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Each engine on each folder of a small stock model, aspect by aspect. */
class GoldenModelsTest {
    @TestFactory
    List<DynamicContainer> engine_onGoldenFolder_agreesWithPyTorch() throws IOException {
        List<DynamicContainer> containers = new ArrayList<>();
        List<Engine> engines = GoldenEngines.selected();
        for (Path folder : GoldenModel.folders()) {
            for (Engine engine : engines) {
                // Read within the container, so that a bad folder fails alone.
                containers.add(
                        DynamicContainer.dynamicContainer(
                                folder.getFileName() + " " + engine.name(),
                                Stream.of(folder).flatMap(path -> aspects(path, engine))));
            }
        }
        assertFalse(containers.isEmpty(), "no folder of a model below " + GoldenModel.root());
        return containers;
    }

    private static Stream<DynamicTest> aspects(Path folder, Engine engine) {
        GoldenModel golden = GoldenModel.read(folder);
        LoadedBase base = engine.load(golden.base(), Storage.FP32, Precision.FP32);
        GoldenChecks lora = new GoldenChecks(golden, golden.lora(), base);
        GoldenChecks core = new GoldenChecks(golden, golden.loraSb(), base);
        return Stream.of(
                DynamicTest.dynamicTest("base logits", core::bareLogits),
                DynamicTest.dynamicTest("base losses", core::bareLosses),
                DynamicTest.dynamicTest("lora logits", lora::logits),
                DynamicTest.dynamicTest("lora losses", lora::losses),
                DynamicTest.dynamicTest("lora gradient", lora::gradient),
                DynamicTest.dynamicTest("lora example norms", lora::exampleNorms),
                DynamicTest.dynamicTest("lora five steps", lora::fiveSteps),
                DynamicTest.dynamicTest("R logits", core::logits),
                DynamicTest.dynamicTest("R losses", core::losses),
                DynamicTest.dynamicTest("R gradient", core::gradient),
                DynamicTest.dynamicTest("R example norms", core::exampleNorms),
                DynamicTest.dynamicTest("R example gradients", core::exampleGradients),
                DynamicTest.dynamicTest("R cohort gradients", core::cohortGradients),
                DynamicTest.dynamicTest("R five steps", core::fiveSteps));
    }
}
