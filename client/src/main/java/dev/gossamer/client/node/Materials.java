package dev.gossamer.client.node;

import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.Digest;

/**
 * The parts of a model that a task names, at hand.
 *
 * @param basisName equal names are equal bases
 */
public record Materials(BaseVersion base, Digest basisName, Basis basis, AdapterState adapter) {
    /** The same with another adapter. */
    public Materials with(AdapterState other) {
        return new Materials(base, basisName, basis, other);
    }
}
