package dev.gossamer.client.node;

import dev.gossamer.protocols.node.NodeId;

/** Told how far a node's work is, from the threads that do it. */
@FunctionalInterface
public interface WorkProgress {
    /** Tells nobody. */
    WorkProgress SILENT = (node, stage, done, total) -> {};

    /** What a node works on. */
    enum Stage {
        /** The gradients of the public sample, in mini-batches. */
        BASIS,
        /** Local training, in optimiser steps. */
        TRAINING
    }

    /** {@code done} of {@code total} parts of {@code node}'s {@code stage} stand. */
    void at(NodeId node, Stage stage, int done, int total);
}
