package dev.gossamer.simulations.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A part of {@code bench privacy}: what it measures becomes fields of the one record. */
interface PrivacyMeasurement {
    /** Measures, and adds fields to {@code record} after those that are there. */
    void measure(Stopwatch stopwatch, ObjectNode record);
}
