package dev.gossamer.protocols.node;

import dev.gossamer.protocols.adapter.Digest;

import java.util.Optional;

/** The content-addressed bytes that a node holds; what is put has been verified by its name. */
public interface ArtifactPort {
    /** Keeps {@code content}, durably where the store is, and names it. */
    Digest put(byte[] content);

    /** The artifact called {@code digest}, if it is held here. */
    Optional<byte[]> get(Digest digest);
}
