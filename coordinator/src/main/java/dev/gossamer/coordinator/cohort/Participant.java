package dev.gossamer.coordinator.cohort;

import dev.gossamer.protocols.node.NodeId;

/**
 * A node of a round's cohort.
 *
 * @param rank that it trains
 */
public record Participant(NodeId node, int rank) {}
