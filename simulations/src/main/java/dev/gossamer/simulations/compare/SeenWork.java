package dev.gossamer.simulations.compare;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.node.LocalWork;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.Digest;

/** Work whose training is told to somebody. */
record SeenWork(LocalWork real, Watcher watcher) implements LocalWork {
    /** Is told what was trained. */
    interface Watcher {
        void trained(AdapterState start, AdapterState trained, int round);
    }

    @Override
    public int trainingRows() {
        return real.trainingRows();
    }

    @Override
    public int heldOutRows() {
        return real.heldOutRows();
    }

    @Override
    public int truncatedRows() {
        return real.truncatedRows();
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
        watcher.trained(start, trained.state(), round);
        return trained;
    }

    @Override
    public Scores evaluate(Digest basisName, Basis basis, AdapterState adapter) {
        return real.evaluate(basisName, basis, adapter);
    }
}
