package dev.gossamer.protocols.wire;

import dev.gossamer.protocols.adapter.Digest;

import java.util.Optional;

/**
 * A version of a run's model, by the names of its parts.
 *
 * @param base the last change of the base; empty where it is as it was
 * @param basis the frozen factors
 * @param adapter as it is trained from and scored, with all its values
 */
public record ModelVersion(Optional<Digest> base, Digest basis, Digest adapter) {}
