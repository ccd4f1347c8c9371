package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.cohort.Members;
import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.protocols.method.AggregationError;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.Transport;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.Message.EvaluateReport;
import dev.gossamer.protocols.wire.RejectReason;

import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The stage after a round in which all score its adapter, where that is due. */
final class Scoring {
    private final RunState state;
    private final Members members;
    private final RoundPolicy policy;
    private final Predicate<NodeId> excused;
    private final NodeContext context;
    private final Desk desk;
    private final long startNanos;
    private Optional<AggregationError> error = Optional.empty();

    /**
     * The stage.
     *
     * @param excused who has said that it cannot score
     */
    Scoring(
            RunState state,
            Members members,
            RoundPolicy policy,
            Predicate<NodeId> excused,
            NodeContext context,
            Desk desk) {
        this.state = state;
        this.members = members;
        this.policy = policy;
        this.excused = excused;
        this.context = context;
        this.desk = desk;
        startNanos = context.clock().nanos();
    }

    /** Begins after {@code round}, whose mean had {@code error}. */
    void begin(int round, Optional<AggregationError> roundError) {
        error = roundError;
        if (state.evaluation().isPresent()) {
            members.present().forEach(this::ask);
            watch(state.evaluation().get());
        } else {
            tell(new Evaluation(round));
        }
    }

    /** Asks {@code node}. */
    void ask(NodeId node) {
        desk.send(
                node,
                new Message.EvaluateTask(state.standing().version(), state.standing().patch()));
    }

    /** Ends {@code evaluation} at the deadline, if it has not ended before. */
    void watch(Evaluation evaluation) {
        context.scheduler()
                .after(
                        policy.deadline(),
                        () -> {
                            if (state.evaluation().filter(e -> e == evaluation).isPresent()) {
                                finish(evaluation, true);
                            }
                        });
    }

    /** Takes a node's score into account, if it was asked for. */
    void scored(NodeId peer, Envelope envelope, EvaluateReport report) {
        Optional<Evaluation> open = state.evaluation();
        if (open.isEmpty() || envelope.round() != open.get().round()) {
            desk.refuse(peer, envelope, RejectReason.WRONG_ROUND, "no such evaluation is open");
        } else if (!report.adapter().equals(state.standing().version().adapter())) {
            desk.refuse(peer, envelope, RejectReason.WRONG_VERSION, "another adapter is evaluated");
        } else if (!desk.mayReport(peer)) {
            desk.refuse(
                    peer, envelope, RejectReason.NOT_IN_COHORT, "the score was not asked of you");
        } else if (report.publicTest().isPresent() && !members.isDesignated(peer)) {
            desk.refuse(peer, envelope, RejectReason.UNEXPECTED, "the public test is not yours");
        } else if (report.captured().isPresent() && !members.isDesignated(peer)) {
            desk.refuse(peer, envelope, RejectReason.UNEXPECTED, "the public sample is not yours");
        } else if (open.get().has(peer)) {
            desk.acknowledge(peer, envelope);
        } else {
            desk.record(new Entry.Scored(EnvelopeCodec.encode(envelope)));
            desk.acknowledge(peer, envelope);
            desk.advance();
        }
    }

    /** Ends {@code evaluation} if nobody is left to wait for, or it is overdue. */
    void finish(Evaluation evaluation, boolean overdue) {
        boolean someMayScore =
                members.expected(context.clock().nanos(), policy.grace().toNanos()).stream()
                        .anyMatch(node -> !evaluation.has(node) && !excused.test(node));
        if (someMayScore && !overdue) {
            return;
        }
        desk.record(new Entry.Evaluated(evaluation.round()));
        evaluation
                .captured()
                .ifPresent(share -> desk.tell(new RunEvent.Captured(evaluation.round(), share)));
        tell(evaluation);
        desk.advance();
    }

    private void tell(Evaluation evaluation) {
        Transport.Traffic traffic = context.transport().traffic();
        desk.tell(
                new RunEvent.RoundFinished(
                        new RoundSummary(
                                evaluation.round(),
                                state.closedReports(),
                                evaluation.publicTest(),
                                new TreeMap<>(evaluation.heldOut()),
                                error.map(AggregationError::pooled),
                                traffic.receivedBytes(),
                                traffic.sentBytes(),
                                context.clock().nanos() - startNanos)));
    }
}
