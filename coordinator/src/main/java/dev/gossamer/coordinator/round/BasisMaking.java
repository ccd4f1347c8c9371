package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.cohort.Members;
import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.artifact.ArtifactTransfer;
import dev.gossamer.protocols.artifact.ArtifactTransfer.Fetched;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.Message.BasisReport;
import dev.gossamer.protocols.wire.RejectReason;

import java.util.Optional;

/** The stage of a run in which its basis and first adapter are made by the designated node. */
final class BasisMaking {
    private final RunState state;
    private final Members members;
    private final ArtifactTransfer transfer;
    private final StandingWriter writer;
    private final Desk desk;
    private Optional<NodeId> maker = Optional.empty();

    BasisMaking(
            RunState state,
            Members members,
            ArtifactTransfer transfer,
            StandingWriter writer,
            Desk desk) {
        this.state = state;
        this.members = members;
        this.transfer = transfer;
        this.writer = writer;
        this.desk = desk;
    }

    /** Asks the designated node, unless one is at it. */
    void ask(int population, long seed) {
        Optional<NodeId> designated = members.designated();
        if (members.present().size() < population || designated.isEmpty()) {
            return;
        }
        maker = maker.filter(desk::mayReport);
        if (maker.isEmpty()) {
            maker = designated;
            desk.tell(new RunEvent.BasisAsked(designated.get()));
            desk.send(designated.get(), new Message.BasisTask(seed, Optional.empty()));
        }
    }

    /** A node that says hello again has forgotten what it was asked. */
    void joined(NodeId node) {
        maker = maker.filter(asked -> !asked.equals(node));
    }

    /** Whether {@code node} is at it. */
    boolean isAt(NodeId node) {
        return !state.stands() && maker.equals(Optional.of(node));
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
        if (state.stands()) {
            return;
        }
        if (!(basis instanceof Fetched.Held made) || !(adapter instanceof Fetched.Held first)) {
            desk.end("failed: basis could not be fetched: node=" + peer);
            return;
        }
        try {
            desk.record(
                    new Entry.BasisMade(
                            writer.first(
                                    report.basis(),
                                    report.adapter(),
                                    AdapterCodec.decode(first.content()))));
        } catch (ArtifactFormatException | IllegalArgumentException e) {
            desk.refuse(peer, envelope, RejectReason.MALFORMED, e.getMessage());
            desk.end("failed: first adapter does not fit: node=" + peer);
            return;
        }
        desk.acknowledge(peer, envelope);
        desk.tell(new RunEvent.BasisMade(report.basis(), report.adapter(), made.content().length));
        desk.advance();
    }
}
