package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.cohort.CohortSampler;
import dev.gossamer.coordinator.cohort.Members;
import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.coordinator.journal.Journal;
import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.aggregate.ServerOptimizer;
import dev.gossamer.protocols.artifact.ArtifactTransfer;
import dev.gossamer.protocols.artifact.ArtifactTransfer.Fetched;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.method.SumMethod;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.Outbox;
import dev.gossamer.protocols.node.Transport;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileWriter;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.Message.BasisReport;
import dev.gossamer.protocols.wire.Message.EvaluateReport;
import dev.gossamer.protocols.wire.Message.Hello;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.RejectReason;
import dev.gossamer.protocols.wire.ReportValidator;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The node that serves one run.
 *
 * <p>It welcomes whoever connects with the run file; a node that is ready says hello. When enough
 * have, the designated one makes the basis, and round follows round:
 *
 * <ol>
 *   <li>a cohort is sampled from those that are here, and gets its task;
 *   <li>a report is held to the task, journaled, acknowledged, and added to the ring, in this
 *       order;
 *   <li>when nobody is left to wait for, or at the deadline, the mean becomes the server's step and
 *       the step the next adapter, which is stored before it is named to anyone;
 *   <li>all score it on their own rows, the designated node on the public test too.
 * </ol>
 *
 * <p>A node that vanishes, comes back, repeats itself or sends nonsense is an event of the round,
 * never an error of the run. All state is the fold of the journal: a coordinator that is started
 * again on the journal and the artifacts of a killed one goes on where that one stood, and asks
 * again whoever has not reported.
 */
public final class Coordinator implements Node {
    private final RunFile run;
    private final int population;
    private final Journal journal;
    private final Consumer<RunEvent> watcher;
    private final RoundPolicy policy;
    private final CohortSampler sampler;
    private final SumMethod method;
    private final ServerOptimizer optimizer;
    private final Members members = new Members();
    private final Set<NodeId> excused = new HashSet<>();
    private Optional<NodeId> basisMaker = Optional.empty();
    private NodeContext context;
    private Outbox outbox;
    private ArtifactTransfer transfer;
    private RunState state;
    private long startNanos;

    /**
     * A coordinator of {@code run}.
     *
     * @param population how many nodes must be ready before the run begins
     * @param watcher told what happens, on the node's thread
     * @throws IllegalArgumentException if the cohort is larger than the population
     */
    public Coordinator(RunFile run, int population, Journal journal, Consumer<RunEvent> watcher) {
        if (population < run.rounds().cohort()) {
            throw new IllegalArgumentException(
                    "cohort is larger than the population: key=rounds.cohort, value="
                            + run.rounds().cohort()
                            + ", bound="
                            + population);
        }
        this.run = run;
        this.population = population;
        this.journal = journal;
        this.watcher = watcher;
        policy = RoundPolicy.of(run.rounds().minimum(), run.rounds().deadline());
        sampler = new CohortSampler(run.seed(), run.rounds().cohort());
        method = ExchangeMethod.ofCores(run.adapter().method());
        optimizer = new ServerOptimizer.FedAvg();
    }

    @Override
    public void start(NodeContext nodeContext) {
        context = nodeContext;
        outbox = new Outbox(context, run.name());
        transfer = new ArtifactTransfer(context.artifacts(), (peer, body) -> send(peer, body));
        state = new RunState(run, context.artifacts());
        startNanos = context.clock().nanos();
        if (journal.recovered().isEmpty()) {
            record(new Entry.Started(RunFileWriter.write(run)));
        } else {
            recover();
        }
    }

    private void recover() {
        for (Entry entry : journal.recovered()) {
            state.apply(entry);
            if (entry instanceof Entry.RoundOpened opened) {
                opened.cohort().forEach(node -> members.expect(node, startNanos));
            }
        }
        if (state.outcome().isPresent()) {
            announceEnd();
        }
        state.open().ifPresent(this::watchDeadline);
        state.evaluation().ifPresent(this::watchDeadline);
        context.scheduler().after(policy.grace(), this::advance);
    }

    private void record(Entry entry) {
        journal.append(entry);
        state.apply(entry);
    }

    private void send(NodeId peer, Message body) {
        outbox.send(peer, currentRound(), body);
    }

    private int currentRound() {
        return state.open().map(Round::number).orElse(state.closedRound());
    }

