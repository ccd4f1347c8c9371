package dev.gossamer.client.node;

import dev.gossamer.client.adapter.LowRankUpdate;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.weights.FloatMatrix;
import dev.gossamer.protocols.adapter.BaseChange;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Residual;

import org.ejml.data.DMatrixRMaj;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A base with the changes of rounds in its weights, rounded to fp32 after each of them: whoever
 * replays them in order has the same bits as who took part in all rounds.
 *
 * @param changes that are in it, the oldest first
 */
record ChangedBase(List<Digest> changes, Transformer transformer) {
    /** A base without any. */
    static ChangedBase unchanged(Transformer base) {
        return new ChangedBase(List.of(), base);
    }

    /** Whether {@code version} goes on from this one. */
    boolean leadsTo(BaseVersion version) {
        int have = changes.size();
        return version.changes().size() >= have
                && version.changes().subList(0, have).equals(changes);
    }

    /** The version that this one leads to. */
    ChangedBase advanced(BaseVersion version) {
        Transformer changed = transformer;
        for (Digest name : version.changes().subList(changes.size(), version.changes().size())) {
            changed = with(changed, version.reader().apply(name));
        }
        return new ChangedBase(version.changes(), changed);
    }

    private static Transformer with(Transformer base, BaseChange change) {
        List<LowRankUpdate> updates = change.residuals().stream().map(ChangedBase::update).toList();
        Set<String> changed = updates.stream().map(LowRankUpdate::name).collect(Collectors.toSet());
        // Written out: a sum that is computed whenever it is read would grow with each round.
        return LowRankUpdate.merged(base, updates)
                .withLinears(map -> changed.contains(map.name()) ? writtenOut(map) : map);
    }

    private static LowRankUpdate update(Residual residual) {
        DMatrixRMaj left = residual.change().left();
        DMatrixRMaj right = residual.change().right();
        return new LowRankUpdate(
                residual.target(),
                left.numCols,
                right.numCols,
                left.numRows,
                1,
                floats(right),
                floats(left));
    }

    private static float[] floats(DMatrixRMaj matrix) {
        float[] values = new float[matrix.getNumElements()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) matrix.data[i];
        }
        return values;
    }

    private static Linear writtenOut(Linear map) {
        return new Linear(
                map.name(),
                FloatMatrix.of(map.weight().toArray(), map.out(), map.in()),
                map.bias());
    }
}
