package dev.gossamer.coordinator.journal;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.wire.ModelVersion;
import dev.gossamer.protocols.wire.PatchOffer;

import java.util.Optional;

/**
 * Where a run stands between two rounds, by the names of its artifacts.
 *
 * @param version that is trained from and scored next
 * @param global the server's own adapter, which the published one may be a part of
 * @param patch a shorter way to the published adapter
 * @param memory what the server's optimiser remembers; empty where that is nothing
 */
public record Standing(
        ModelVersion version, Digest global, Optional<PatchOffer> patch, Optional<Digest> memory) {}
