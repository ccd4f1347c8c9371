package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.aggregate.ServerOptimizer;
import dev.gossamer.protocols.aggregate.ServerOptimizer.Memory;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.method.ServerRound;
import dev.gossamer.protocols.method.SumMethod;
import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileWriter;
import dev.gossamer.protocols.wire.Decoded;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message.EvaluateReport;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.ProtocolLimits;

import java.util.Map;
import java.util.Optional;

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
    private final SumMethod method;
    private final ServerOptimizer optimizer;
    private Map<Factor, Memory> memories = Map.of();
    private Optional<Digest> basis = Optional.empty();
    private Optional<Digest> artifact = Optional.empty();
    private Optional<AdapterState> adapter = Optional.empty();
    private Optional<Round> open = Optional.empty();
    private Optional<Evaluation> evaluation = Optional.empty();
    private Optional<String> outcome = Optional.empty();
    private int closedRound;
    private int closedReports;
    private int attempts;

    RunState(RunFile run, ArtifactPort artifacts) {
        this.run = run;
        this.artifacts = artifacts;
        method = ExchangeMethod.summing(run.adapter().method());
        optimizer = ServerOptimizer.of(run.server());
        ServerRound.requireFit(method, optimizer);
        fixedPoint = FixedPoint.planned(run.rounds().cohort(), ProtocolLimits.MAX_WEIGHT);
    }

    /** Takes one entry into account. */
    void apply(Entry entry) {
        switch (entry) {
            case Entry.Started started -> requireSameRun(started);
            case Entry.BasisMade made -> {
                basis = Optional.of(made.basis());
                publish(made.adapter());
            }
            case Entry.RoundOpened opened -> open = Optional.of(round(opened));
            case Entry.Reported reported -> {
                Envelope envelope = envelope(reported.frame());
                open.orElseThrow().add(envelope, (TrainReport) envelope.body());
            }
            case Entry.RoundClosed closed -> close(closed);
            case Entry.RoundAbandoned abandoned -> {
                attempts = abandoned.attempt();
                open = Optional.empty();
            }
            case Entry.Scored scored -> {
                Envelope envelope = envelope(scored.frame());
                evaluation.orElseThrow().add(envelope.sender(), (EvaluateReport) envelope.body());
            }
            case Entry.Evaluated evaluated -> evaluation = Optional.empty();
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

    /** What is trained in {@code round}, counted from 1. */
    private AdapterLayout layout(int round) {
        return adapter.orElseThrow().layout().only(method.trained(round - 1));
    }

    private Round round(Entry.RoundOpened opened) {
        return new Round(
                run.name(),
                opened.round(),
                opened.attempt(),
                opened.cohort(),
                basis.orElseThrow(),
                artifact.orElseThrow(),
                layout(opened.round()),
                run.exchange().upload(),
                fixedPoint);
    }

    /**
     * What the reports of the open round come to: the next adapter, and what the optimiser then
     * remembers.
     */
    ServerRound afterOpenRound() {
        AdapterState current = adapter.orElseThrow();
        Round round = open.orElseThrow();
        AdapterValues mean = new AdapterValues(round.layout(), round.mean());
        return new ServerRound(AdapterValues.of(current), memories).next(method, optimizer, mean);
    }

    /** The optimiser's memory is nowhere but in the reports: it is computed again. */
    private void close(Entry.RoundClosed closed) {
        ServerRound after = afterOpenRound();
        Digest computed = Digest.of(AdapterCodec.encode(after.adapter().state()));
        if (!computed.equals(closed.adapter())) {
            throw new IllegalStateException(
                    "journal was written by another version: round="
                            + closed.round()
                            + ", adapter="
                            + closed.adapter().brief()
                            + ", computed="
                            + computed.brief()
                            + "; go on with that version, or begin in an empty folder");
        }
        memories = after.memories();
        closedReports = open.orElseThrow().reports();
        closedRound = closed.round();
        attempts = 0;
        open = Optional.empty();
        publish(closed.adapter());
        boolean due =
                closedRound % run.evaluation().every() == 0 || closedRound == run.rounds().count();
        evaluation = due ? Optional.of(new Evaluation(closedRound)) : Optional.empty();
    }

    private void publish(Digest name) {
        byte[] content =
                artifacts
                        .get(name)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "adapter is missing from the store: artifact="
                                                        + name));
        try {
            adapter = Optional.of(AdapterCodec.decode(content));
        } catch (ArtifactFormatException e) {
            throw new IllegalStateException("adapter cannot be read: artifact=" + name, e);
        }
        artifact = Optional.of(name);
    }

    private static Envelope envelope(byte[] frame) {
        return switch (EnvelopeCodec.decode(frame)) {
            case Decoded.Accepted accepted -> accepted.envelope();
            case Decoded.Refused refused ->
                    throw new IllegalStateException(
                            "journaled frame cannot be read: " + refused.detail());
        };
    }

    FixedPoint fixedPoint() {
        return fixedPoint;
    }

    /** The basis, once it is made. */
    Optional<Digest> basis() {
        return basis;
    }

    /** The current adapter's name as an artifact. */
    Digest artifact() {
        return artifact.orElseThrow();
    }

    /** The current adapter, once there is one. */
    Optional<AdapterState> adapter() {
        return adapter;
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
