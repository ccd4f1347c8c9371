package dev.gossamer.client.node;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.artifact.ArtifactTransfer;
import dev.gossamer.protocols.node.Compute;
import dev.gossamer.protocols.node.Compute.Outcome;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.Outbox;
import dev.gossamer.protocols.node.StateException;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFile.BasisPlan;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.Message.EvaluateTask;
import dev.gossamer.protocols.wire.Message.SketchTask;
import dev.gossamer.protocols.wire.Message.TrainTask;
import dev.gossamer.protocols.wire.ModelVersion;
import dev.gossamer.protocols.wire.PatchOffer;
import dev.gossamer.protocols.wire.ProtocolLimits;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The node of one owner in a run that a coordinator serves.
 *
 * <p>Welcomed with the run file, it reads its rows and says hello; then it does what it is asked,
 * one task at a time: make the basis, train, score. The artifacts that a task names are fetched if
 * they are not here. It keeps no state that a task does not bring, but for {@link OwedUpdates}: a
 * client that is killed and started again gets its task again and sends the same report.
 */
public final class FederatedClient implements Node {
    private final BiFunction<RunFile, NodeId, LocalWork> workplace;
    private final Consumer<ClientEvent> watcher;
    private NodeContext context;
    private ArtifactTransfer transfer;
    private MaterialFetch materials;
    private Optional<JoinedRun> joined = Optional.empty();
    private Optional<Envelope> current = Optional.empty();

    /**
     * A client.
     *
     * @param workplace opens the owner's rows for a run; called off the node's thread
     * @param watcher told what happens, on the node's thread
     */
    public FederatedClient(
            BiFunction<RunFile, NodeId, LocalWork> workplace, Consumer<ClientEvent> watcher) {
        this.workplace = workplace;
        this.watcher = watcher;
    }

    @Override
    public void start(NodeContext nodeContext) {
        context = nodeContext;
        transfer = new ArtifactTransfer(context.artifacts(), (peer, body) -> send(0, body));
        materials = new MaterialFetch(context.artifacts(), transfer);
    }

    @Override
    public void connected(NodeId peer) {
        watcher.accept(new ClientEvent.Connected());
        transfer.connected(peer);
    }

    @Override
    public void disconnected(NodeId peer) {
        watcher.accept(new ClientEvent.Disconnected());
    }

    @Override
    public void receive(NodeId peer, Envelope envelope) {
        switch (envelope.body()) {
            case Message.Welcome welcome -> welcomed(welcome.runFile());
            case Message.BasisTask task -> makeBasis(envelope, task);
            case SketchTask task -> sketch(envelope, task);
            case TrainTask task -> train(envelope, task);
            case EvaluateTask task -> evaluate(envelope, task);
            case Message.ArtifactRequest request -> transfer.serve(peer, request);
            case Message.ArtifactChunk chunk -> transfer.receive(peer, chunk);
            case Message.RunEnded ended ->
                    watcher.accept(
                            new ClientEvent.Ended(
                                    ended.outcome(), ended.version().map(ModelVersion::adapter)));
            case Message.Rejection rejection ->
                    watcher.accept(new ClientEvent.Refused(rejection.reason(), rejection.detail()));
            case Message.Failure failure -> transfer.failed(peer, failure.detail());
            case Message.Acknowledgement ignored -> {}
            case Message.Hello ignored -> {}
            case Message.BasisReport ignored -> {}
            case Message.TrainReport ignored -> {}
            case Message.EvaluateReport ignored -> {}
        }
    }

    private void send(int round, Message body) {
        joined.ifPresent(j -> j.outbox.send(NodeId.COORDINATOR, round, body));
    }

    /** Reads the rows of a new run; says hello again where they are read already. */
    private void welcomed(String runFile) {
        if (joined.filter(j -> j.runFile.equals(runFile)).isPresent()) {
            joined.get().work.ifPresent(this::sayHello);
            return;
        }
        JoinedRun opened;
        try {
            opened = JoinedRun.of(runFile, context, watcher);
        } catch (IllegalArgumentException e) {
            new Outbox(context, "").send(NodeId.COORDINATOR, 0, failure(e));
            watcher.accept(new ClientEvent.Failed(e));
            return;
        }
        joined = Optional.of(opened);
        NodeId self = context.self();
        submit(0, () -> workplace.apply(opened.run, self), outcome -> opened(opened, outcome));
    }

