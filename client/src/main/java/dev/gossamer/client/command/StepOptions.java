package dev.gossamer.client.command;

import dev.gossamer.client.train.OptimizerChoice;
import dev.gossamer.client.train.Schedule;
import dev.gossamer.client.train.Trainer;

import picocli.CommandLine.Option;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** How long and how fast is trained. */
final class StepOptions {
    @Option(
            names = "--epochs",
            paramLabel = "X",
            description = "times over the rows; 3 where neither this nor --steps is given")
    private Double epochs;

    @Option(names = "--steps", paramLabel = "N", description = "optimiser steps, not epochs")
    private Integer steps;

    @Option(
            names = "--batch-size",
            defaultValue = "16",
            paramLabel = "N",
            description = "rows at once")
    private int batchSize;

    @Option(
            names = "--accumulate",
            defaultValue = "1",
            paramLabel = "N",
            description = "batches of one step")
    private int accumulate;

    @Option(
            names = "--learning-rate",
            paramLabel = "X",
            description = "1e-3 for LoRA, 5e-3 where R is trained, if not given")
    private Double learningRate;

    @Option(
            names = "--schedule",
            defaultValue = "linear",
            paramLabel = "KIND",
            description = "constant, linear or cosine")
    private String schedule;

    @Option(
            names = "--warmup",
            defaultValue = "0",
            paramLabel = "N",
            description = "steps over which the learning rate rises")
    private int warmup;

    @Option(
            names = "--optimizer",
            defaultValue = "adamw",
            paramLabel = "KIND",
            description = "adamw or sgd")
    private String optimizer;

    @Option(
            names = "--weight-decay",
            defaultValue = "0",
            paramLabel = "X",
            description = "decoupled with adamw")
    private double weightDecay;

    @Option(names = "--momentum", defaultValue = "0.9", paramLabel = "X", description = "of sgd")
    private double momentum;

    @Option(
            names = "--clip-norm",
            paramLabel = "X",
            description = "bounds the norm of each step's gradient")
    private Double clipNorm;

    @Option(
            names = "--dropout",
            defaultValue = "0",
            paramLabel = "SHARE",
            description = "of the adapter's inputs, which a step does without")
    private double dropout;

    int batchSize() {
        return Words.atLeast("--batch-size", batchSize, 1);
    }

    /** The learning rate, or {@code usual} where none is given. */
    double learningRate(double usual) {
        return learningRate == null ? usual : learningRate;
    }

    /** How many steps {@code rows} rows take. */
    int steps(int rows) {
        if (steps != null && epochs != null) {
            throw new IllegalArgumentException(
                    "two lengths: --steps=" + steps + ", --epochs=" + epochs + "; give one");
        }
        if (steps != null) {
            return Words.atLeast("--steps", steps, 1);
        }
        double wanted = epochs == null ? 3 : epochs;
        if (!(wanted > 0) || !Double.isFinite(wanted)) {
            throw new IllegalArgumentException("out of range: --epochs=" + wanted + ", bound=0");
        }
        double count = Math.ceil(wanted * rows / rowsPerStep());
        if (count > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("too many steps: steps=" + count);
        }
        return Math.max(1, (int) count);
    }

    private int rowsPerStep() {
        return Math.multiplyExact(batchSize(), Words.atLeast("--accumulate", accumulate, 1));
    }

    /** How many steps go over {@code rows} rows once. */
    int stepsOfAnEpoch(int rows) {
        return Math.max(1, (rows + rowsPerStep() - 1) / rowsPerStep());
    }

    /** The plan of a training of {@code total} steps. */
    Trainer.Plan plan(int total, double usualLearningRate) {
        return new Trainer.Plan(
                batchSize(),
                Words.atLeast("--accumulate", accumulate, 1),
                learningRate(usualLearningRate),
                new Schedule(
                        Words.parse("--schedule", schedule, Schedule.Shape.class),
                        Words.atLeast("--warmup", warmup, 0),
                        total),
                choice(),
                clipNorm == null ? OptionalDouble.empty() : OptionalDouble.of(clipNorm),
                0,
                dropout());
    }

    /** The share of the adapter's inputs that a step does without. */
    double dropout() {
        if (!(dropout >= 0 && dropout < 1)) {
            throw new IllegalArgumentException(
                    "out of range: --dropout=" + dropout + ", bound=[0,1)");
        }
        return dropout;
    }

    private OptimizerChoice choice() {
        return switch (optimizer) {
            case "adamw" -> new OptimizerChoice.Adam(weightDecay);
            case "sgd" -> new OptimizerChoice.GradientDescent(momentum, weightDecay);
            case String other ->
                    throw new IllegalArgumentException(
                            "unknown word: --optimizer=" + other + ", one of=[adamw, sgd]");
        };
    }

    /** Refuses options that do not fit together, before anything is opened. */
    void check() {
        int some = Math.max(1, warmup);
        plan(some, 1);
        steps(1);
    }

    /** What these options say, for a checkpoint. */
    Map<String, String> settings(int total, double usualLearningRate) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("steps", String.valueOf(total));
        settings.put("batch-size", String.valueOf(batchSize));
        settings.put("accumulate", String.valueOf(accumulate));
        settings.put("learning-rate", String.valueOf(learningRate(usualLearningRate)));
        settings.put("schedule", schedule);
        settings.put("warmup", String.valueOf(warmup));
        settings.put("optimizer", optimizer);
        settings.put("weight-decay", String.valueOf(weightDecay));
        settings.put("momentum", String.valueOf(momentum));
        settings.put(
                "clip-norm", Optional.ofNullable(clipNorm).map(String::valueOf).orElse("none"));
        settings.put("dropout", String.valueOf(dropout()));
        return settings;
    }
}
