package dev.gossamer.client.command;

import dev.gossamer.client.reference.ReferenceEngine;
import dev.gossamer.client.tensor.CpuEngine;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Engine;
import dev.gossamer.client.weights.Models;
import dev.gossamer.client.weights.PretrainedModel;

import picocli.CommandLine.Option;

import java.util.Optional;

/** Which base, kept and computed in what, on how many threads. */
final class BaseOptions {
    @Option(
            names = "--base",
            paramLabel = "NAME|DIR|FILE",
            description =
                    "a built-in name (see models), a Hugging Face folder, a .gguf or .onnx file")
    private String base;

    @Option(
            names = "--weights",
            defaultValue = "fp32",
            paramLabel = "KIND",
            description = "what the frozen base is kept as: fp32, bf16, int8 or blocks (GGUF)")
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

    /** The base that was named, if one was. */
    Optional<String> named() {
        return Words.optional(base);
    }

    /** Workers for this command. */
    Workers workers() {
        Words.atLeast("--threads", threads, 0);
        return new Workers(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads);
    }

    Engine.Storage storage() {
        return Words.parse("--weights", weights, Engine.Storage.class);
    }

    Engine.Precision precision() {
        return Words.parse("--precision", precision, Engine.Precision.class);
    }

    /** The engine that computes. */
    Engine engine(Workers workers) {
        return switch (engine) {
            case "cpu" -> new CpuEngine(workers);
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
