package dev.gossamer.protocols.wire;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;

import java.util.Set;

/**
 * A shorter way to an adapter, for those who have some of it already.
 *
 * @param patch the artifact that holds the rest
 * @param kept the factors that a receiver must have
 * @param values the digest of those factors' values; of nothing where {@code kept} is empty
 */
public record PatchOffer(Digest patch, Set<Factor> kept, Digest values) {
    /** The values of no factor. */
    public static final Digest NOTHING = Digest.of(new byte[0]);

    /** Copies the set. */
    public PatchOffer {
        kept = Set.copyOf(kept);
    }
}
