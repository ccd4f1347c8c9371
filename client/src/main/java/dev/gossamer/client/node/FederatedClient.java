package dev.gossamer.client.node;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.artifact.ArtifactTransfer;
import dev.gossamer.protocols.artifact.ArtifactTransfer.Fetched;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.method.SumMethod;
import dev.gossamer.protocols.node.Compute;
import dev.gossamer.protocols.node.Compute.Outcome;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.Outbox;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.Message.EvaluateTask;
import dev.gossamer.protocols.wire.Message.TrainTask;
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
 * they are not here. It keeps no state that a task does not bring: a client that is killed and
 * started again gets its task again and sends the same report.
 */
public final class FederatedClient implements Node {
    private final BiFunction<RunFile, NodeId, LocalWork> workplace;
    private final Consumer<ClientEvent> watcher;
    private NodeContext context;
    private ArtifactTransfer transfer;
    private Optional<Joined> joined = Optional.empty();
    private Optional<Envelope> current = Optional.empty();

    /**
     * A run that this node takes part in, with its outbox; the work is empty until rows are read.
     */
    private static final class Joined {
        private final String runFile;
        private final RunFile run;
        private final SumMethod method;
        private final Outbox outbox;
        private Optional<LocalWork> work = Optional.empty();

        Joined(String runFile, RunFile run, Outbox outbox) {
            this.runFile = runFile;
            this.run = run;
            this.outbox = outbox;
            method = ExchangeMethod.summing(run.adapter().method());
        }
    }

