package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.cohort.CohortSampler;
import dev.gossamer.coordinator.cohort.Members;
import dev.gossamer.coordinator.cohort.Participant;
import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.coordinator.journal.Journal;
import dev.gossamer.protocols.artifact.ArtifactTransfer;
import dev.gossamer.protocols.method.Aggregator;
import dev.gossamer.protocols.method.Publisher;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.Outbox;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileWriter;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.Message.BasisReport;
import dev.gossamer.protocols.wire.Message.EvaluateReport;
import dev.gossamer.protocols.wire.Message.Hello;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.ModelVersion;
import dev.gossamer.protocols.wire.RejectReason;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
 *   <li>all score it on their own rows, the designated node on the public test too;
 *   <li>where it is due, what was learnt goes into the base, and another basis is made.
 * </ol>
 *
 * <p>A node that vanishes, comes back, repeats itself or sends nonsense is an event of the round,
 * never an error of the run. All state is the fold of the journal: a coordinator that is started
 * again on the journal and the artifacts of a killed one goes on where that one stood, and asks
 * again whoever has not reported.
 */
public final class Coordinator implements Node {
    private final RunFile run;
    private final Aggregator aggregator;
    private final int population;
    private final Journal journal;
    private final Consumer<RunEvent> watcher;
    private final RoundPolicy policy;
    private final CohortSampler sampler;
    private final Members members = new Members();
    private final Set<NodeId> excused = new HashSet<>();
    private NodeContext context;
    private Outbox outbox;
    private ArtifactTransfer transfer;
    private StandingWriter writer;
    private BasisMaking basisMaking;
    private RangeFinding rangeFinding;
    private Merging merging;
    private Scoring scoring;
    private Closing closing;
    private Collecting collecting;
    private RunState state;
    private long startNanos;

    /**
     * A coordinator of {@code run}.
     *
     * @param population how many nodes must be ready before the run begins
     * @param watcher told what happens, on the node's thread
     * @throws IllegalArgumentException if the cohort is larger than the population, or method,
     *     optimiser and rule cannot be combined
     */
    public Coordinator(RunFile run, int population, Journal journal, Consumer<RunEvent> watcher) {
        if (population < run.rounds().cohort()) {
            throw new IllegalArgumentException(
                    "cohort is larger than the population: key=rounds.cohort, value="
                            + run.rounds().cohort()
                            + ", bound="
                            + population);
        }
        aggregator = Aggregator.of(run);
        aggregator.requireServed(run.rounds().minimum());
        this.run = run;
        this.population = population;
        this.journal = journal;
        this.watcher = watcher;
        policy = RoundPolicy.of(run.rounds().minimum(), run.rounds().deadline());
        sampler = new CohortSampler(run.seed(), run.rounds().cohort());
    }

    @Override
    public void start(NodeContext nodeContext) {
        context = nodeContext;
        outbox = new Outbox(context, run.name());
        transfer = new ArtifactTransfer(context.artifacts(), (peer, body) -> send(peer, body));
        state = new RunState(run, aggregator, context.artifacts());
        writer =
                new StandingWriter(
                        context.artifacts(),
                        aggregator,
                        new Publisher(aggregator.method(), run.exchange().download(), run.seed()),
                        run.adapter().rank());
        startNanos = context.clock().nanos();
        Desk desk = new OwnDesk();
        basisMaking = new BasisMaking(run, state, members, transfer, writer, desk);
        rangeFinding = new RangeFinding(run, state, members, writer, context.artifacts(), desk);
        merging = new Merging(run, state, writer, desk);
        collecting = new Collecting(state, context.artifacts(), transfer, desk);
        scoring = new Scoring(state, members, policy, excused::contains, context, desk);
        closing = new Closing(state, writer, scoring, context.compute(), desk);
        if (journal.recovered().isEmpty()) {
            record(new Entry.Started(RunFileWriter.write(run)));
        } else {
            recover();
        }
    }

