package dev.gossamer.protocols.node;

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
}
