package dev.gossamer.simulations.compare;

import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.protocols.run.YamlNode.Mapping;
import dev.gossamer.simulations.data.Shards.Scored;

import java.util.HashSet;
import java.util.List;

/**
 * One of those that are compared.
 *
 * @param label names it in the file, in the tables and in the picture
 * @param yaml its run file, before a rate and a seed are put in
 * @param rates that it may run at, at least one
 * @param rows that it is scored on
 */
record Arm(String label, Mapping yaml, List<Rate> rates, ScoredRows rows) {
    /** An arm whose label fits into a table and a picture. */
    Arm {
        rates = List.copyOf(rates);
        if (!label.matches("[A-Za-z0-9][A-Za-z0-9 ./+-]{0,39}")) {
            throw new IllegalArgumentException(
                    "not a label: label="
                            + label
                            + ", expected=1 to 40 letters, digits, blanks, dots, dashes");
        }
        if (rates.isEmpty() || new HashSet<>(rates).size() < rates.size()) {
            throw new IllegalArgumentException(
                    "an arm needs rates that differ: label=" + label + ", rates=" + rates);
        }
    }

    /**
     * The run at {@code rate} on the coins of {@code seed}, scored after its last round alone.
     *
     * <p>What means get wrong costs seconds to measure, and is told of the runs that are told.
     *
     * @throws IllegalArgumentException naming the arm, if its run file is refused
     */
    Cell cell(Rate rate, long seed, Scored scored) {
        try {
            Mapping seeded = Mapping.of(seed, "seed").over(rate.in(yaml));
            Mapping own =
                    scored == Scored.TEST
                            ? seeded
                            : Mapping.of(false, "evaluation", "aggregation-error").over(seeded);
            int rounds = RunFileReader.read(own).rounds().count();
            RunFile run = RunFileReader.read(Mapping.of(rounds, "evaluation", "every").over(own));
            return Cell.of(label, rate, run, rows, scored);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("arm=" + label + ": " + e.getMessage(), e);
        }
    }
}
