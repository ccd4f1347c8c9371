package dev.gossamer.client.tensor;

import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.tensor.Scratch.Carver;

import java.util.List;

/**
 * Where the rows of one micro-batch lie in a worker's memory.
 *
 * <p>What a layer's backward pass needs is kept per layer; without a backward pass all layers share
 * one tape, and inputs of maps are shared where no gradient reads them again.
 */
final class PassBuffers {
    /** What one layer's forward pass leaves for its backward pass; addresses. */
    static final class Tape {
        /** Input rows {@code [x | 1 | v]} of each group. */
        final long[] inputs = new long[FrozenTransformer.GROUPS];

        /** {@code u = A x} of each group. */
        final long[] downs = new long[FrozenTransformer.GROUPS];

        long projections;
        long headHat;
        long headInverse;
        long max;
        long inverse;
        long attentionHat;
        long attentionInverse;
        long slope;
        long feedForwardHat;
        long feedForwardInverse;
    }

    final MicroBatch batch;

    /** Who shares the products. */
    Team team = Team.NONE;

    final Tape[] tapes;
    final int[] inputStrides;
    final int[] outputStrides;

    /** The residual sum of a pre-norm base, {@code [rows × hidden]}. */
    long stream;

    /** What the base gives, {@code [rows × hidden]}, and later its gradient. */
    long output;

    long finalHat;
    long finalInverse;
    long product;
    long gradient;
    long wide;
    long dContext;
    long dv;
    long tile;
    long dTile;
    long line;

    /** What is dropped of the adapters' inputs. */
    Drops drops = Drops.NONE;

    private final Architecture a;
    private final List<GroupAdapter> adapters;

    PassBuffers(
            Carver carver,
            MicroBatch batch,
            FrozenTransformer base,
            List<GroupAdapter> adapters,
            boolean backward,
            boolean keepInputs) {
        this.batch = batch;
        this.adapters = adapters;
        a = base.architecture();
        inputStrides = new int[FrozenTransformer.GROUPS];
        outputStrides = new int[FrozenTransformer.GROUPS];
        for (int i = 0; i < adapters.size(); i++) {
            int g = i % FrozenTransformer.GROUPS;
            GroupAdapter adapter = adapters.get(i);
            inputStrides[g] =
                    Math.max(inputStrides[g], adapter.group().inputStride(adapter.rank()));
            outputStrides[g] =
                    Math.max(outputStrides[g], adapter.group().outputStride(adapter.rank()));
        }
        outputStrides[1] = Math.max(outputStrides[1], outputStrides[3]);
        outputStrides[3] = outputStrides[1];
        tapes = new Tape[base.layers().size()];
        for (int layer = 0; layer < tapes.length; layer++) {
            tapes[layer] = layer == 0 || backward ? new Tape() : tapes[0];
            if (layer == 0 || backward) {
                carveTape(carver, base, layer, layer == 0 || keepInputs);
            }
        }
        carveShared(carver, base, backward);
    }

    private void carveTape(Carver carver, FrozenTransformer base, int layer, boolean ownInputs) {
        int rows = batch.rows();
        Tape tape = tapes[layer];
        for (int g = 0; g < FrozenTransformer.GROUPS; g++) {
            tape.inputs[g] =
                    ownInputs ? carver.floats((long) rows * inputStrides[g]) : tapes[0].inputs[g];
            tape.downs[g] = carver.floats((long) rows * rank(g));
        }
        boolean headNorms = base.layers().get(layer).queryNorm().isPresent();
        int headed = headNorms ? a.queryWidth() + a.keyValueWidth() : 0;
        tape.projections = carver.floats((long) rows * base.projectionWidth());
        tape.headHat = carver.floats((long) rows * headed);
        tape.headInverse = carver.floats((long) rows * headed / a.headSize());
        tape.max = carver.floats((long) rows * a.heads());
        tape.inverse = carver.floats((long) rows * a.heads());
        tape.attentionHat = carver.floats((long) rows * a.hidden());
        tape.attentionInverse = carver.floats(rows);
        tape.slope = carver.floats((long) rows * base.feedForwardWidth());
        tape.feedForwardHat = carver.floats((long) rows * a.hidden());
        tape.feedForwardInverse = carver.floats(rows);
    }

    /** The largest rank of a group over all layers. */
    private int rank(int group) {
        int rank = 0;
        for (int i = group; i < adapters.size(); i += FrozenTransformer.GROUPS) {
            rank = Math.max(rank, adapters.get(i).rank());
        }
        return rank;
    }

    /** The most inputs of an adapted group. */
    int widestAdapted() {
        return adapters.stream()
                .filter(adapter -> adapter.rank() > 0)
                .mapToInt(adapter -> adapter.group().in())
                .max()
                .orElse(0);
    }

    private void carveShared(Carver carver, FrozenTransformer base, boolean backward) {
        long rows = batch.rows();
        TiledAttention attention = new TiledAttention(a, base.kernels());
        stream = carver.floats(rows * a.hidden());
        output = carver.floats(rows * a.hidden());
        finalHat = carver.floats(rows * a.hidden());
        finalInverse = carver.floats(rows);
        product = carver.floats(rows * Math.max(a.hidden(), a.intermediate()));
        tile = carver.floats(attention.tileFloats(batch.longest()));
        line = carver.floats(Math.max(a.hidden(), a.intermediate()));
        if (backward) {
            dTile = carver.floats(attention.tileFloats(batch.longest()));
            gradient = carver.floats(rows * outputStrides[1]);
            wide = carver.floats(rows * Math.max(outputStrides[0], outputStrides[2]));
            dContext = carver.floats(rows * a.queryWidth());
            int rank = 0;
            for (GroupAdapter adapter : adapters) {
                rank = Math.max(rank, adapter.rank());
            }
            dv = carver.floats(rows * rank);
        }
    }
}
