package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.cohort.Participant;
import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.coordinator.journal.Standing;
import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.aggregate.RingNorm;
import dev.gossamer.protocols.aggregate.ServerOptimizer.Memory;
import dev.gossamer.protocols.aggregate.WeightRule;
import dev.gossamer.protocols.basis.RangeFinder;
import dev.gossamer.protocols.codec.ReportValidator;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.method.Aggregator;
import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.PrivacyPlan;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileWriter;
import dev.gossamer.protocols.wire.Decoded;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message.EvaluateReport;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.Message.Update;
import dev.gossamer.protocols.wire.ProtocolLimits;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where a run stands: the fold of its journal.
 *
 * <p>The coordinator changes it in no other way than by {@link #apply}, live and on recovery alike,
 * so that a recovered run stands where the lost one stood.
 */
final class RunState {
    private final RunFile run;
    private final ArtifactPort artifacts;
    private final FixedPoint fixedPoint;
    private final Aggregator aggregator;
    private final Map<NodeId, Integer> counted = new TreeMap<>();
    private final BasisState basis;
    private Optional<Standing> standing = Optional.empty();
    private Optional<AdapterLayout> layout = Optional.empty();
    private Optional<Round> open = Optional.empty();
    private Optional<Evaluation> evaluation = Optional.empty();
    private Optional<String> outcome = Optional.empty();
    private int closedRound;
    private int closedReports;
    private int attempts;

    RunState(RunFile run, Aggregator aggregator, ArtifactPort artifacts) {
        this.run = run;
        this.aggregator = aggregator;
        this.artifacts = artifacts;
        basis = new BasisState(run.seed());
        fixedPoint = FixedPoint.planned(run.rounds().cohort(), ProtocolLimits.MAX_WEIGHT);
    }

    /** Takes one entry into account. */
    void apply(Entry entry) {
        switch (entry) {
            case Entry.Started started -> requireSameRun(started);
            case Entry.BasisDue due -> {
                basis.due(closedRound);
                stand(due.standing());
            }
            case Entry.SketchOpened opened -> open = Optional.of(pass(opened));
            case Entry.RangeFound found -> {
                Round pass = open.orElseThrow();
                pass.held().forEach(artifacts::remove);
                basis.rangeFound(
                        found.range(), pass.reporters().stream().map(pass::participant).toList());
                attempts = 0;
                open = Optional.empty();
            }
            case Entry.BasisMade made -> {
                basis.made(made.standing().version().basis());
                open.ifPresent(pass -> pass.held().forEach(artifacts::remove));
                attempts = 0;
                open = Optional.empty();
                stand(made.standing());
            }
            case Entry.RoundOpened opened -> open = Optional.of(round(opened));
            case Entry.Reported reported -> add(envelope(reported.frame()));
            case Entry.RoundClosed closed -> close(closed);
            case Entry.RoundAbandoned abandoned -> {
                open.orElseThrow().held().forEach(artifacts::remove);
                attempts = abandoned.attempt();
                open = Optional.empty();
            }
            case Entry.Scored scored -> {
                Envelope envelope = envelope(scored.frame());
                evaluation.orElseThrow().add(envelope.sender(), (EvaluateReport) envelope.body());
            }
            case Entry.Evaluated evaluated -> {
                basis.captured(evaluation.orElseThrow().captured());
                evaluation = Optional.empty();
            }
            case Entry.Ended ended -> {
                open = Optional.empty();
                outcome = Optional.of(ended.outcome());
            }
        }
    }

    private void requireSameRun(Entry.Started started) {
        String expected = RunFileWriter.write(run);
        if (!started.runFile().equals(expected)) {
            throw new IllegalStateException(
                    "journal belongs to another run file: name="
                            + run.name()
                            + "; choose an empty folder or the run file that it began with");
        }
    }

    private Round round(Entry.RoundOpened opened) {
        AdapterLayout whole = layout.orElseThrow();
        int index = opened.round() - 1;
        Map<NodeId, UpdateCodec> codecs = new HashMap<>();
        for (Participant participant : opened.cohort()) {
            AdapterLayout own = aggregator.method().startLayout(whole, participant.rank());
            codecs.put(
                    participant.node(),
                    new UpdateCodec(
                            run.exchange().upload(), own.only(aggregator.method().trained(index))));
        }
        ReportValidator validator =
                new ReportValidator(
                        run.name(),
                        opened.round(),
                        codecs,
                        standing().version(),
                        fixedPoint,
                        aggregator.method().weighs()
                                ? ProtocolLimits.MAX_WEIGHT
                                : WeightRule.of(run.rounds()).bound(),
                        norm());
        return new Round(
                Round.Stage.TRAINING,
                opened.round(),
                opened.attempt(),
                opened.cohort(),
                whole.only(aggregator.method().trained(index)),
                Optional.of(aggregator),
                codecs,
                validator);
    }

    /** How long an update may be, where the noise of the sum is measured by it. */
    private Optional<RingNorm> norm() {
        return run.privacy().mode() == PrivacyPlan.Mode.CENTRAL
                ? Optional.of(new RingNorm(fixedPoint, run.privacy().clip().bound()))
                : Optional.empty();
    }

    /** Sketches travel whole, and weigh no more than the rows that they may be made of. */
    private Round pass(Entry.SketchOpened opened) {
        RangeFinder finder = finder();
        boolean first = opened.pass() == 1;
        AdapterLayout layout = first ? finder.sketchLayout() : finder.projectionLayout();
        UpdateCodec codec = new UpdateCodec(CodecPlan.PLAIN, layout);
        Map<NodeId, UpdateCodec> codecs = new HashMap<>();
        opened.cohort().forEach(participant -> codecs.put(participant.node(), codec));
        ReportValidator validator =
                new ReportValidator(
                        run.name(),
                        closedRound,
                        codecs,
                        standing().version(),
                        FixedPoint.planned(opened.cohort().size(), ProtocolLimits.MAX_WEIGHT),
                        Math.min(WeightRule.of(run.rounds()).bound(), run.basis().rows()),
                        Optional.empty());
        return new Round(
                first ? Round.Stage.SKETCH : Round.Stage.PROJECTION,
                closedRound,
                opened.attempt(),
                opened.cohort(),
                layout,
                Optional.empty(),
                codecs,
                validator);
    }

    /** The range finder of the basis that is due. */
    RangeFinder finder() {
        return RangeFinding.finder(
                content(standing().version().basis()), layout.orElseThrow(), basis.coins());
    }

    private void add(Envelope envelope) {
        TrainReport report = (TrainReport) envelope.body();
        open.orElseThrow()
                .add(
                        envelope,
                        report,
                        () ->
                                switch (report.update()) {
                                    case Update.Inline inline -> inline.bytes();
                                    case Update.Held held -> content(held.digest());
                                });
    }

    /**
     * Takes one entry into account of which is known that its round was decided later: what its
     * reports hold is not needed, and may be gone.
     */
    void applyDecided(Entry entry) {
        if (entry instanceof Entry.Reported reported) {
            Envelope envelope = envelope(reported.frame());
            open.orElseThrow().note(envelope, (TrainReport) envelope.body());
        } else {
            apply(entry);
        }
    }

    /** What the reports of the open round come to. */
    Aggregator.Outcome outcomeOfOpenRound() {
        Round round = open.orElseThrow();
        AdapterState published = published();
        Aggregator.Outcome made =
                aggregator.close(
                        global(published),
                        memories(),
                        published,
                        round.number() - 1,
                        round.layout(),
                        round.mean(),
                        round.kept());
        round.release();
        return made;
    }

    /** What the server's optimiser remembers. */
    Map<Factor, Memory> memories() {
        return standing().memory().map(name -> MemoryCodec.decode(content(name))).orElse(Map.of());
    }

    private void close(Entry.RoundClosed closed) {
        Round round = open.orElseThrow();
        round.reporters().forEach(node -> counted.put(node, closed.round()));
        closedReports = round.reports();
        closedRound = closed.round();
        attempts = 0;
        round.held().forEach(artifacts::remove);
        open = Optional.empty();
        stand(closed.standing());
        boolean due =
                closedRound % run.evaluation().every() == 0 || closedRound == run.rounds().count();
        evaluation = due ? Optional.of(new Evaluation(closedRound)) : Optional.empty();
    }

    private void stand(Standing next) {
        standing = Optional.of(next);
        if (layout.isEmpty()) {
            layout = Optional.of(published().layout());
        }
    }

    /** The server's own adapter. */
    AdapterState global() {
        return adapter(standing().global());
    }

    /** The same, which most methods publish as it is. */
    private AdapterState global(AdapterState published) {
        boolean same = standing().global().equals(standing().version().adapter());
        return same ? published : global();
    }

    /** The adapter, or part of one, called {@code name}. */
    AdapterState adapter(Digest name) {
        try {
            return AdapterCodec.decode(content(name));
        } catch (ArtifactFormatException e) {
            throw new IllegalStateException("adapter cannot be read: artifact=" + name, e);
        }
    }

    /** The artifact called {@code name}. */
    byte[] content(Digest name) {
        return artifacts
                .get(name)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "artifact is missing from the store: artifact=" + name));
    }

    private static Envelope envelope(byte[] frame) {
        return switch (EnvelopeCodec.decode(frame)) {
            case Decoded.Accepted accepted -> accepted.envelope();
            case Decoded.Refused refused ->
                    throw new IllegalStateException(
                            "journaled frame cannot be read: " + refused.detail());
        };
    }

    /** What is known of the basis. */
    BasisState basis() {
        return basis;
    }

    FixedPoint fixedPoint() {
        return fixedPoint;
    }

    /** Whether there is an adapter. */
    boolean stands() {
        return standing.isPresent();
    }

    /** Where the run stands, once it has an adapter. */
    Standing standing() {
        return standing.orElseThrow();
    }

    /**
     * The adapter that is trained from and scored, read whenever it is asked for: while reports
     * come in the coordinator has better use for the memory.
     */
    AdapterState published() {
        return adapter(standing().version().adapter());
    }

    /** The last round whose mean holds a report of {@code node}, 0 for none. */
    int counted(NodeId node) {
        return counted.getOrDefault(node, 0);
    }

    /** The round that is open. */
    Optional<Round> open() {
        return open;
    }

    /** The evaluation that is open. */
    Optional<Evaluation> evaluation() {
        return evaluation;
    }

    /** How the run ended, if it has. */
    Optional<String> outcome() {
        return outcome;
    }

    /** The last round that was closed, 0 before. */
    int closedRound() {
        return closedRound;
    }

    /** How many reports the last closed round had. */
    int closedReports() {
        return closedReports;
    }

    /** How often the next round was abandoned already. */
    int attempts() {
        return attempts;
    }
}
