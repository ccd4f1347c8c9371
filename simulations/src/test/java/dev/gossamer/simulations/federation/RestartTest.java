package dev.gossamer.simulations.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.client.node.ClientEvent;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.coordinator.round.RoundSummary;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.node.NodeId;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** A small real run whose nodes are killed in round 2: the adapter's digest does not tell. */
class RestartTest {
    private static final NodeId CLIENT = new NodeId("client-2");
    private static final Duration DOWNTIME = Duration.ofSeconds(5);
    private static final int PATIENCE_SECONDS = 60;

    private static Workers workers;
    private static SharedModels models;
    private static SmallRun reference;

    @TempDir private static Path shared;
    @TempDir private Path folder;

    /** Complete when it is time for the test to act, and when it has acted. */
    private final CompletableFuture<Void> moment = new CompletableFuture<>();

    private final CompletableFuture<Void> goOn = new CompletableFuture<>();
    private VirtualFederation virtual;

    @BeforeAll
    static void runUndisturbed() {
        workers = new Workers(2);
        models = new SharedModels(workers);
        reference = new SmallRun(shared);
        VirtualFederation.run(
                reference.federation(models, event -> {}, (node, event) -> {}),
                SmallRun.FILE.simulate().orElseThrow());
    }

    @AfterAll
    static void stop() {
        workers.close();
    }

    private SmallRun virtually(
            Consumer<RunEvent> watcher, BiConsumer<NodeId, ClientEvent> clientWatcher) {
        SmallRun run = new SmallRun(folder);
        Federation federation = run.federation(models, watcher, clientWatcher);
        virtual = new VirtualFederation(federation, SmallRun.FILE.simulate().orElseThrow());
        try (VirtualFederation nodes = virtual) {
            nodes.run();
        }
        return run;
    }

    /** Does {@code action} the first time. */
    private void once(Runnable action) {
        if (moment.complete(null)) {
            action.run();
        }
    }

    private static boolean isReportOfRoundTwo(RunEvent event) {
        return event instanceof RunEvent.Reported reported && reported.round() == 2;
    }

    private static void assertUndisturbed(SmallRun run) {
        assertEquals("done", run.end().outcome());
        assertEquals(
                reference.adapter().orElseThrow().digest(), run.adapter().orElseThrow().digest());
        assertEquals(outcomes(reference), outcomes(run));
    }

    private static List<String> outcomes(SmallRun run) {
        return run.rounds().stream()
                .map(r -> r.round() + " " + r.reports() + r.publicTest() + r.heldOut())
                .toList();
    }

    private static long times(SmallRun run, Class<? extends RunEvent> kind, NodeId node) {
        return run.events.stream()
                .filter(kind::isInstance)
                .filter(
                        event ->
                                switch (event) {
                                    case RunEvent.Joined joined -> joined.node().equals(node);
                                    case RunEvent.Left left -> left.node().equals(node);
                                    default -> false;
                                })
                .count();
    }

    private void awaitMoment() {
        moment.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    @Test
    void virtual_clientKilledWhileItTrains_endsAsUndisturbed() {
        SmallRun run =
                virtually(
                        event -> {},
                        (node, event) -> {
                            if (node.equals(CLIENT) && event.equals(new ClientEvent.Training(2))) {
                                once(() -> virtual.restart(CLIENT, DOWNTIME));
                            }
                        });

        assertUndisturbed(run);
        assertEquals(1, times(run, RunEvent.Left.class, CLIENT));
        assertEquals(2, times(run, RunEvent.Joined.class, CLIENT));
    }

    @Test
    void virtual_coordinatorKilledAfterAReport_endsAsUndisturbed() {
        SmallRun run =
                virtually(
                        event -> {
                            if (isReportOfRoundTwo(event)) {
                                once(() -> virtual.restart(NodeId.COORDINATOR, DOWNTIME));
                            }
                        },
                        (node, event) -> {});

        assertUndisturbed(run);
        assertEquals(2, times(run, RunEvent.Joined.class, CLIENT));
        assertEquals(3, run.events.stream().filter(RestartTest::isReportOfRoundTwo).count());
    }

    @Test
    void virtual_clientGoneForGood_endsWithTheOthers() {
        SmallRun run =
                virtually(
                        event -> {},
                        (node, event) -> {
                            if (node.equals(CLIENT) && event.equals(new ClientEvent.Training(2))) {
                                once(() -> virtual.kill(CLIENT));
                            }
                        });

        assertEquals("done", run.end().outcome());
        assertEquals(List.of(3, 2, 2), run.rounds().stream().map(RoundSummary::reports).toList());
        assertEquals(1, times(run, RunEvent.Joined.class, CLIENT));
    }

    /** The client does {@code first} when it trains in round 2, and goes on when it may. */
    private Federation held(SmallRun run, Consumer<RunEvent> watcher, Runnable first) {
        Federation federation = run.federation(models, watcher, (node, event) -> {});
        return AlteredWork.at(
                CLIENT,
                federation,
                (start, round, real) -> {
                    if (round == 2) {
                        first.run();
                        goOn.join();
                    }
                    return real.get();
                });
    }

    @Test
    void loopback_clientStoppedWhileItTrains_endsAsUndisturbed() {
        SmallRun run = new SmallRun(folder);

        try (LoopbackFederation nodes =
                LoopbackFederation.inProcess(held(run, event -> {}, () -> moment.complete(null)))) {
            nodes.start(0);
            awaitMoment();
            nodes.restart(CLIENT);
            goOn.complete(null);
            nodes.await();
        }

        assertUndisturbed(run);
        assertEquals(2, times(run, RunEvent.Joined.class, CLIENT));
    }

    @Test
    void loopback_coordinatorStoppedAfterAReport_endsAsUndisturbed() {
        SmallRun run = new SmallRun(folder);
        Federation federation =
                held(
                        run,
                        event -> {
                            if (isReportOfRoundTwo(event)) {
                                moment.complete(null);
                            }
                        },
                        () -> {});

        try (LoopbackFederation nodes = LoopbackFederation.inProcess(federation)) {
            nodes.start(0);
            awaitMoment();
            nodes.restart(NodeId.COORDINATOR);
            goOn.complete(null);
            nodes.await();
        }

        assertUndisturbed(run);
        assertEquals(2, times(run, RunEvent.Joined.class, CLIENT));
        assertEquals(3, run.events.stream().filter(RestartTest::isReportOfRoundTwo).count());
    }

    @Test
    void processes_oneKilledInMidRound_endsAsUndisturbed() {
        SmallRun run = new SmallRun(folder);
        Path java = Path.of(ProcessHandle.current().info().command().orElseThrow());
        List<String> options =
                List.of(
                        "--add-modules",
                        "jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx512m");
        Consumer<RunEvent> watcher =
                event -> {
                    if (event instanceof RunEvent.RoundOpened opened && opened.round() == 2) {
                        moment.complete(null);
                    }
                };

        try (LoopbackFederation nodes =
                LoopbackFederation.ofProcesses(
                        run.federation(models, watcher, (node, event) -> {}),
                        new ClientProcesses(java, options))) {
            nodes.start(0);
            awaitMoment();
            nodes.restart(CLIENT);
            nodes.await();
        }

        assertUndisturbed(run);
        assertEquals(2, times(run, RunEvent.Joined.class, CLIENT));
    }
}
