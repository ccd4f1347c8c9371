package dev.gossamer.simulations.federation;

import dev.gossamer.protocols.node.NodeId;

/** A federation that could not be carried to its end: which node, and why. */
public final class FederationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FederationException(NodeId node, Throwable cause) {
        super(node + ": " + cause.getMessage(), cause);
    }

    /** The run ended, but not well. */
    public FederationException(String message) {
        super(message);
    }
}
