package dev.gossamer.simulations.compare;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.method.Aggregator;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileWriter;
import dev.gossamer.protocols.run.World;
import dev.gossamer.simulations.data.Shards.Scored;
import dev.gossamer.simulations.data.Sizes;

import java.nio.charset.StandardCharsets;

/**
 * One run of a comparison.
 *
 * @param arm its label
 * @param run complete: arm, rate and seed
 * @param sizes of all parts of its data
 * @param scored the part that the result is told by
 */
record Cell(String arm, Rate rate, RunFile run, Sizes sizes, Scored scored) {
    /** A run that can be simulated and scored, whose method and server fit each other. */
    Cell {
        requireWorld(run);
        if (run.evaluation().publicTest().isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no test to compare by: key=evaluation.public-test, value=none");
        }
        Aggregator.of(run);
    }

    /** The cell whose data has {@code rows} to score. */
    static Cell of(String arm, Rate rate, RunFile run, ScoredRows rows, Scored scored) {
        return new Cell(arm, rate, run, rows.in(run, requireWorld(run)), scored);
    }

    private static World requireWorld(RunFile run) {
        return run.simulate()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "run file has no world to simulate: key=simulate; add"
                                                + " clients and partition"));
    }

    /** The method that it runs by. */
    ExchangeMethod method() {
        return ExchangeMethod.of(run);
    }

    /** Names the cell by all that its result follows from, and by nothing else. */
    String key() {
        String all = RunFileWriter.write(run) + sizes + " " + scored + "\n";
        return Digest.of(all.getBytes(StandardCharsets.UTF_8)).toString();
    }

    /** The world that it runs in. */
    World world() {
        return requireWorld(run);
    }
}
