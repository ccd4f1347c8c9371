package dev.gossamer.client.train;

/**
 * How a node trains in one round.
 *
 * @param steps optimiser steps, at least 1
 * @param batchSize rows a step, at least 1
 * @param learningRate above 0
 * @param weightDecay decoupled, at least 0
 */
public record TrainPlan(int steps, int batchSize, double learningRate, double weightDecay) {
    /** A plan whose numbers are within their ranges. */
    public TrainPlan {
        if (steps < 1
                || batchSize < 1
                || !(learningRate > 0)
                || !Double.isFinite(learningRate)
                || !(weightDecay >= 0)) {
            throw new IllegalArgumentException(
                    "bad plan: steps="
                            + steps
                            + ", batchSize="
                            + batchSize
                            + ", learningRate="
                            + learningRate
                            + ", weightDecay="
                            + weightDecay);
        }
    }
}
