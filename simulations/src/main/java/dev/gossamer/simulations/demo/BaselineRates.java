package dev.gossamer.simulations.demo;

import dev.gossamer.protocols.run.RunFile;

/**
 * The learning rates of the arms that the federation is compared with, each chosen beforehand on
 * validation rows; {@code docs/experiments/demo-learning-rates.md} has the sweep.
 */
final class BaselineRates {
    /** One client alone, with the steps that it took in the federation. */
    private static final double ALONE = 5e-3;

    /** All rows in one place, with the steps of all clients together. */
    private static final double CENTRALISED = 2e-3;

    /** Of one client alone: a language model's is the run's own, as no sweep chose one. */
    static double alone(RunFile run) {
        return run.task().classifies() ? ALONE : run.train().learningRate();
    }

    /** Of all rows in one place; likewise. */
    static double centralised(RunFile run) {
        return run.task().classifies() ? CENTRALISED : run.train().learningRate();
    }

    private BaselineRates() {}
}
