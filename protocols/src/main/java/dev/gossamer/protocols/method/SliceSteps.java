package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.aggregate.ServerOptimizer;
import dev.gossamer.protocols.aggregate.ServerOptimizer.Memory;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A server's step, some values of a slice at a time: in double precision there are only those, and
 * of the whole adapter its fp32 values before and after.
 */
final class SliceSteps {
    /** Some ten arrays of as many doubles are alive during a step. */
    private static final int PIECE = 1 << 16;

    private final SumMethod method;
    private final ServerOptimizer optimizer;
    private final AdapterState before;
    private final float[] values;
    private final Map<Factor, Memory> memories;
    private final Map<Factor, Memory> after = new EnumMap<>(Factor.class);

    SliceSteps(
            SumMethod method,
            ServerOptimizer optimizer,
            AdapterState before,
            Map<Factor, Memory> memories) {
        this.method = method;
        this.optimizer = optimizer;
        this.before = before;
        this.memories = memories;
        values = before.values().clone();
        after.putAll(memories);
    }

    /** Takes the step of the slices of {@code part}. */
    void take(AdapterLayout part, Aggregator.Mean mean) {
        Map<Factor, Integer> within = new EnumMap<>(Factor.class);
        int at = 0;
        for (Slice slice : part.slices()) {
            Factor factor = Factor.of(slice.name());
            int ofFactor = part.only(Set.of(factor)).size();
            int to = before.layout().offset(slice.name());
            for (int done = 0; done < slice.size(); done += PIECE) {
                int size = Math.min(PIECE, slice.size() - done);
                int from = within.getOrDefault(factor, 0);
                Slice piece = new Slice(slice.name(), 1, size);
                double[] ofPiece = mean.of(at + done, at + done + size);
                take(new Piece(piece, factor, to + done, from, ofFactor), ofPiece);
                within.put(factor, from + size);
            }
            at += slice.size();
        }
    }

    /**
     * Some of a slice's values.
     *
     * @param to where they begin in the adapter
     * @param from where they begin among the {@code ofFactor} values of their factor
     */
    private record Piece(Slice slice, Factor factor, int to, int from, int ofFactor) {}

    private void take(Piece piece, double[] mean) {
        int size = piece.slice().size();
        AdapterLayout single = new AdapterLayout(List.of(piece.slice()));
        float[] old = Arrays.copyOfRange(before.values(), piece.to(), piece.to() + size);
        Memory remembered = memories.get(piece.factor());
        Map<Factor, Memory> own =
                remembered == null
                        ? Map.of()
                        : Map.of(piece.factor(), part(remembered, piece.from(), size));
        ServerRound next =
                new ServerRound(AdapterValues.of(new AdapterState(single, old)), own)
                        .next(method, optimizer, new AdapterValues(single, mean));
        float[] stepped = next.adapter().state().values();
        System.arraycopy(stepped, 0, values, piece.to(), size);
        if (optimizer.remembers()) {
            Memory after = next.memories().get(piece.factor());
            remember(piece.factor(), after, piece.from(), piece.ofFactor());
        }
    }

    private static Memory part(Memory memory, int from, int length) {
        return new Memory(
                memory.steps(),
                Arrays.copyOfRange(memory.first(), from, from + length),
                Arrays.copyOfRange(memory.second(), from, from + length));
    }

    /** The first piece of a factor makes room for all of them. */
    private void remember(Factor factor, Memory slice, int from, int size) {
        Memory whole =
                from == 0
                        ? new Memory(slice.steps(), new double[size], new double[size])
                        : after.get(factor);
        System.arraycopy(slice.first(), 0, whole.first(), from, slice.first().length);
        System.arraycopy(slice.second(), 0, whole.second(), from, slice.second().length);
        after.put(factor, whole);
    }

    /** The adapter after the steps that were taken. */
    AdapterState adapter() {
        return new AdapterState(before.layout(), values);
    }

    /** What the optimiser remembers then. */
    Map<Factor, Memory> memories() {
        return optimizer.remembers() ? after : Map.of();
    }
}
