package dev.gossamer.simulations.demo;

/**
 * The learning rates of the arms that the federation is compared with, each chosen beforehand on
 * validation rows; {@code docs/experiments/demo-learning-rates.md} has the sweep.
 */
final class BaselineRates {
    /** One client alone, with the steps that it took in the federation. */
    static final double ALONE = 5e-3;

    /** All rows in one place, with the steps of all clients together. */
    static final double CENTRALISED = 2e-3;

    private BaselineRates() {}
}
