package dev.gossamer.simulations.federation;

import dev.gossamer.client.node.ClientEvent;
import dev.gossamer.client.node.FederatedClient;
import dev.gossamer.client.node.LocalWork;
import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.coordinator.journal.Journal;
import dev.gossamer.coordinator.round.Coordinator;
import dev.gossamer.coordinator.round.RoundSummary;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.artifact.MemoryArtifacts;
import dev.gossamer.protocols.artifact.MemoryState;
import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.StatePort;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.simulations.engine.DeviceProfile;
import dev.gossamer.simulations.engine.LinkProfile;
import dev.gossamer.simulations.engine.VirtualWorld;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Four clients that do {@link TinyWork}, three of them in each round: a whole run in milliseconds,
 * whose nodes may be killed anywhere and started again from what they keep.
 */
final class TinyFederation {
    private static final String TEXT =
            """
            name: tiny
            model: {base: minilm-l6}
            data: {set: rows, classes: [a, b], held-out: 0.5}
            adapter: {method: fed-sb, rank: 1, targets: [query]}
            basis: {from: gradient, sample: public-sample}
            rounds: {count: 3, cohort: 3, minimum: 2, deadline: 600s}
            server: {optimizer: fedadam, learning-rate: 0.125}
            evaluation: {every: 2, public-test: test}
            seed: 5
            """;
    static final RunFile FILE = RunFileReader.read(TEXT);

    /** The same with a basis that all find, and another one after each round. */
    static final RunFile FOUND = ofBasis("range-finder, rebase-every: 1, values: bf16", "");

    /** A basis that is made anew where it captures too little, and uploads that owe their rest. */
    static final RunFile REBASED =
            ofBasis("gradient, rebase-below: 0.999", "density: 0.5, feedback: keep");

    /** One that promises something to each row. */
    static final RunFile PRIVATE =
            RunFileReader.read(
                    TEXT.replace("cohort: 3,", "cohort: 3, weights: uniform,")
                            + "privacy: {mode: example, noise-multiplier: 1}\n");

    static final List<NodeId> CLIENTS =
            IntStream.rangeClosed(1, 4).mapToObj(i -> new NodeId("client-" + i)).toList();

    private static RunFile ofBasis(String from, String upload) {
        return RunFileReader.read(
                TEXT.replace("from: gradient", "from: " + from).replace("every: 2", "every: 1")
                        + "exchange: {upload: {"
                        + upload
                        + "}}\n");
    }

    private static final DeviceProfile DEVICE = new DeviceProfile(1000);
    private static final long MAX_EVENTS = 100_000;

    final VirtualWorld world = new VirtualWorld(new LinkProfile(Duration.ofMillis(20), 1e6));
    final List<RunEvent> events = new ArrayList<>();
    private final Map<NodeId, MemoryArtifacts> artifacts = new HashMap<>();
    private final List<Entry> journal = new ArrayList<>();
    private final Map<NodeId, StatePort> states = new HashMap<>();
    private final Cast cast;
    private final BiFunction<NodeId, Node, Node> disguise;
    private final Consumer<RunEvent> watcher;
    private final Disk disk;

    /** What a run comes to, whatever happened on the way. */
    record Outcome(String outcome, Digest adapter, List<RoundSummary> rounds, long nanos) {}

    /** What the coordinator's disk does about a write. */
    interface Disk {
        void write(Runnable write);
    }

    /**
     * What the nodes are.
     *
     * @param work of a client
     * @param state where a client remembers, all its lives long
     * @param told of a client's events
     */
    record Cast(
            RunFile run,
            Function<NodeId, LocalWork> work,
            Function<NodeId, StatePort> state,
            BiConsumer<NodeId, ClientEvent> told) {
        /** Clients that do {@link TinyWork} and remember in memory. */
        static Cast of(RunFile run) {
            return new Cast(
                    run, node -> tiny(run, node), node -> new MemoryState(), (node, event) -> {});
        }
    }

    /** A federation on a sound disk, of which the clients are what they seem. */
    TinyFederation() {
        this(FILE);
    }

    /** A federation that does {@code file}'s run. */
    TinyFederation(RunFile file) {
        this(Cast.of(file), Runnable::run, (node, client) -> client, event -> {});
    }

