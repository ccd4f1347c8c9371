package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.protocols.artifact.ArtifactTransfer.Fetched;
import dev.gossamer.protocols.codec.ReportValidator;
import dev.gossamer.protocols.codec.ReportValidator.Verdict;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.Message.Update;
import dev.gossamer.protocols.wire.RejectReason;

import java.util.Optional;

/** What is reported to the open round or pass: held to it, journaled, then acknowledged. */
final class Reports {
    private final RunState state;
    private final HeldUpdates held;
    private final Desk desk;

    Reports(RunState state, HeldUpdates held, Desk desk) {
        this.state = state;
        this.held = held;
        this.desk = desk;
    }

    /** Takes a report into account, if it is sound and was asked for. */
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
        if (open.isEmpty()) {
            desk.refuse(peer, envelope, RejectReason.WRONG_ROUND, "no round is open");
            return;
        }
        Optional<Verdict.Refused> refusal = open.get().validator().refusal(envelope, report);
        if (refusal.isPresent()) {
            desk.refuse(peer, envelope, refusal.get().reason(), refusal.get().detail());
            return;
        }
        switch (report.update()) {
            case Update.Inline inline -> accept(open.get(), envelope, report, inline.bytes());
            case Update.Held update ->
                    held.fetch(
                            peer,
                            update,
                            fetched -> fetched(open.get(), envelope, report, fetched));
        }
    }

    private void fetched(Round round, Envelope envelope, TrainReport report, Fetched fetched) {
        NodeId peer = envelope.sender();
        boolean stillWanted = state.open().filter(r -> r == round && r.asked(peer)).isPresent();
        switch (fetched) {
            case Fetched.Held update when stillWanted ->
                    accept(round, envelope, report, update.content());
            case Fetched.Held late ->
                    desk.refuse(peer, envelope, RejectReason.WRONG_ROUND, "the round is over");
            case Fetched.Failed failed ->
                    desk.refuse(peer, envelope, RejectReason.WRONG_DIGEST, failed.detail());
        }
    }

    private void accept(Round round, Envelope envelope, TrainReport report, byte[] update) {
        NodeId peer = envelope.sender();
        switch (round.validator().check(peer, update)) {
            case ReportValidator.Verdict.Refused refused ->
                    desk.refuse(peer, envelope, refused.reason(), refused.detail());
            case ReportValidator.Verdict.Sound sound -> {
                desk.record(new Entry.Reported(EnvelopeCodec.encode(envelope)));
                desk.acknowledge(peer, envelope);
                desk.tell(event(round, envelope, report));
                desk.advance();
            }
        }
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
