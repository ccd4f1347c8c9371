package dev.gossamer.protocols.node;

import java.security.SecureRandom;

/** Everything through which a node touches the world. */
public interface NodeContext {
    /** Who this node is. */
    NodeId self();

    /** Time. */
    Clock clock();

    /** Timers. */
    Scheduler scheduler();

    /** Connections to other nodes. */
    Transport transport();

    /** Work that is too long for the node's own thread. */
    Compute compute();

    /** Content-addressed bytes kept at this node. */
    ArtifactPort artifacts();

    /** What this node remembers. */
    StatePort state();

    /**
     * What keys, noise and all other secret coins are drawn from; may be used from any thread.
     *
     * <p>A deployment gives the platform's. Never what a run's published seed gives.
     */
    SecureRandom secrets();
}