    /**
     * A federation that has started.
     *
     * @param disguise what stands in a client's place
     */
    TinyFederation(Disk disk, BiFunction<NodeId, Node, Node> disguise, Consumer<RunEvent> watcher) {
        this(Cast.of(FILE), disk, disguise, watcher);
    }

    /** The same with a run and clients of a test's own. */
    TinyFederation(
            Cast cast,
            Disk disk,
            BiFunction<NodeId, Node, Node> disguise,
            Consumer<RunEvent> watcher) {
        this.cast = cast;
        this.disk = disk;
        this.disguise = disguise;
        this.watcher = watcher;
        add(NodeId.COORDINATOR, coordinator());
        CLIENTS.forEach(this::addClient);
    }

    static TinyWork tiny(RunFile run, NodeId node) {
        return new TinyWork(node, CLIENTS.indexOf(node) + 1, run);
    }

    private void addClient(NodeId node) {
        FederatedClient client =
                new FederatedClient(
                        (run, self) -> cast.work().apply(node),
                        event -> cast.told().accept(node, event));
        add(node, disguise.apply(node, client));
        world.connect(node, NodeId.COORDINATOR);
    }

    private Node coordinator() {
        return new Coordinator(
                cast.run(),
                CLIENTS.size(),
                new KeptJournal(List.copyOf(journal)),
                event -> {
                    events.add(event);
                    watcher.accept(event);
                });
    }

    /** The journal of one life of the coordinator. */
    private final class KeptJournal implements Journal {
        private final List<Entry> recovered;

        KeptJournal(List<Entry> recovered) {
            this.recovered = recovered;
        }

        @Override
        public List<Entry> recovered() {
            return recovered;
        }

        @Override
        public void append(Entry entry) {
            disk.write(() -> journal.add(entry));
        }

        @Override
        public void close() {}
    }

    private void add(NodeId id, Node node) {
        MemoryArtifacts kept = artifacts.computeIfAbsent(id, key -> new MemoryArtifacts());
        world.add(
                id,
                node,
                DEVICE,
                id.equals(NodeId.COORDINATOR) ? written(kept) : kept,
                states.computeIfAbsent(id, cast.state()));
    }

    private ArtifactPort written(MemoryArtifacts kept) {
        return new ArtifactPort() {
            @Override
            public Digest put(byte[] content) {
                disk.write(() -> kept.put(content));
                return Digest.of(content);
            }

            @Override
            public void remove(Digest digest) {
                disk.write(() -> kept.remove(digest));
            }

            @Override
            public Optional<byte[]> get(Digest digest) {
                return kept.get(digest);
            }
        };
    }

    /** Adds a node of a test's own, and connects it. */
    void join(NodeId id, Node node) {
        add(id, node);
        world.connect(id, NodeId.COORDINATOR);
    }

    /** Kills a node, and starts it again at once. */
    void restart(NodeId node) {
        world.crash(node);
        if (node.equals(NodeId.COORDINATOR)) {
            add(node, coordinator());
            CLIENTS.forEach(client -> world.connect(client, node));
        } else {
            addClient(node);
        }
    }

    /** Lets {@code count} events happen; false where the run was over before. */
    boolean happen(int count) {
        int[] left = {count};
        world.run(() -> ended().isPresent() || left[0]-- == 0, MAX_EVENTS);
        return ended().isEmpty();
    }

    private Optional<RunEvent.Ended> ended() {
        return events.isEmpty() || !(events.getLast() instanceof RunEvent.Ended ended)
                ? Optional.empty()
                : Optional.of(ended);
    }

    /** Lets everything happen until the run is over. */
    Outcome finish() {
        world.run(() -> ended().isPresent(), MAX_EVENTS);
        RunEvent.Ended end = ended().orElseThrow();
        List<RoundSummary> rounds =
                events.stream()
                        .filter(RunEvent.RoundFinished.class::isInstance)
                        .map(event -> ((RunEvent.RoundFinished) event).summary())
                        .map(TinyFederation::withoutTraffic)
                        .toList();
        return new Outcome(
                end.outcome(), end.adapter().orElseThrow().digest(), rounds, world.nowNanos());
    }

    private static RoundSummary withoutTraffic(RoundSummary r) {
        return new RoundSummary(
                r.round(), r.reports(), r.publicTest(), r.heldOut(), r.aggregationError(), 0, 0, 0);
    }
}
