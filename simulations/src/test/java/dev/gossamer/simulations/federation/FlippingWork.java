package dev.gossamer.simulations.federation;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.node.LocalWork;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.NodeId;

/** Real work, except that client-2 flips the lowest bit of one value in round 2. */
record FlippingWork(LocalWork real, NodeId node) implements LocalWork {
    @Override
    public int trainingRows() {
        return real.trainingRows();
    }

    @Override
    public int heldOutRows() {
        return real.heldOutRows();
    }

    @Override
    public boolean designated() {
        return real.designated();
    }

    @Override
    public long trainTokens() {
        return real.trainTokens();
    }

    @Override
    public long evaluateTokens() {
        return real.evaluateTokens();
    }

    @Override
    public long basisTokens() {
        return real.basisTokens();
    }

    @Override
    public GradientBasis.Start makeBasis(long seed) {
        return real.makeBasis(seed);
    }

    @Override
    public LocalTrainer.Trained train(
            Digest basisName, Basis basis, AdapterState start, long seed, int round) {
        LocalTrainer.Trained trained = real.train(basisName, basis, start, seed, round);
        if (round == 2 && node.value().equals("client-2")) {
            float[] values = trained.state().values();
            values[7] = Float.intBitsToFloat(Float.floatToIntBits(values[7]) ^ 1);
        }
        return trained;
    }

    @Override
    public Scores evaluate(Digest basisName, Basis basis, AdapterState adapter) {
        return real.evaluate(basisName, basis, adapter);
    }
}
