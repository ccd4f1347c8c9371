package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Residual;

import java.util.List;

/**
 * What a round comes to.
 *
 * @param next the server's adapter after it
 * @param residuals what every client adds to its base before it trains on; each set of them is a
 *     version of the base, and a late joiner adds all of them in order
 */
public record Combined(AdapterValues next, List<Residual> residuals) {
    /** Copies the list. */
    public Combined {
        residuals = List.copyOf(residuals);
    }
}
