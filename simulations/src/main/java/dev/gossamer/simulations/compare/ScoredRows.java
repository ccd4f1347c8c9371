package dev.gossamer.simulations.compare;

import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.World;
import dev.gossamer.simulations.data.Shards;
import dev.gossamer.simulations.data.Sizes;

import java.util.OptionalInt;

/**
 * How many rows results are told by; more of them tell smaller differences apart.
 *
 * @param validation that rates are chosen by; empty for as many as the source has it
 * @param test that the result is told by; likewise
 */
record ScoredRows(OptionalInt validation, OptionalInt test) {
    /** As many as the source has it. */
    static final ScoredRows STANDARD = new ScoredRows(OptionalInt.empty(), OptionalInt.empty());

    /** Numbers of at least 1. */
    ScoredRows {
        validation.ifPresent(rows -> requirePositive("rows.validation", rows));
        test.ifPresent(rows -> requirePositive("rows.test", rows));
    }

    private static void requirePositive(String key, int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException(
                    "out of range: key=" + key + ", value=" + rows + ", bound=1 or more");
        }
    }

    /** The sizes of all parts of {@code run}'s data. */
    Sizes in(RunFile run, World world) {
        Sizes own = Shards.sizes(run, world);
        return new Sizes(
                own.publicSample(),
                test.orElse(own.publicTest()),
                validation.orElse(own.validation()),
                own.clients());
    }
}
