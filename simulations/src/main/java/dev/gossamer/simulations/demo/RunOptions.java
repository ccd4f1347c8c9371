package dev.gossamer.simulations.demo;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.OptionalLong;

/** What {@code demo} and {@code simulate} have in common. */
final class RunOptions {
    @Option(names = "--seed", description = "instead of the run file's")
    private Long seed;

    @Option(names = "--out", defaultValue = "runs", description = "where the run's folder goes")
    private Path out;

    @Option(names = "--json", description = "end with one JSON object on standard output")
    private boolean json;

    @Option(names = "--no-baselines", description = "the federation alone")
    private boolean noBaselines;

    @Option(names = "--threads", description = "workers that compute; changes no result")
    private Integer threads;

    OptionalLong seed() {
        return seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
    }

    Path out() {
        return out;
    }

    boolean json() {
        return json;
    }

    boolean baselines() {
        return !noBaselines;
    }

    /** The workers to compute on, {@code otherwise} where none are asked for. */
    int threads(int otherwise) {
        return threads == null ? otherwise : threads;
    }
}