    @Override
    public void connected(NodeId peer) {
        send(peer, new Message.Welcome(RunFileWriter.write(run)));
        transfer.connected(peer);
    }

    @Override
    public void disconnected(NodeId peer) {
        boolean wasReady = members.has(peer);
        members.left(peer, context.clock().nanos());
        if (wasReady) {
            watcher.accept(new RunEvent.Left(peer));
        }
        context.scheduler().after(policy.grace(), this::advance);
    }

    @Override
    public void receive(NodeId peer, Envelope envelope) {
        // A node that cannot read the run file says so, and cannot name the run.
        if (!envelope.run().equals(run.name()) && !(envelope.body() instanceof Message.Failure)) {
            refuse(peer, envelope, RejectReason.WRONG_ROUND, "another run: open=" + run.name());
            return;
        }
        switch (envelope.body()) {
            case Hello hello -> joined(peer, hello);
            case BasisReport report -> basisMade(peer, envelope, report);
            case TrainReport report -> trained(peer, envelope, report);
            case EvaluateReport report -> scored(peer, envelope, report);
            case Message.ArtifactRequest request -> transfer.serve(peer, request);
            case Message.ArtifactChunk chunk -> transfer.receive(peer, chunk);
            case Message.Failure failure -> failed(peer, failure.detail());
            case Message.Acknowledgement ignored -> {}
            case Message.Rejection rejection ->
                    failed(peer, rejection.reason() + ": " + rejection.detail());
            case Message.Welcome ignored -> refuse(peer, envelope, RejectReason.UNEXPECTED, "");
            case Message.BasisTask ignored -> refuse(peer, envelope, RejectReason.UNEXPECTED, "");
            case Message.TrainTask ignored -> refuse(peer, envelope, RejectReason.UNEXPECTED, "");
            case Message.EvaluateTask ignored ->
                    refuse(peer, envelope, RejectReason.UNEXPECTED, "");
            case Message.RunEnded ignored -> refuse(peer, envelope, RejectReason.UNEXPECTED, "");
        }
    }

    private void refuse(NodeId peer, Envelope envelope, RejectReason reason, String detail) {
        send(peer, new Message.Rejection(envelope.sequence(), reason, detail));
        watcher.accept(new RunEvent.Refused(peer, reason, detail));
    }

    private void acknowledge(NodeId peer, Envelope envelope) {
        send(peer, new Message.Acknowledgement(envelope.sequence()));
    }

    private void joined(NodeId peer, Hello hello) {
        boolean again = members.has(peer);
        members.joined(peer, hello);
        excused.remove(peer);
        if (!again) {
            watcher.accept(new RunEvent.Joined(peer, hello));
        }
        if (state.outcome().isPresent()) {
            sendEnd(peer);
        } else {
            state.open().filter(r -> r.asked(peer)).ifPresent(r -> sendTrainTask(peer, r));
            state.evaluation().filter(e -> !e.has(peer)).ifPresent(e -> sendEvaluateTask(peer));
            basisMaker = basisMaker.filter(node -> !node.equals(peer));
        }
        advance();
    }

    /** Does whatever is due; called after everything that may make something due. */
    private void advance() {
        if (state.outcome().isPresent()) {
            return;
        }
        if (state.basis().isEmpty()) {
            askForBasis();
        } else if (state.open().isPresent()) {
            decide(state.open().get(), false);
        } else if (state.evaluation().isPresent()) {
            finishEvaluation(state.evaluation().get(), false);
        } else if (state.closedRound() == run.rounds().count()) {
            end("done");
        } else if (state.attempts() >= policy.attempts()) {
            end(
                    "failed: too few reports: round="
                            + (state.closedRound() + 1)
                            + ", attempts="
                            + state.attempts()
                            + ", minimum="
                            + policy.minimum());
        } else if (enoughAreHere()) {
            openRound();
        }
    }

    /** Nobody who may still come is left out: the cohort must not hang on who is quicker. */
    private boolean enoughAreHere() {
        long now = context.clock().nanos();
        long grace = policy.grace().toNanos();
        int present = members.present().size();
        boolean someMayCome =
                members.expected(now, grace).size() > present || now - startNanos < grace;
        return present >= population || (present >= policy.minimum() && !someMayCome);
    }

