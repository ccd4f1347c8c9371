package dev.gossamer.simulations.federation;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.node.LocalWork;
import dev.gossamer.client.node.Materials;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.node.NodeId;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Supplier;

/** Real work, except for what is made of its training. */
record AlteredWork(LocalWork real, Alteration alteration) implements LocalWork {
    /** Stands between a node and its training. */
    interface Alteration {
        LocalTrainer.Trained train(Materials start, int round, Supplier<LocalTrainer.Trained> real);
    }

    /** The same federation, but for the training of {@code node}. */
    static Federation at(NodeId node, Federation sound, Alteration alteration) {
        return new Federation(
                sound.run(),
                sound.files(),
                sound.folder(),
                (run, self) -> {
                    LocalWork real = sound.workplace().apply(run, self);
                    return self.equals(node) ? new AlteredWork(real, alteration) : real;
                },
                sound.coordinatorWatcher(),
                sound.clientWatcher());
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
    public GradientBasis.Start makeBasis(long seed, Optional<Materials> from) {
        return real.makeBasis(seed, from);
    }

    @Override
    public long sketchTokens() {
        return real.sketchTokens();
    }

    @Override
    public AdapterState sketch(Materials model, Optional<AdapterState> range, long seed) {
        return real.sketch(model, range, seed);
    }

    @Override
    public int rank() {
        return real.rank();
    }

    @Override
    public AdapterLayout layout() {
        return real.layout();
    }

    @Override
    public LocalTrainer.Trained train(Materials start, long seed, int round, SecureRandom secrets) {
        return alteration.train(start, round, () -> real.train(start, seed, round, secrets));
    }

    @Override
    public Scores evaluate(Materials model) {
        return real.evaluate(model);
    }
}
