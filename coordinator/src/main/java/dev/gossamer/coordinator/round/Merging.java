package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.run.RunFile;

import java.util.ArrayList;
import java.util.List;

/**
 * The stage between two rounds in which what R has learnt goes into the base, so that another basis
 * can be made there.
 *
 * <p>It is due once as many rounds have been closed on a basis as the run says, or once the
 * designated node has scored that the basis captures less of the public sample's gradient than the
 * run wants; never after the last round, as nothing would be trained on it.
 */
final class Merging {
    private final RunFile run;
    private final RunState state;
    private final StandingWriter writer;
    private final Desk desk;

    Merging(RunFile run, RunState state, StandingWriter writer, Desk desk) {
        this.run = run;
        this.state = state;
        this.writer = writer;
        this.desk = desk;
    }

    /** Whether it is due. */
    boolean isDue() {
        int rounds = state.closedRound() - state.basis().round();
        if (rounds == 0 || state.closedRound() == run.rounds().count()) {
            return false;
        }
        int every = run.basis().rebaseEvery();
        double below = run.basis().rebaseBelow();
        return (every > 0 && rounds >= every) || state.basis().captured().orElse(1) < below;
    }

    /** Does it; the model scores what it did. */
    void merge() {
        byte[] content = state.content(state.standing().version().basis());
        Basis basis = basis(content, state.published().layout());
        desk.record(
                new Entry.BasisDue(
                        writer.merged(state.standing(), basis, state.global(), state.memories())));
        desk.tell(new RunEvent.Merged(state.closedRound()));
        desk.advance();
    }

    /**
     * The basis in {@code content}.
     *
     * @throws IllegalArgumentException if it cannot be read, or is not that of {@code adapter}
     */
    static Basis basis(byte[] content, AdapterLayout adapter) {
        Basis basis;
        try {
            basis = BasisCodec.decode(content);
        } catch (ArtifactFormatException e) {
            throw new IllegalArgumentException("basis cannot be read: " + e.getMessage(), e);
        }
        List<Slice> cores = new ArrayList<>();
        for (Basis.Target target : basis.targets()) {
            cores.add(new Slice(target.sliceName(), target.rank(), target.rank()));
        }
        List<Slice> trained =
                adapter.slices().stream().filter(s -> Factor.of(s.name()) == Factor.R).toList();
        if (!cores.equals(trained)) {
            throw new IllegalArgumentException(
                    "basis is not that of the adapter: targets="
                            + cores.size()
                            + ", expected="
                            + trained.size());
        }
        return basis;
    }
}
