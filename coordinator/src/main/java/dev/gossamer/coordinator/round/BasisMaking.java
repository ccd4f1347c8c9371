package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.cohort.Members;
import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.artifact.ArtifactTransfer;
import dev.gossamer.protocols.artifact.ArtifactTransfer.Fetched;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFile.BasisPlan;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.Message.BasisReport;
import dev.gossamer.protocols.wire.RejectReason;

import java.util.Optional;
import java.util.Set;

/**
 * The stage of a run in which the designated node makes its basis and first adapter, or another
 * basis for what has been learnt. Where all clients find the basis, it makes the first adapter
 * alone.
 */
final class BasisMaking {
    private final RunFile run;
    private final RunState state;
    private final Members members;
    private final ArtifactTransfer transfer;
    private final StandingWriter writer;
    private final Desk desk;
    private Optional<NodeId> maker = Optional.empty();

    BasisMaking(
            RunFile run,
            RunState state,
            Members members,
            ArtifactTransfer transfer,
            StandingWriter writer,
            Desk desk) {
        this.run = run;
        this.state = state;
        this.members = members;
        this.transfer = transfer;
        this.writer = writer;
        this.desk = desk;
    }

    /** Whether the designated node has something to make. */
    boolean isDue() {
        return !state.stands() || (state.basis().isDue() && !foundByAll());
    }

    private boolean foundByAll() {
        return run.basis().from() == BasisPlan.From.RANGE_FINDER;
    }

    /**
     * Asks the designated node, unless one is at it.
     *
     * @param population that has to be here for the first
     */
    void ask(int population) {
        Optional<NodeId> designated = members.designated();
        boolean here =
                state.stands() ? desk.enoughAreHere() : members.present().size() >= population;
        if (!here || designated.isEmpty()) {
            return;
        }
        maker = maker.filter(desk::mayReport);
        if (maker.isEmpty()) {
            maker = designated;
            desk.tell(new RunEvent.BasisAsked(designated.get()));
            desk.send(
                    designated.get(),
                    new Message.BasisTask(
                            state.basis().coins(),
                            state.stands()
                                    ? Optional.of(state.standing().version())
                                    : Optional.empty()));
        }
    }

    /** A node that says hello again has forgotten what it was asked. */
    void joined(NodeId node) {
        maker = maker.filter(asked -> !asked.equals(node));
    }

    /** Whether {@code node} is at it. */
    boolean isAt(NodeId node) {
        return isDue() && maker.equals(Optional.of(node));
    }

    /** Fetches what {@code peer} says that it has made. */
    void made(NodeId peer, Envelope envelope, BasisReport report) {
        if (state.stands() && state.standing().version().basis().equals(report.basis())) {
            desk.acknowledge(peer, envelope);
            return;
        }
        if (!isAt(peer)) {
            desk.refuse(peer, envelope, RejectReason.UNEXPECTED, "the basis was not asked of you");
            return;
        }
        transfer.fetch(
                peer,
                report.basis(),
                basis ->
                        transfer.fetch(
                                peer,
                                report.adapter(),
                                adapter -> fetched(peer, envelope, report, basis, adapter)));
    }

    private void fetched(
            NodeId peer, Envelope envelope, BasisReport report, Fetched basis, Fetched adapter) {
        if (!isAt(peer) || envelope.round() != state.closedRound()) {
            return;
        }
        if (!(basis instanceof Fetched.Held made) || !(adapter instanceof Fetched.Held first)) {
            desk.end("failed: basis could not be fetched: node=" + peer);
            return;
        }
        try {
            desk.record(entry(report, made.content(), AdapterCodec.decode(first.content())));
        } catch (ArtifactFormatException | IllegalArgumentException e) {
            desk.refuse(peer, envelope, RejectReason.MALFORMED, e.getMessage());
            desk.end("failed: first adapter does not fit: node=" + peer);
            return;
        }
        maker = Optional.empty();
        desk.acknowledge(peer, envelope);
        if (!state.basis().isDue()) {
            desk.tell(
                    new RunEvent.BasisMade(
                            report.basis(), report.adapter(), made.content().length));
        }
        desk.advance();
    }

    /** What the report comes to. */
    private Entry entry(BasisReport report, byte[] basis, AdapterState adapter) {
        if (foundByAll()) {
            RangeFinding.finder(basis, adapter.layout(), state.basis().coins());
            return new Entry.BasisDue(writer.due(basis, adapter));
        }
        if (run.basis().rebases()) {
            Merging.basis(basis, adapter.layout());
        }
        return new Entry.BasisMade(
                state.stands()
                        ? writer.with(state.standing(), report.basis(), behind(adapter))
                        : writer.first(report.basis(), report.adapter(), adapter));
    }

    /** Only R is new: the head is what the rounds have made of it. */
    private AdapterState behind(AdapterState adapter) {
        AdapterState before = state.global();
        if (!adapter.layout().equals(before.layout())) {
            throw new IllegalArgumentException(
                    "adapter has another layout: values="
                            + adapter.layout().size()
                            + ", expected="
                            + before.layout().size());
        }
        return before.with(adapter.only(adapter.layout().only(Set.of(Factor.R))));
    }
}
