package dev.gossamer.client.node;

import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.Outbox;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.PrivacyPlan;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.ModelVersion;

import java.util.Optional;
import java.util.function.Consumer;

/** A run that a node takes part in; the work is empty until its rows are read. */
final class JoinedRun {
    final String runFile;
    final RunFile run;
    final ExchangeMethod method;
    final Outbox outbox;
    final Optional<OwedUpdates> owed;
    final Optional<ReleasedUpdates> released;
    Optional<LocalWork> work = Optional.empty();
    Optional<AdapterState> last = Optional.empty();

    private JoinedRun(
            String runFile,
            RunFile run,
            Outbox outbox,
            Optional<OwedUpdates> owed,
            Optional<ReleasedUpdates> released) {
        this.runFile = runFile;
        this.run = run;
        this.outbox = outbox;
        this.owed = owed;
        this.released = released;
        method = ExchangeMethod.of(run);
    }

    /**
     * The run of {@code runFile}.
     *
     * @param watcher told when something that was owed is dropped
     * @throws IllegalArgumentException if the file or the run is refused
     */
    static JoinedRun of(String runFile, NodeContext context, Consumer<ClientEvent> watcher) {
        RunFile run = RunFileReader.read(runFile);
        CodecPlan upload = run.exchange().upload();
        return new JoinedRun(
                runFile,
                run,
                new Outbox(context, run.name()),
                upload.feedback() == CodecPlan.Feedback.NONE
                        ? Optional.empty()
                        : Optional.of(new OwedUpdates(upload, runFile, context.state(), watcher)),
                run.privacy().mode() == PrivacyPlan.Mode.EXAMPLE
                        ? Optional.of(
                                new ReleasedUpdates(runFile, run.rounds().count(), context.state()))
                        : Optional.empty());
    }

    /** What the coordinator is told first; how many rows there are is part of what is promised. */
    Message.Hello hello(LocalWork local) {
        boolean counted = !run.privacy().isPrivate();
        return new Message.Hello(
                counted ? local.trainingRows() : 0,
                counted ? local.heldOutRows() : 0,
                local.designated(),
                local.rank());
    }

    /** What the coordinator is told of {@code own}, rows of the owner's that are held out. */
    Message.Score told(Message.Score own) {
        return run.privacy().isPrivate() ? new Message.Score(0, 0, 0) : own;
    }

    /**
     * The report of {@code round}, if it is made already.
     *
     * @param kept of error feedback
     * @throws IllegalStateException if noise was drawn for this round, or a later one, before
     * @throws dev.gossamer.protocols.node.StateException if what was noised cannot be read
     */
    Optional<MadeReport> made(Optional<KeptReport> kept, int round, ModelVersion version) {
        return released.isPresent()
                ? released.get().made(round, version)
                : OwedUpdates.made(kept, round, version);
    }

    /**
     * Makes what is owed, or was noised, durable before the report can count.
     *
     * @throws dev.gossamer.protocols.node.StateException if what was noised cannot be kept
     */
    void keep(int round, ModelVersion version, RoundTraining.Trained trained) {
        owed.ifPresent(o -> o.keep(round, version, trained.report(), trained.sum().orElseThrow()));
        released.ifPresent(updates -> updates.keep(round, version, trained.report()));
    }
}
