package dev.gossamer.client.node;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.codec.CodecException;
import dev.gossamer.protocols.codec.ErrorFeedback;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.node.StateException;
import dev.gossamer.protocols.node.StatePort;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.wire.Message.TrainTask;
import dev.gossamer.protocols.wire.ModelVersion;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Error feedback of one node's uploads in one run, kept where a restart finds it.
 *
 * <p>Whether a report counted is known only later: it may be lost, refused, late, or its round
 * abandoned, and an acknowledgement may be lost too. So a report is kept before it is sent, with
 * all that is owed, its own change included. A task for the same round from the same version is
 * answered with it, byte for byte. A task for a later round says which report counted last: if it
 * was this one, what the message carried is taken off; else all of it is still owed.
 *
 * <p>What is kept is dropped where it means nothing, or may have been counted already: it is of
 * another run, basis or layout, of a round that is not before the task's, or older than the last
 * report that counted. A disk that fails costs what is owed and never the run. Confined to the
 * node's thread, but for {@link #add}.
 */
final class OwedUpdates {
    private static final String NAME = "owed-updates";

    private final CodecPlan plan;
    private final Digest run;
    private final StatePort state;
    private final Consumer<ClientEvent> watcher;

    /**
     * What is owed in a run.
     *
     * @param plan of its uploads
     * @param runFile its text
     * @param watcher told when something is dropped
     */
    OwedUpdates(CodecPlan plan, String runFile, StatePort state, Consumer<ClientEvent> watcher) {
        this.plan = plan;
        run = Digest.of(runFile.getBytes(StandardCharsets.UTF_8));
        this.state = state;
        this.watcher = watcher;
    }

    /** What the node kept, as a task of {@code round} finds it. */
    Optional<KeptReport> kept(int round) {
        Optional<byte[]> content = read(round);
        Optional<KeptReport> kept = content.flatMap(KeptReport::decode);
        if (content.isPresent() && kept.isEmpty()) {
            forget(round, "state has another form: bytes=" + content.get().length);
        }
        if (kept.isPresent() && !kept.get().run().equals(run)) {
            forget(round, "state is of another run: given=" + kept.get().run().brief());
            return Optional.empty();
        }
        return kept;
    }

    private Optional<byte[]> read(int round) {
        try {
            return state.get(NAME);
        } catch (StateException e) {
            forget(round, e.getMessage());
            return Optional.empty();
        }
    }

    private void forget(int round, String cause) {
        watcher.accept(new ClientEvent.Forgotten(round, cause));
    }

    /** The report of {@code round} from {@code version}, if it is made already. */
    static Optional<MadeReport> made(Optional<KeptReport> kept, int round, ModelVersion version) {
        return kept.filter(k -> k.round() == round && k.version().equals(version))
                .map(KeptReport::report);
    }

    /**
     * A change with what was owed before.
     *
     * @param values what to encode
     * @param owed all of it, in double precision
     * @param dropped why nothing of what was kept is in it; empty where it is
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Sum(float[] values, double[] owed, Optional<String> dropped) {}

    /** Adds what is owed to {@code change}; a pure function, for any thread. */
    Sum add(
            Optional<KeptReport> kept,
            TrainTask task,
            int round,
            UpdateCodec codec,
            float[] change) {
        if (kept.isPresent()) {
            Optional<String> misfit = misfit(kept.get(), task, round, codec);
            if (misfit.isPresent()) {
                return sum(new ErrorFeedback(plan, change.length), 0, change, misfit);
            }
            try {
                ErrorFeedback settled = settled(kept.get(), task, codec);
                return sum(settled, round - kept.get().round() - 1, change, Optional.empty());
            } catch (CodecException e) {
                Optional<String> cause = Optional.of("kept message is damaged: " + e.getMessage());
                return sum(new ErrorFeedback(plan, change.length), 0, change, cause);
            }
        }
        return sum(new ErrorFeedback(plan, change.length), 0, change, Optional.empty());
    }

    private static Sum sum(
            ErrorFeedback feedback, int missed, float[] change, Optional<String> dropped) {
        float[] values = feedback.add(missed, change);
        return new Sum(values, feedback.owed(), dropped);
    }

    private ErrorFeedback settled(KeptReport kept, TrainTask task, UpdateCodec codec)
            throws CodecException {
        ErrorFeedback feedback = ErrorFeedback.restored(plan, kept.owed());
        if (task.counted() == kept.round()) {
            feedback.sent(codec.decode(kept.report().message()));
        }
        return feedback;
    }

    /** Why what was kept cannot be carried into {@code task}. */
    private static Optional<String> misfit(
            KeptReport kept, TrainTask task, int round, UpdateCodec codec) {
        ModelVersion before = kept.version();
        ModelVersion now = task.version();
        String misfit = "";
        if (kept.round() >= round) {
            misfit = "state is of a later attempt: kept=" + kept.round();
        } else if (task.counted() > kept.round()) {
            misfit = "a later report counted: kept=" + kept.round() + ", last=" + task.counted();
        } else if (!before.basis().equals(now.basis()) || !before.base().equals(now.base())) {
            misfit = "basis or base is another one: basis=" + now.basis().brief();
        } else if (!kept.report().layout().equals(codec.layout().fingerprint())
                || kept.owed().length != codec.layout().size()) {
            misfit = "layout is another one: layout=" + codec.layout().fingerprint().brief();
        }
        return Optional.of(misfit).filter(cause -> !cause.isEmpty());
    }

    /** Keeps {@code report}, which is about to be sent, and what is owed with it. */
    void keep(int round, ModelVersion version, MadeReport report, Sum sum) {
        sum.dropped().ifPresent(cause -> forget(round, cause));
        try {
            state.put(NAME, new KeptReport(run, round, version, report, sum.owed()).encode());
        } catch (StateException e) {
            forget(round + 1, e.getMessage());
        }
    }
}
