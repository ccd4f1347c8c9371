package dev.gossamer.client.command;

import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.tensor.CpuEngine;
import dev.gossamer.client.tensor.ProductRates;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.weights.BlockMatrix;
import dev.gossamer.client.weights.Models;
import dev.gossamer.client.weights.PretrainedModel;

import picocli.CommandLine.Option;

import java.util.Optional;

/** Which base, kept and computed in what, on how many threads. */
final class BaseOptions {
    private static final String CPU = "cpu";

    @Option(
            names = "--base",
            paramLabel = "NAME|DIR|FILE",
            description =
                    "a built-in name (see models), a Hugging Face folder, a .gguf or .onnx file")
    private String base;

    @Option(
            names = {"--weights", "--storage"},
            paramLabel = "KIND",
            description =
                    "what the frozen base is kept as: fp32, bf16, int8 or blocks (GGUF); generate"
                            + " keeps blocks, all else fp32, unless told")
    private String weights;

    @Option(
            names = "--precision",
            defaultValue = "fp32",
            paramLabel = "KIND",
            description = "what matrix products are computed in: fp32 or bf16")
    private String precision;

    @Option(
            names = "--threads",
            defaultValue = "0",
            paramLabel = "N",
            description = "cores to compute on; 0 takes all")
    private int threads;

    @Option(
            names = "--engine",
            defaultValue = "cpu",
            paramLabel = "NAME",
            description = "cpu, or reference: slow, in double precision")
    private String engine;

    private boolean blocks;

    /** The base that was named, if one was. */
    Optional<String> named() {
        return Words.optional(base);
    }

    /** Workers for this command. */
    Workers workers() {
        Words.atLeast("--threads", threads, 0);
        return new Workers(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
    }

    /** Keeps blocks as they are where nothing else is asked for and all of a base has them. */
    void preferBlocks() {
        blocks = true;
    }

    /** What {@code base} is to be kept as. */
    Engine.Storage storage(Transformer base) {
        boolean ofBlocks =
                base.linears().stream().allMatch(map -> map.weight() instanceof BlockMatrix);
        Engine.Storage usual =
                blocks && ofBlocks && precision() == Engine.Precision.FP32
                        ? Engine.Storage.BLOCKS
                        : Engine.Storage.FP32;
        return Words.optional(weights)
                .map(word -> Words.parse("--weights", word, Engine.Storage.class))
                .orElse(usual);
    }

    /** Lays {@code base} out. */
    LoadedBase load(Transformer base, Workers workers) {
        return engine(workers).load(base, storage(base), precision());
    }

    /** Says how fast products are in each precision, and which one is used. */
    void tellRates(Transformer base, Workers workers, Terminal terminal) {
        if (engine.equals(CPU)) {
            ProductRates rates = ProductRates.measure(base, workers, terminal::now);
            terminal.line(rates.sentence(precision()));
        }
    }

    Engine.Precision precision() {
        return Words.parse("--precision", precision, Engine.Precision.class);
    }

    /** The engine that computes. */
    Engine engine(Workers workers) {
        return switch (engine) {
            case CPU -> new CpuEngine(workers);
            case "reference" -> new ReferenceEngine();
            case String other ->
                    throw new IllegalArgumentException(
                            "unknown word: --engine=" + other + ", one of=[cpu, reference]");
        };
    }

    /**
     * Opens the base that was named, else {@code otherwise}.
     *
     * @throws IllegalArgumentException if neither names one
     */
    PretrainedModel open(Optional<String> otherwise, Terminal terminal) {
        String name =
                named().or(() -> otherwise)
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "no base: --base=none; name a built-in model, a"
                                                        + " folder or a file"));
        return Models.open(
                name,
                (artifact, bytes) ->
                        terminal.progress(
                                "fetching " + name, bytes, artifact.archiveBytes(), "bytes"));
    }
}
