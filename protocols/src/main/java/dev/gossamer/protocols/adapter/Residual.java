package dev.gossamer.protocols.adapter;

import dev.gossamer.protocols.algebra.Factored;

/**
 * A change of the base's own weights, {@code W ← W + left right}, with all scaling in it.
 *
 * @param target the matrix's name
 */
public record Residual(String target, Factored change) {
    /** The values that it takes to send it: as factors, or the product where that has fewer. */
    public long values() {
        return values(change.rows(), change.columns(), change.inner());
    }

    /** The values of any residual of those sides. */
    public static long values(long rows, long columns, long inner) {
        return Math.min(inner * (rows + columns), rows * columns);
    }
}