    private void opened(JoinedRun run, Outcome<LocalWork> outcome) {
        switch (outcome) {
            case Outcome.Done<LocalWork> done -> {
                run.work = Optional.of(done.value());
                done.value()
                        .promise()
                        .ifPresent(made -> watcher.accept(new ClientEvent.Promised(made)));
                sayHello(done.value());
            }
            case Outcome.Failed<LocalWork> failed -> {
                send(0, failure(failed.cause()));
                watcher.accept(new ClientEvent.Failed(failed.cause()));
            }
        }
    }

    private void sayHello(LocalWork work) {
        joined.ifPresent(run -> send(0, run.hello(work)));
        watcher.accept(
                new ClientEvent.Ready(
                        work.trainingRows(), work.heldOutRows(), work.truncatedRows()));
    }

    private static Message.Failure failure(Exception cause) {
        String text = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        int length = Math.min(text.length(), ProtocolLimits.MAX_TEXT_CHARACTERS);
        return new Message.Failure(text.substring(0, length));
    }

    private <T> void submit(long tokens, Callable<T> task, Consumer<Outcome<T>> done) {
        context.compute()
                .submit(
                        new Compute.Work<T>() {
                            @Override
                            public long tokens() {
                                return tokens;
                            }

                            @Override
                            public T run() throws Exception {
                                return task.call();
                            }
                        },
                        done);
    }

    /** Does a task's work, unless it is being done, and then reports, unless it is outdated. */
    private <T> void carryOut(
            Envelope task, long tokens, Callable<T> work, BiConsumer<LocalWork, T> report) {
        LocalWork local = joined.flatMap(j -> j.work).orElseThrow();
        submit(
                tokens,
                work,
                outcome -> {
                    if (!current.equals(Optional.of(task))) {
                        return;
                    }
                    current = Optional.empty();
                    switch (outcome) {
                        case Outcome.Done<T> done -> report.accept(local, done.value());
                        case Outcome.Failed<T> failed -> failed(task, failed.cause());
                    }
                });
    }

    private void failed(Envelope task, Exception cause) {
        send(task.round(), failure(cause));
        watcher.accept(new ClientEvent.Failed(cause));
    }

    /**
     * Whether {@code task} is for this run and not being done already; makes it the current one.
     */
    private boolean begin(Envelope task) {
        boolean ours =
                joined.filter(j -> j.work.isPresent() && j.run.name().equals(task.run()))
                        .isPresent();
        boolean running =
                current.filter(c -> c.round() == task.round() && c.body().equals(task.body()))
                        .isPresent();
        if (!ours || running) {
            return false;
        }
        current = Optional.of(task);
        return true;
    }

    private void makeBasis(Envelope envelope, Message.BasisTask task) {
        if (!begin(envelope)) {
            return;
        }
        task.from()
                .ifPresentOrElse(
                        version ->
                                withMaterials(
                                        envelope,
                                        version,
                                        Optional.empty(),
                                        envelope.round(),
                                        from ->
                                                makeBasis(
                                                        envelope, task.seed(), Optional.of(from))),
                        () -> makeBasis(envelope, task.seed(), Optional.empty()));
    }

    private void makeBasis(Envelope task, long seed, Optional<Materials> from) {
        watcher.accept(new ClientEvent.MakingBasis());
        LocalWork local = joined.flatMap(j -> j.work).orElseThrow();
        carryOut(
                task,
                local.basisTokens(),
                () -> local.makeBasis(seed, from),
                (work, start) -> basisMade(task, start));
    }

    private void basisMade(Envelope task, GradientBasis.Start start) {
        Digest basis = context.artifacts().put(start.artifact());
        Digest adapter = context.artifacts().put(AdapterCodec.encode(start.adapter()));
        send(task.round(), new Message.BasisReport(basis, adapter));
    }

    private void sketch(Envelope envelope, SketchTask task) {
        if (!begin(envelope)) {
            return;
        }
        BasisPlan.From from = joined.orElseThrow().run.basis().from();
        if (from != BasisPlan.From.RANGE_FINDER) {
            String own = "run does not look at owners' gradients: basis.from=" + from.key();
            abandon(envelope, new IllegalStateException(own));
            return;
        }
        withMaterials(
                envelope,
                task.version(),
                task.patch(),
                envelope.round(),
                model ->
                        materials.range(
                                task.range(),
                                cause -> ifStillAt(envelope, () -> abandon(envelope, cause)),
                                range ->
                                        ifStillAt(
                                                envelope,
                                                () -> sketch(envelope, task, model, range))));
    }

    private void ifStillAt(Envelope task, Runnable action) {
        if (current.equals(Optional.of(task))) {
            action.run();
        }
    }