    /** A basis and an adapter that a task named, decoded. */
    private record Materials(Digest basisName, Basis basis, AdapterState adapter) {}

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
            case Message.BasisTask task -> makeBasis(envelope, task.seed());
            case TrainTask task -> train(envelope, task);
            case EvaluateTask task -> evaluate(envelope, task);
            case Message.ArtifactRequest request -> transfer.serve(peer, request);
            case Message.ArtifactChunk chunk -> transfer.receive(peer, chunk);
            case Message.RunEnded ended ->
                    watcher.accept(new ClientEvent.Ended(ended.outcome(), ended.adapter()));
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
        Joined opened;
        try {
            RunFile run = RunFileReader.read(runFile);
            opened = new Joined(runFile, run, new Outbox(context, run.name()));
        } catch (IllegalArgumentException e) {
            new Outbox(context, "").send(NodeId.COORDINATOR, 0, failure(e));
            watcher.accept(new ClientEvent.Failed(e));
            return;
        }
        joined = Optional.of(opened);
        NodeId self = context.self();
        submit(0, () -> workplace.apply(opened.run, self), outcome -> opened(opened, outcome));
    }

    private void opened(Joined run, Outcome<LocalWork> outcome) {
        switch (outcome) {
            case Outcome.Done<LocalWork> done -> {
                run.work = Optional.of(done.value());
                sayHello(done.value());
            }
            case Outcome.Failed<LocalWork> failed -> {
                send(0, failure(failed.cause()));
                watcher.accept(new ClientEvent.Failed(failed.cause()));
            }
        }
    }

    private void sayHello(LocalWork work) {
        send(0, new Message.Hello(work.trainingRows(), work.heldOutRows(), work.designated()));
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

    private void makeBasis(Envelope task, long seed) {
        if (!begin(task)) {
            return;
        }
        watcher.accept(new ClientEvent.MakingBasis());
        LocalWork local = joined.flatMap(j -> j.work).orElseThrow();
        carryOut(
                task,
                local.basisTokens(),
                () -> local.makeBasis(seed),
                (work, start) -> basisMade(task, start));
    }

    private void basisMade(Envelope task, GradientBasis.Start start) {
        Digest basis = context.artifacts().put(BasisCodec.encode(start.basis()));
        Digest adapter = context.artifacts().put(AdapterCodec.encode(start.adapter()));
        send(task.round(), new Message.BasisReport(basis, adapter));
    }

    private void train(Envelope envelope, TrainTask task) {
        if (!begin(envelope)) {
            return;
        }
        withMaterials(
                envelope,
                task.basis(),
                task.adapter(),
                materials -> {
                    watcher.accept(new ClientEvent.Training(envelope.round()));
                    LocalWork local = joined.flatMap(j -> j.work).orElseThrow();
                    carryOut(
                            envelope,
                            local.trainTokens(),
                            () -> train(local, materials, task.seed(), envelope.round()),
                            (work, update) -> trained(envelope, task, work, update));
                });
    }

    /**
     * What training came to, as it is sent.
     *
     * @param message by the run's codec
     */
    @SuppressWarnings("ArrayRecordComponent") // sent once, never compared
    private record Update(LocalTrainer.Trained trained, Digest layout, byte[] message) {}

    private Update train(LocalWork local, Materials materials, long seed, int round) {
        Joined run = joined.orElseThrow();
        AdapterState start = materials.adapter();
        LocalTrainer.Trained trained =
                local.train(materials.basisName(), materials.basis(), start, seed, round);
        AdapterState change = run.method.update(round - 1, start, trained.state());
        UpdateCodec codec = new UpdateCodec(run.run.exchange().upload(), change.layout());
        CounterRandom indices = CounterRandom.of(seed, "random-k", round, "");
        CounterRandom rounding = CounterRandom.of(seed, "rounding", round, context.self().value());
        byte[] message = codec.encode(change.values(), indices.nextLong(), rounding).bytes();
        requireFrame(message.length);
        return new Update(trained, change.layout().fingerprint(), message);
    }

    private static void requireFrame(int bytes) {
        if (bytes > ProtocolLimits.MAX_UPDATE_BYTES) {
            throw new IllegalArgumentException(
                    "update does not fit into a frame: bytes="
                            + bytes
                            + ", bound="
                            + ProtocolLimits.MAX_UPDATE_BYTES
                            + "; lower adapter.rank or exchange.upload.density");
        }
    }

    private void trained(Envelope envelope, TrainTask task, LocalWork work, Update update) {
        Joined run = joined.orElseThrow();
        LocalTrainer.Trained trained = update.trained();
        int weight =
                switch (run.run.rounds().weights()) {
                    case EXAMPLES -> Math.min(work.trainingRows(), ProtocolLimits.MAX_WEIGHT);
                    case UNIFORM, CAPPED -> 1;
                };
        send(
                envelope.round(),
                new Message.TrainReport(
                        task.basis(),
                        task.adapter(),
                        update.layout(),
                        run.method.weight(trained.state(), weight),
                        update.message(),
                        trained.meanLoss(),
                        trained.tokens()));
        watcher.accept(new ClientEvent.Trained(envelope.round(), trained.meanLoss()));
    }

    private void evaluate(Envelope envelope, EvaluateTask task) {
        if (!begin(envelope)) {
            return;
        }
        withMaterials(
                envelope,
                task.basis(),
                task.adapter(),
                materials -> {
                    LocalWork local = joined.flatMap(j -> j.work).orElseThrow();
                    carryOut(
                            envelope,
                            local.evaluateTokens(),
                            () ->
                                    local.evaluate(
                                            materials.basisName(),
                                            materials.basis(),
                                            materials.adapter()),
                            (work, scores) ->
                                    send(
                                            envelope.round(),
                                            new Message.EvaluateReport(
                                                    task.adapter(),
                                                    scores.heldOut(),
                                                    scores.publicTest())));
                });
    }

    /** Fetches and decodes what a task names; the task fails where it cannot be had. */
    private void withMaterials(
            Envelope task, Digest basisName, Digest adapterName, Consumer<Materials> use) {
        fetch(
                task,
                basisName,
                basis ->
                        fetch(
                                task,
                                adapterName,
                                adapter -> decode(task, basisName, basis, adapter, use)));
    }

    private void fetch(Envelope task, Digest name, Consumer<byte[]> use) {
        transfer.fetch(
                NodeId.COORDINATOR,
                name,
                fetched -> {
                    if (current.equals(Optional.of(task))) {
                        switch (fetched) {
                            case Fetched.Held held -> use.accept(held.content());
                            case Fetched.Failed failed ->
                                    abandon(task, new IllegalStateException(failed.detail()));
                        }
                    }
                });
    }

    private void decode(
            Envelope task,
            Digest basisName,
            byte[] basis,
            byte[] adapter,
            Consumer<Materials> use) {
        Materials materials;
        try {
            materials =
                    new Materials(
                            basisName, BasisCodec.decode(basis), AdapterCodec.decode(adapter));
        } catch (ArtifactFormatException e) {
            abandon(task, e);
            return;
        }
        use.accept(materials);
    }

    private void abandon(Envelope task, Exception cause) {
        current = Optional.empty();
        failed(task, cause);
    }
}
