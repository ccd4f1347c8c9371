package dev.gossamer.simulations.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.coordinator.round.RoundSummary;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.NodeId;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A small real run with error feedback, in which what a client owes outlives its process. */
class FeedbackRestartTest {
    private static final NodeId CLIENT = new NodeId("client-2");

    /** The run takes some ten seconds; one that hangs waits for deadlines of ten minutes. */
    private static final int PATIENCE_SECONDS = 180;

    @TempDir private Path folder;
    private Workers workers;
    private SharedModels models;

    @BeforeEach
    void open() {
        workers = new Workers(2);
        models = new SharedModels(workers);
    }

    @AfterEach
    void close() {
        workers.close();
    }

    private Digest undisturbed() {
        SmallRun run = new SmallRun(folder.resolve("undisturbed"), SmallRun.OWING);
        VirtualFederation.run(
                run.federation(models, event -> {}, (node, event) -> {}),
                SmallRun.OWING.simulate().orElseThrow());
        return digest(run);
    }

    private static Digest digest(SmallRun run) {
        assertEquals("done", run.end().outcome());
        assertEquals(List.of(3, 3, 3), run.rounds().stream().map(RoundSummary::reports).toList());
        return run.adapter().orElseThrow().digest();
    }

    @Test
    @Timeout(value = PATIENCE_SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void processes_oneKilledWhenItOwes_endsAsUndisturbed() {
        Digest expected = undisturbed();
        SmallRun run = new SmallRun(folder.resolve("killed"), SmallRun.OWING);
        CompletableFuture<Void> moment = new CompletableFuture<>();
        Path java = Path.of(ProcessHandle.current().info().command().orElseThrow());
        List<String> options =
                List.of(
                        "--add-modules",
                        "jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xmx512m");
        Federation federation =
                run.federation(
                        models,
                        event -> {
                            if (event instanceof RunEvent.RoundOpened opened
                                    && opened.round() == 2) {
                                moment.complete(null);
                            }
                        },
                        (node, event) -> {});

        try (LoopbackFederation nodes =
                LoopbackFederation.ofProcesses(federation, new ClientProcesses(java, options))) {
            nodes.start(0);
            moment.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
            nodes.restart(CLIENT);
            nodes.await();
        }

        assertEquals(expected, digest(run));
        assertTrue(Files.exists(federation.state(CLIENT).resolve("owed-updates.state")));
    }
}
