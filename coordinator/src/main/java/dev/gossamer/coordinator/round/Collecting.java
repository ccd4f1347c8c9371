package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.protocols.artifact.ArtifactTransfer;
import dev.gossamer.protocols.artifact.ArtifactTransfer.Fetched;
import dev.gossamer.protocols.codec.ReportValidator;
import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.Message.Update;
import dev.gossamer.protocols.wire.RejectReason;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * The stage of a round, or of a pass of the range finder, in which reports come in: each is held to
 * the task, journaled, acknowledged and added, in this order.
 */
final class Collecting {
    private final RunState state;
    private final ArtifactPort artifacts;
    private final HeldUpdates held;
    private final Desk desk;

    Collecting(RunState state, ArtifactPort artifacts, ArtifactTransfer transfer, Desk desk) {
        this.state = state;
        this.artifacts = artifacts;
        this.desk = desk;
        held = new HeldUpdates(transfer);
    }

    /** Nobody waits behind a node that is gone. */
    void disconnected(NodeId peer) {
        held.disconnected(peer);
    }

    /** Takes a report into account, if it was asked for and is sound. */
    void reported(NodeId peer, Envelope envelope, TrainReport report) {
        Optional<Round> open = state.open();
        if (open.filter(round -> round.repeats(envelope)).isPresent()) {
            desk.acknowledge(peer, envelope);
            return;
        }
        if (open.filter(round -> round.hasReported(peer)).isPresent()) {
            desk.refuse(
                    peer, envelope, RejectReason.DUPLICATE, "another report was accepted before");
            return;
        }
        if (open.filter(round -> !round.isClosing()).isEmpty()) {
            desk.refuse(peer, envelope, RejectReason.WRONG_ROUND, "no round is open");
            return;
        }
        Optional<ReportValidator.Verdict.Refused> refusal =
                open.get().validator().refusal(envelope, report);
        if (refusal.isPresent()) {
            desk.refuse(peer, envelope, refusal.get().reason(), refusal.get().detail());
            return;
        }
        switch (report.update()) {
            case Update.Inline inline -> accept(open.get(), envelope, report, inline::bytes);
            case Update.Held update -> fetch(open.get(), envelope, report, update);
        }
    }

    /** What is fetched for a report alone is not kept if the report is refused. */
    private void fetch(Round round, Envelope envelope, TrainReport report, Update.Held update) {
        boolean here = artifacts.read(update.digest(), 0, 1).isPresent();
        held.fetch(
                envelope.sender(),
                update,
                fetched -> {
                    fetched(round, envelope, report, fetched);
                    if (!here && !round.held().contains(update.digest())) {
                        artifacts.remove(update.digest());
                    }
                });
    }

    private void fetched(Round round, Envelope envelope, TrainReport report, Fetched fetched) {
        NodeId peer = envelope.sender();
        boolean stillWanted =
                state.open().filter(r -> r == round && r.asked(peer) && !r.isClosing()).isPresent();
        switch (fetched) {
            case Fetched.Held update when stillWanted ->
                    accept(round, envelope, report, update::content);
            case Fetched.Held late ->
                    desk.refuse(peer, envelope, RejectReason.WRONG_ROUND, "the round is over");
            case Fetched.Failed failed ->
                    desk.refuse(peer, envelope, RejectReason.WRONG_DIGEST, failed.detail());
        }
    }

    private void accept(
            Round round, Envelope envelope, TrainReport report, Supplier<byte[]> update) {
        NodeId peer = envelope.sender();
        // Nothing here holds on to the update: what follows may need the memory.
        Optional<ReportValidator.Verdict.Refused> refusal = round.refusal(peer, update.get());
        if (refusal.isPresent()) {
            desk.refuse(peer, envelope, refusal.get().reason(), refusal.get().detail());
            return;
        }
        desk.record(new Entry.Reported(EnvelopeCodec.encode(envelope)));
        desk.acknowledge(peer, envelope);
        desk.tell(event(round, envelope, report));
        desk.advance();
    }

    private static RunEvent event(Round round, Envelope envelope, TrainReport report) {
        NodeId peer = envelope.sender();
        return switch (round.stage()) {
            case SKETCH -> new RunEvent.Sketched(1, peer);
            case PROJECTION -> new RunEvent.Sketched(2, peer);
            case TRAINING ->
                    new RunEvent.Reported(envelope.round(), peer, report.loss(), report.tokens());
        };
    }
}
