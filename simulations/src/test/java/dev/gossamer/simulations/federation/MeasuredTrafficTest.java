package dev.gossamer.simulations.federation;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.coordinator.round.Coordinator;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.artifact.MemoryArtifacts;
import dev.gossamer.protocols.artifact.MemoryState;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.Transport.Traffic;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.simulations.engine.DeviceProfile;
import dev.gossamer.simulations.engine.LinkProfile;
import dev.gossamer.simulations.engine.VirtualWorld;
import dev.gossamer.simulations.traffic.Forecast;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What real runs send, direction by direction, against what {@code traffic} says that they will.
 *
 * <p>Basis and first adapter go up once, from the client that makes them, and down to all others:
 * over both directions that is the forecast's one-off and start for each client. The adapters here
 * are large against the headers that the bound allows for, so that one too many breaks it.
 */
class MeasuredTrafficTest {
    private static final double SHARE = 1.02;
    private static final long MESSAGE_BYTES = 256;
    private static final int CLIENTS = 3;
    private static final long MAX_EVENTS = 100_000;

    private static final String GRADIENT = "from: gradient";
    private static final String RUN =
            """
            name: measured
            model: {base: minilm-l6}
            data: {set: wordnet-nouns, classes: [person, plant, animal], held-out: 0.25}
            adapter: {method: METHOD, rank: 16, targets: [query, value]}
            basis: {BASIS, sample: public-sample, rows: 12, learning-rate: 5e-3}
            train: {local-steps: 1, batch-size: 4, learning-rate: 5e-3, threads: 2}
            rounds: {count: 4, cohort: 3, minimum: 3, deadline: 600s}
            exchange: EXCHANGE
            evaluation: {every: 1, public-test: wordnet-test}
            seed: 5
            simulate: {clients: 3, ranks: RANKS, source: wordnet-nouns, partition: {dirichlet: 1.0}}
            """;

    private static Workers workers;
    private static SharedModels models;

    @TempDir private Path folder;

    @BeforeAll
    static void start() {
        workers = new Workers(2);
        models = new SharedModels(workers);
    }

    @AfterAll
    static void stop() {
        workers.close();
    }

    /** A coordinator whose traffic can be read from outside. */
    private static final class Observed implements Node {
        private final Node node;
        private NodeContext context;

        Observed(Node node) {
            this.node = node;
        }

        Traffic traffic() {
            return context.transport().traffic();
        }

        @Override
        public void start(NodeContext nodeContext) {
            context = nodeContext;
            node.start(nodeContext);
        }

        @Override
        public void connected(NodeId peer) {
            node.connected(peer);
        }

        @Override
        public void disconnected(NodeId peer) {
            node.disconnected(peer);
        }

        @Override
        public void receive(NodeId peer, Envelope envelope) {
            node.receive(peer, envelope);
        }
    }

    /** Runs {@code file} to its end, and tells what went through the coordinator. */
    private Traffic measured(RunFile file) {
        SmallRun small = new SmallRun(folder, file);
        Federation federation = small.federation(models, event -> {}, (node, event) -> {});
        VirtualWorld world = new VirtualWorld(new LinkProfile(Duration.ofMillis(1), 1e9));
        Observed coordinator =
                new Observed(
                        new Coordinator(
                                file,
                                CLIENTS,
                                new MemoryJournal(),
                                federation.coordinatorWatcher()));
        add(world, NodeId.COORDINATOR, coordinator);
        for (NodeId client : federation.files().keySet()) {
            add(world, client, federation.client(client));
            world.connect(client, NodeId.COORDINATOR);
        }
        world.run(() -> ended(small), MAX_EVENTS);
        assertEquals("done", small.end().outcome());
        return coordinator.traffic();
    }

    private static void add(VirtualWorld world, NodeId id, Node node) {
        DeviceProfile device = new DeviceProfile(1e6);
        world.add(id, node, device, new MemoryArtifacts(), new MemoryState());
    }