    private void askForBasis() {
        Optional<NodeId> designated = members.designated();
        if (members.present().size() < population || designated.isEmpty()) {
            return;
        }
        basisMaker = basisMaker.filter(this::mayReport);
        if (basisMaker.isEmpty()) {
            basisMaker = designated;
            watcher.accept(new RunEvent.BasisAsked(designated.get()));
            send(designated.get(), new Message.BasisTask(run.seed()));
        }
    }

    private void basisMade(NodeId peer, Envelope envelope, BasisReport report) {
        if (state.basis().equals(Optional.of(report.basis()))) {
            acknowledge(peer, envelope);
            return;
        }
        if (state.basis().isPresent() || !basisMaker.equals(Optional.of(peer))) {
            refuse(peer, envelope, RejectReason.UNEXPECTED, "the basis was not asked of you");
            return;
        }
        transfer.fetch(
                peer,
                report.basis(),
                basis ->
                        transfer.fetch(
                                peer,
                                report.adapter(),
                                adapter -> basisFetched(peer, envelope, report, basis, adapter)));
    }

    private void basisFetched(
            NodeId peer, Envelope envelope, BasisReport report, Fetched basis, Fetched adapter) {
        if (state.basis().isPresent()) {
            return;
        }
        if (basis instanceof Fetched.Held heldBasis && adapter instanceof Fetched.Held held) {
            try {
                AdapterCodec.decode(held.content());
            } catch (ArtifactFormatException e) {
                refuse(peer, envelope, RejectReason.MALFORMED, e.getMessage());
                end("failed: first adapter cannot be read: node=" + peer);
                return;
            }
            record(new Entry.BasisMade(report.basis(), report.adapter()));
            acknowledge(peer, envelope);
            watcher.accept(
                    new RunEvent.BasisMade(
                            report.basis(), report.adapter(), heldBasis.content().length));
            advance();
        } else {
            end("failed: basis could not be fetched: node=" + peer);
        }
    }

    private void openRound() {
        int number = state.closedRound() + 1;
        int attempt = state.attempts() + 1;
        List<NodeId> cohort = sampler.sample(members.present(), number, attempt);
        excused.clear();
        record(new Entry.RoundOpened(number, attempt, cohort));
        watcher.accept(new RunEvent.RoundOpened(number, attempt, cohort));
        Round round = state.open().orElseThrow();
        cohort.forEach(node -> sendTrainTask(node, round));
        watchDeadline(round);
    }

    private void watchDeadline(Round round) {
        context.scheduler()
                .after(
                        policy.deadline(),
                        () -> {
                            if (state.open().filter(r -> r == round).isPresent()) {
                                decide(round, true);
                            }
                        });
    }

    private void watchDeadline(Evaluation evaluation) {
        context.scheduler()
                .after(
                        policy.deadline(),
                        () -> {
                            if (state.evaluation().filter(e -> e == evaluation).isPresent()) {
                                finishEvaluation(evaluation, true);
                            }
                        });
    }

    private void sendTrainTask(NodeId node, Round round) {
        outbox.send(
                node,
                round.number(),
                new Message.TrainTask(
                        state.basis().orElseThrow(),
                        state.artifact(),
                        state.fixedPoint(),
                        run.seed(),
                        policy.deadline().toMillis()));
    }

    private void trained(NodeId peer, Envelope envelope, TrainReport report) {
        Optional<Round> open = state.open();
        if (open.filter(round -> round.repeats(envelope)).isPresent()) {
            acknowledge(peer, envelope);
            return;
        }
        if (open.filter(round -> round.hasReported(peer)).isPresent()) {
            refuse(peer, envelope, RejectReason.DUPLICATE, "another report was accepted before");
            return;
        }
        if (open.isEmpty()) {
            refuse(peer, envelope, RejectReason.WRONG_ROUND, "no round is open");
            return;
        }
        switch (open.get().validator().check(envelope, report)) {
            case ReportValidator.Verdict.Refused refused ->
                    refuse(peer, envelope, refused.reason(), refused.detail());
            case ReportValidator.Verdict.Sound sound -> {
                record(new Entry.Reported(EnvelopeCodec.encode(envelope)));
                acknowledge(peer, envelope);
                watcher.accept(
                        new RunEvent.Reported(
                                envelope.round(), peer, report.loss(), report.tokens()));
                advance();
            }
        }
    }

