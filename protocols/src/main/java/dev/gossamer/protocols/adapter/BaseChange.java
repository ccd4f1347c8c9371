package dev.gossamer.protocols.adapter;

import java.util.List;
import java.util.Optional;

/**
 * One step from a version of the base to the next.
 *
 * <p>A version is called by the digest of the change that made it, and each change names the one
 * before it: whoever has the last name can find, check and replay all of them in order.
 *
 * @param previous the change that this one follows; empty where it follows the base itself
 * @param residuals at least one, of different targets
 */
public record BaseChange(Optional<Digest> previous, List<Residual> residuals) {
    /** Copies the list. */
    public BaseChange {
        residuals = List.copyOf(residuals);
        if (residuals.isEmpty()) {
            throw new IllegalArgumentException("nothing is changed: residuals=0, bound=1");
        }
    }
}
