package dev.gossamer.protocols.wire;

import dev.gossamer.protocols.node.NodeId;

/**
 * A message with its address.
 *
 * @param run the run's name, empty before a run is joined
 * @param round 0 before the first training round
 * @param sequence rises by one for each envelope of a sender's session
 */
public record Envelope(String run, int round, NodeId sender, long sequence, Message body) {}