    private static boolean ended(SmallRun run) {
        return run.events.stream().anyMatch(RunEvent.Ended.class::isInstance);
    }

    private static void assertWithin(String way, long measured, long forecast, long messages) {
        double bound = SHARE * forecast + MESSAGE_BYTES * messages;
        assertTrue(
                measured <= bound,
                "%s: bytes=%d, forecast=%d, messages=%d, bound=%.0f"
                        .formatted(way, measured, forecast, messages, bound));
    }

    @ParameterizedTest
    @ValueSource(strings = {"flora", "flexlora", "hetlora"})
    void run_ofSeveralRanks_sendsWhatIsForecastAndHeaders(String method) {
        assertForecast(file(method, "{}", "[4, 8, 16]", GRADIENT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fed-sb    | {}",
                "fed-sb    | {upload: {values: int8, density: 0.25}}",
                "fedit     | {}",
                "fedit     | {upload: {density: 0.25}}",
                "fedit     | {upload: {values: int8}}",
                "fedit     | {upload: {values: int4, density: 0.0625}}",
                "fedit     | {upload: {values: bf16}, download: {values: bf16}}",
                "fedit     | {download: {values: int8, density: 0.25}}",
                "ffa       | {}",
                "ffa       | {upload: {values: int8, density: 0.1}}",
                "rolora    | {}",
                "cellm     | {upload: {density: 0.25}, download: {density: 0.25}}",
                "cellm     | {upload: {density: 0.0625, values: bf16}, download: {density: 0.25}}",
                "fedex     | {}",
                "fedex, options: {residual-rank: 4} | {}",
                "flora     | {}",
                "flexlora  | {}",
                "hetlora   | {}",
                "lora-fair | {}",
            })
    void run_byAMethod_sendsWhatIsForecastAndHeaders(String method, String exchange) {
        assertForecast(file(method, exchange, "[]", GRADIENT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "from: range-finder",
                "from: range-finder, values: bf16",
                "from: range-finder, rebase-every: 2",
                "from: gradient, rebase-every: 1",
                "from: gradient, rebase-every: 3, values: bf16",
            })
    void run_whoseBasisIsFoundByAllOrMadeAnew_sendsWhatIsForecastAndHeaders(String basis) {
        assertForecast(file("fed-sb", "{}", "[]", basis));
    }

    private static RunFile file(String method, String exchange, String ranks, String basis) {
        return RunFileReader.read(
                RUN.replace("METHOD", method)
                        .replace("EXCHANGE", exchange)
                        .replace("RANKS", ranks)
                        .replace("BASIS", basis));
    }

    private void assertForecast(RunFile file) {
        Forecast.Traffic forecast = Forecast.of(file).bytes();
        long reports = (long) CLIENTS * file.rounds().count();
        boolean found = file.basis().from() == RunFile.BasisPlan.From.RANGE_FINDER;
        // A basis that one of the clients makes goes up from it, and down to all others. One that
        // all find goes down to all, and each has the first adapter once more before it.
        long makes = found ? 0 : forecast.oneOff() + forecast.start();
        long once =
                found
                        ? CLIENTS * (forecast.oneOff() + 2 * forecast.start())
                        : (CLIENTS - 1) * (forecast.oneOff() + forecast.start());

        Traffic sent = measured(file);

        assertAll(
                () ->
                        assertWithin(
                                "up",
                                sent.receivedBytes(),
                                reports * forecast.up()
                                        + CLIENTS * forecast.oneOffUp()
                                        + remakes(file) * makes
                                        + (found ? 0 : forecast.oneOff())
                                        + forecast.first(),
                                sent.receivedMessages()),
                () ->
                        assertWithin(
                                "down",
                                sent.sentBytes(),
                                reports * forecast.down() + once,
                                sent.sentMessages()));
    }

    private static long remakes(RunFile file) {
        int every = file.basis().rebaseEvery();
        return every == 0 ? 0 : (file.rounds().count() - 1) / every;
    }
}
