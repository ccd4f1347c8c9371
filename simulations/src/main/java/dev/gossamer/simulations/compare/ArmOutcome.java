package dev.gossamer.simulations.compare;

import dev.gossamer.simulations.experiment.Measure;
import dev.gossamer.simulations.traffic.Forecast;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;

/**
 * What one arm reached, and what it sent for it.
 *
 * @param forecast of its values
 * @param clients that all bytes are shared out over
 * @param rate that was chosen on validation rows
 * @param atEdge whether that is the least or the largest that was tried
 * @param scores of each seed, on the public test
 */
record ArmOutcome(
        String label,
        Measure measure,
        Forecast forecast,
        int clients,
        Rate rate,
        boolean atEdge,
        List<CellResult> scores) {
    /** Copies the list. */
    ArmOutcome {
        scores = List.copyOf(scores);
    }

    /** The measure of each seed. */
    List<Double> values() {
        return scores.stream().map(score -> score.value().orElseThrow()).toList();
    }

    /** Its mean over the seeds. */
    double mean() {
        return values().stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    /** The least of them. */
    double least() {
        return values().stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    /** The largest of them. */
    double most() {
        return values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /** Bytes that a client sends in the whole run, without the basis; means over clients, seeds. */
    double up() {
        return perClient(bytes -> bytes.up() - bytes.basisUp());
    }

    /** Bytes that a client is sent, likewise. */
    double down() {
        return perClient(bytes -> bytes.down() - bytes.basisDown());
    }

    /** Bytes of the basis: one client sends it, all others are sent it. */
    double once() {
        return perClient(bytes -> bytes.basisUp() + bytes.basisDown());
    }

    /** Bytes both ways, without the basis. */
    double withoutOnce() {
        return up() + down();
    }

    /** All bytes. */
    double total() {
        return withoutOnce() + once();
    }

    private double perClient(ToLongFunction<CellResult.Bytes> part) {
        return scores.stream().mapToLong(s -> part.applyAsLong(s.bytes())).average().orElseThrow()
                / clients;
    }

    /** The mean relative aggregation error; empty unless every seed's is known. */
    OptionalDouble aggregationError() {
        return scores.stream().allMatch(s -> s.aggregationError().isPresent())
                ? scores.stream().mapToDouble(s -> s.aggregationError().getAsDouble()).average()
                : OptionalDouble.empty();
    }
}
