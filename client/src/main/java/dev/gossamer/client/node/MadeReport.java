package dev.gossamer.client.node;

import dev.gossamer.protocols.adapter.Digest;

/**
 * What training came to, as it is sent.
 *
 * @param layout of the change
 * @param message the change by the run's codec; belongs to this object
 * @param loss mean over the local steps
 */
@SuppressWarnings("ArrayRecordComponent") // sent, never compared
record MadeReport(Digest layout, int weight, byte[] message, double loss, long tokens) {}