    private void recover() {
        List<Entry> entries = journal.recovered();
        int decided = decided(entries);
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            if (i < decided) {
                state.applyDecided(entry);
            } else {
                state.apply(entry);
            }
            if (entry instanceof Entry.RoundOpened || entry instanceof Entry.SketchOpened) {
                List<NodeId> asked = state.open().orElseThrow().cohort();
                asked.forEach(node -> members.expect(node, startNanos));
            }
        }
        if (state.outcome().isPresent()) {
            announceEnd();
        }
        state.open().ifPresent(this::watchDeadline);
        state.evaluation().ifPresent(scoring::watch);
        context.scheduler().after(policy.grace(), this::advance);
    }

    /** How many of the entries lie before the last decision about a round or a pass. */
    private static int decided(List<Entry> entries) {
        for (int i = entries.size() - 1; i >= 0; i--) {
            if (entries.get(i).decides()) {
                return i;
            }
        }
        return 0;
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
        collecting.disconnected(peer);
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
            case Hello hello -> joined(peer, envelope, hello);
            case BasisReport report -> basisMaking.made(peer, envelope, report);
            case TrainReport report -> collecting.reported(peer, envelope, report);
            case EvaluateReport report -> scoring.scored(peer, envelope, report);
            case Message.ArtifactRequest request -> transfer.serve(peer, request);
            case Message.ArtifactChunk chunk -> transfer.receive(peer, chunk);
            case Message.Failure failure -> failed(peer, failure.detail());
            case Message.Acknowledgement ignored -> {}
            case Message.Rejection rejection ->
                    failed(peer, rejection.reason() + ": " + rejection.detail());
            case Message.Welcome ignored -> refuse(peer, envelope, RejectReason.UNEXPECTED, "");
            case Message.BasisTask ignored -> refuse(peer, envelope, RejectReason.UNEXPECTED, "");
            case Message.SketchTask ignored -> refuse(peer, envelope, RejectReason.UNEXPECTED, "");
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

    private void joined(NodeId peer, Envelope envelope, Hello hello) {
        boolean again = members.has(peer);
        if (hello.rank() != 0
                && hello.rank() < run.adapter().rank()
                && !aggregator.method().mixedRanks()) {
            String ranks = "rank=" + hello.rank() + ", bound=" + run.adapter().rank();
            refuse(
                    peer,
                    envelope,
                    RejectReason.UNEXPECTED,
                    "method has one rank for all clients: " + ranks);
            return;
        }
        members.joined(peer, hello);
        excused.remove(peer);
        if (!again) {
            watcher.accept(new RunEvent.Joined(peer, hello));
        }
        if (state.outcome().isPresent()) {
            sendEnd(peer);
        } else {
            state.open().filter(r -> r.asked(peer)).ifPresent(r -> sendTask(peer, r));
            state.evaluation().filter(e -> !e.has(peer)).ifPresent(e -> scoring.ask(peer));
            basisMaking.joined(peer);
        }
        advance();
    }

    /** Does whatever is due; called after everything that may make something due. */
    private void advance() {
        if (state.outcome().isPresent()) {
            return;
        }
        if (state.open().isPresent()) {
            decide(state.open().get(), false);
        } else if (state.evaluation().isPresent()) {
            scoring.finish(state.evaluation().get(), false);
        } else if (state.stands() && state.closedRound() == run.rounds().count()) {
            end("done");
        } else if (state.attempts() >= policy.attempts()) {
            end(
                    "failed: too few reports: round="
                            + (state.closedRound() + 1)
                            + ", attempts="
                            + state.attempts()
                            + ", minimum="
                            + policy.minimum());
        } else if (basisMaking.isDue()) {
            basisMaking.ask(population);
        } else if (state.basis().isDue()) {
            rangeFinding.open();
        } else if (merging.isDue()) {
            merging.merge();
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

    private void openRound() {
        int number = state.closedRound() + 1;
        int attempt = state.attempts() + 1;
        List<NodeId> cohort = sampler.sample(members.present(), number, attempt);
        record(
                new Entry.RoundOpened(
                        number,
                        attempt,
                        cohort.stream().map(node -> new Participant(node, rank(node))).toList()));
        watcher.accept(new RunEvent.RoundOpened(number, attempt, cohort));
        opened(state.open().orElseThrow());
    }

    private void opened(Round round) {
        excused.clear();
        round.cohort().stream().filter(members::has).forEach(node -> sendTask(node, round));
        watchDeadline(round);
    }

    private int rank(NodeId node) {
        int own = members.hello(node).rank();
        return own == 0 ? run.adapter().rank() : Math.min(own, run.adapter().rank());
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

    private void sendTask(NodeId node, Round round) {
        outbox.send(
                node,
                round.number(),
                switch (round.stage()) {
                    case SKETCH, PROJECTION -> rangeFinding.task(round, policy.deadline());
                    case TRAINING -> trainTask(node, round);
                });
    }

    private Message trainTask(NodeId node, Round round) {
        return new Message.TrainTask(
                state.standing().version(),
                state.standing().patch(),
                round.rank(node),
                state.fixedPoint(),
                run.seed(),
                state.counted(node),
                policy.deadline().toMillis());
    }

    private void decide(Round round, boolean overdue) {
        if (round.isClosing()) {
            return;
        }
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
        excused.clear();
        switch (round.stage()) {
            case SKETCH, PROJECTION -> rangeFinding.close(round);
            case TRAINING -> closing.begin(round);
        }
    }

    private void failed(NodeId peer, String detail) {
        watcher.accept(new RunEvent.Failed(peer, detail));
        transfer.failed(peer, detail);
        excused.add(peer);
        if (basisMaking.isAt(peer)) {
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
        long basisBytes = state.basis().made().stream().mapToLong(transfer::carriedBytes).sum();
        watcher.accept(
                new RunEvent.Ended(
                        outcome, version(), version().map(done -> state.published()), basisBytes));
    }

    private Optional<ModelVersion> version() {
        return state.outcome().filter("done"::equals).map(done -> state.standing().version());
    }

    private void sendEnd(NodeId node) {
        String outcome = state.outcome().orElseThrow();
        send(node, new Message.RunEnded(outcome, version()));
    }

    /** This coordinator, as its stages see it. */
    private final class OwnDesk implements Desk {
        @Override
        public void record(Entry entry) {
            Coordinator.this.record(entry);
        }

        @Override
        public void send(NodeId peer, Message body) {
            Coordinator.this.send(peer, body);
        }

        @Override
        public void acknowledge(NodeId peer, Envelope envelope) {
            Coordinator.this.acknowledge(peer, envelope);
        }

        @Override
        public void refuse(NodeId peer, Envelope envelope, RejectReason reason, String detail) {
            Coordinator.this.refuse(peer, envelope, reason, detail);
        }

        @Override
        public void tell(RunEvent event) {
            watcher.accept(event);
        }

        @Override
        public boolean mayReport(NodeId node) {
            return Coordinator.this.mayReport(node);
        }

        @Override
        public boolean enoughAreHere() {
            return Coordinator.this.enoughAreHere();
        }

        @Override
        public void opened(Round round) {
            Coordinator.this.opened(round);
        }

        @Override
        public void advance() {
            Coordinator.this.advance();
        }

        @Override
        public void end(String outcome) {
            Coordinator.this.end(outcome);
        }
    }
}
