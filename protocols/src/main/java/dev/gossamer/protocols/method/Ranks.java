package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

import java.util.ArrayList;
import java.util.List;

/** Adapters of other ranks: the leading rows of A and columns of B, and back with zeros. */
final class Ranks {
    private Ranks() {}

    /** The largest rank of a target in {@code layout}, 0 without any. */
    static int of(AdapterLayout layout) {
        int rank = 0;
        for (Slice slice : layout.slices()) {
            rank = Math.max(rank, of(slice));
        }
        return rank;
    }

    private static int of(Slice slice) {
        return switch (Factor.of(slice.name())) {
            case A, R -> slice.rows();
            case B -> slice.columns();
            case HEAD -> 0;
        };
    }

    /**
     * {@code layout} with targets of at most {@code rank}.
     *
     * @param rank at most that of the layout
     */
    static AdapterLayout layout(AdapterLayout layout, int rank) {
        if (rank < 1 || rank > of(layout)) {
            throw new IllegalArgumentException(
                    "rank out of range: rank=" + rank + ", bound=1.." + of(layout));
        }
        List<Slice> slices = new ArrayList<>();
        for (Slice slice : layout.slices()) {
            int own = Math.min(rank, Math.max(1, of(slice)));
            slices.add(
                    switch (Factor.of(slice.name())) {
                        case A -> new Slice(slice.name(), own, slice.columns());
                        case B -> new Slice(slice.name(), slice.rows(), own);
                        case R -> new Slice(slice.name(), own, own);
                        case HEAD -> slice;
                    });
        }
        return new AdapterLayout(slices);
    }

    /** The leading {@code rank} of each target of {@code state}. */
    static AdapterState leading(AdapterState state, int rank) {
        return resized(AdapterValues.of(state), layout(state.layout(), rank)).state();
    }

    /** {@code values} with zeros up to the sides that {@code layout} has. */
    static AdapterValues padded(AdapterValues values, AdapterLayout layout) {
        return resized(values, layout);
    }

    private static AdapterValues resized(AdapterValues values, AdapterLayout layout) {
        AdapterValues resized = AdapterValues.zero(layout);
        for (Slice slice : layout.slices()) {
            DMatrixRMaj from = values.matrix(slice.name());
            DMatrixRMaj to = new DMatrixRMaj(slice.rows(), slice.columns());
            int rows = Math.min(from.numRows, to.numRows);
            int columns = Math.min(from.numCols, to.numCols);
            CommonOps_DDRM.extract(from, 0, rows, 0, columns, to, 0, 0);
            resized.setInPlace(slice.name(), to);
        }
        return resized;
    }
}