    private void sketch(
            Envelope envelope, SketchTask task, Materials model, Optional<AdapterState> range) {
        watcher.accept(new ClientEvent.Sketching(range.isEmpty() ? 1 : 2));
        JoinedRun run = joined.orElseThrow();
        LocalWork local = run.work.orElseThrow();
        carryOut(
                envelope,
                local.sketchTokens(),
                () -> SketchReport.of(run.run, task, local.sketch(model, range, task.seed())),
                (work, made) -> send(envelope.round(), made.message(work, this::update)));
    }

    private void train(Envelope envelope, TrainTask task) {
        if (!begin(envelope)) {
            return;
        }
        JoinedRun run = joined.orElseThrow();
        int round = envelope.round();
        Optional<KeptReport> kept = run.owed.flatMap(owed -> owed.kept(round));
        Optional<MadeReport> made;
        try {
            made = run.made(kept, round, task.version());
        } catch (StateException | IllegalStateException e) {
            abandon(envelope, e);
            return;
        }
        if (made.isPresent()) {
            current = Optional.empty();
            report(envelope, task, made.get());
            return;
        }
        LocalWork local = run.work.orElseThrow();
        RoundTraining training =
                new RoundTraining(
                        run.run,
                        run.method,
                        context.self(),
                        local,
                        task,
                        round,
                        context.secrets(),
                        run.owed,
                        kept);
        withMaterials(
                envelope,
                task.version(),
                task.patch(),
                round - 1,
                start -> {
                    watcher.accept(new ClientEvent.Training(round));
                    carryOut(
                            envelope,
                            local.trainTokens(),
                            () -> training.from(start),
                            (work, trained) -> trained(envelope, task, trained));
                });
    }

    private void trained(Envelope envelope, TrainTask task, RoundTraining.Trained trained) {
        try {
            joined.orElseThrow().keep(envelope.round(), task.version(), trained);
        } catch (StateException e) {
            failed(envelope, e);
            return;
        }
        report(envelope, task, trained.report());
    }

    private void report(Envelope envelope, TrainTask task, MadeReport made) {
        send(
                envelope.round(),
                new Message.TrainReport(
                        task.version(),
                        made.layout(),
                        made.weight(),
                        update(made.message()),
                        made.loss(),
                        made.tokens()));
        watcher.accept(new ClientEvent.Trained(envelope.round(), made.loss()));
    }

    /** What does not fit into a frame is held here until the coordinator has fetched it. */
    private Message.Update update(byte[] message) {
        return message.length > ProtocolLimits.MAX_UPDATE_BYTES
                ? new Message.Update.Held(context.artifacts().put(message), message.length)
                : new Message.Update.Inline(message);
    }

    private void evaluate(Envelope envelope, EvaluateTask task) {
        if (!begin(envelope)) {
            return;
        }
        withMaterials(
                envelope,
                task.version(),
                task.patch(),
                envelope.round(),
                model -> {
                    JoinedRun run = joined.orElseThrow();
                    LocalWork local = run.work.orElseThrow();
                    carryOut(
                            envelope,
                            local.evaluateTokens(),
                            () -> local.evaluate(model),
                            (work, scores) ->
                                    send(
                                            envelope.round(),
                                            new Message.EvaluateReport(
                                                    task.version().adapter(),
                                                    run.told(scores.heldOut()),
                                                    scores.publicTest(),
                                                    scores.captured())));
                });
    }

    /**
     * Gets what a task names; the task fails where it cannot be had.
     *
     * @param round that starts from this version, counted from 0
     */
    private void withMaterials(
            Envelope task,
            ModelVersion version,
            Optional<PatchOffer> patch,
            int round,
            Consumer<Materials> use) {
        JoinedRun run = joined.orElseThrow();
        materials.fetch(
                new MaterialFetch.Wanted(
                        version,
                        patch,
                        known(run, run.run.seed(), round),
                        run.run.exchange().download()),
                fetched -> {
                    if (current.equals(Optional.of(task))) {
                        switch (fetched) {
                            case MaterialFetch.Outcome.Ready ready -> {
                                run.last = Optional.of(ready.materials().adapter());
                                use.accept(ready.materials());
                            }
                            case MaterialFetch.Outcome.Failed failed ->
                                    abandon(task, failed.cause());
                        }
                    }
                });
    }

    /** What is known of the adapter of {@code round} without being told. */
    private static AdapterState known(JoinedRun run, long seed, int round) {
        AdapterState last =
                run.last.orElseGet(
                        () ->
                                run.method.foreseen(
                                        AdapterValues.zero(run.work.orElseThrow().layout()).state(),
                                        seed,
                                        0));
        return run.method.foreseen(last, seed, round);
    }

    private void abandon(Envelope task, Exception cause) {
        current = Optional.empty();
        failed(task, cause);
    }
}