    private void decide(Round round, boolean overdue) {
        boolean awaited =
                round.cohort().stream()
                        .filter(node -> round.asked(node) && !excused.contains(node))
                        .anyMatch(this::mayReport);
        switch (policy.decide(round.reports(), awaited, overdue)) {
            case WAIT -> {}
            case CLOSE -> close(round);
            case ABANDON -> {
                record(new Entry.RoundAbandoned(round.number(), round.attempt()));
                watcher.accept(
                        new RunEvent.RoundAbandoned(
                                round.number(), round.attempt(), round.reports()));
                advance();
            }
        }
    }

    private boolean mayReport(NodeId node) {
        return members.mayReport(node, context.clock().nanos(), policy.grace().toNanos());
    }

    private void close(Round round) {
        AdapterState next = round.next(method, optimizer, state.adapter().orElseThrow());
        Digest artifact = context.artifacts().put(AdapterCodec.encode(next));
        record(new Entry.RoundClosed(round.number(), artifact));
        excused.clear();
        if (state.evaluation().isPresent()) {
            members.present().forEach(this::sendEvaluateTask);
            watchDeadline(state.evaluation().get());
        } else {
            finished(new Evaluation(round.number()));
        }
        advance();
    }

    private void sendEvaluateTask(NodeId node) {
        send(node, new Message.EvaluateTask(state.basis().orElseThrow(), state.artifact()));
    }

    private void scored(NodeId peer, Envelope envelope, EvaluateReport report) {
        Optional<Evaluation> open = state.evaluation();
        if (open.isEmpty() || envelope.round() != open.get().round()) {
            refuse(peer, envelope, RejectReason.WRONG_ROUND, "no such evaluation is open");
        } else if (!report.adapter().equals(state.artifact())) {
            refuse(peer, envelope, RejectReason.WRONG_VERSION, "another adapter is evaluated");
        } else if (!mayReport(peer)) {
            refuse(peer, envelope, RejectReason.NOT_IN_COHORT, "the score was not asked of you");
        } else if (report.publicTest().isPresent() && !members.isDesignated(peer)) {
            refuse(peer, envelope, RejectReason.UNEXPECTED, "the public test is not yours");
        } else if (open.get().has(peer)) {
            acknowledge(peer, envelope);
        } else {
            record(new Entry.Scored(EnvelopeCodec.encode(envelope)));
            acknowledge(peer, envelope);
            advance();
        }
    }

    private void finishEvaluation(Evaluation evaluation, boolean overdue) {
        boolean someMayScore =
                members.expected(context.clock().nanos(), policy.grace().toNanos()).stream()
                        .anyMatch(node -> !evaluation.has(node) && !excused.contains(node));
        if (someMayScore && !overdue) {
            return;
        }
        record(new Entry.Evaluated(evaluation.round()));
        finished(evaluation);
        advance();
    }

    private void finished(Evaluation evaluation) {
        Transport.Traffic traffic = context.transport().traffic();
        watcher.accept(
                new RunEvent.RoundFinished(
                        new RoundSummary(
                                evaluation.round(),
                                state.closedReports(),
                                evaluation.publicTest(),
                                new TreeMap<>(evaluation.heldOut()),
                                traffic.receivedBytes(),
                                traffic.sentBytes(),
                                context.clock().nanos() - startNanos)));
    }

    private void failed(NodeId peer, String detail) {
        watcher.accept(new RunEvent.Failed(peer, detail));
        transfer.failed(peer, detail);
        excused.add(peer);
        if (state.basis().isEmpty() && basisMaker.equals(Optional.of(peer))) {
            end("failed: basis could not be made: node=" + peer + ", cause=" + detail);
        } else {
            advance();
        }
    }

    private void end(String outcome) {
        if (state.outcome().isPresent()) {
            return;
        }
        record(new Entry.Ended(outcome));
        announceEnd();
    }

    private void announceEnd() {
        members.present().forEach(this::sendEnd);
        String outcome = state.outcome().orElseThrow();
        long basisBytes = state.basis().map(transfer::carriedBytes).orElse(0L);
        watcher.accept(new RunEvent.Ended(outcome, adapter(), basisBytes));
    }

    private Optional<AdapterState> adapter() {
        return state.outcome().filter("done"::equals).flatMap(done -> state.adapter());
    }

    private void sendEnd(NodeId node) {
        String outcome = state.outcome().orElseThrow();
        send(node, new Message.RunEnded(outcome, adapter().map(a -> state.artifact())));
    }
}
