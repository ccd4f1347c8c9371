package dev.gossamer.simulations.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.node.ClientEvent;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Bases that all clients find, and that are made anew: one digest, wherever the run was. */
class BasisFederationTest {
    private static final NodeId CLIENT = new NodeId("client-3");

    /** Two bases, by four passes. */
    private static final RunFile FOUND = SmallRun.onBasis("range-finder, rebase-every: 2");

    private static Workers workers;
    private static SharedModels models;
    private static SmallRun undisturbed;

    @TempDir private static Path shared;
    @TempDir private Path folder;

    @BeforeAll
    static void runOnce() {
        workers = new Workers(2);
        models = new SharedModels(workers);
        undisturbed = virtual(new SmallRun(shared, FOUND), FOUND);
    }

    @AfterAll
    static void stop() {
        workers.close();
    }

    private static SmallRun virtual(SmallRun small, RunFile run) {
        VirtualFederation.run(
                small.federation(models, event -> {}, (node, event) -> {}),
                run.simulate().orElseThrow());
        return small;
    }

    private static Digest digest(SmallRun run) {
        return run.adapter().orElseThrow().digest();
    }

    private static long count(SmallRun run, Class<? extends RunEvent> kind) {
        return run.events.stream().filter(kind::isInstance).count();
    }

    /** A run, and how many bases it makes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "range-finder| 1",
                "range-finder, rebase-every: 1, values: bf16| 3",
                "gradient, rebase-every: 2| 2",
                "random, rebase-below: 0.999| 3"
            })
    void run_onBasesOfAnyKind_learnsAndGivesOneDigestEverywhere(String from, int bases) {
        RunFile run = SmallRun.onBasis(from);
        SmallRun inTime = virtual(new SmallRun(folder.resolve("a"), run), run);
        assertEquals("done", inTime.end().outcome(), inTime.events::toString);
        assertEquals(bases, count(inTime, RunEvent.BasisMade.class));
        assertEquals(bases - 1, count(inTime, RunEvent.Merged.class));
        assertEquals(bases > 1, inTime.end().version().orElseThrow().base().isPresent());
        List<Double> losses =
                inTime.rounds().stream().map(r -> r.publicTest().get().lossSum()).toList();
        assertTrue(losses.get(2) < losses.get(0), losses.toString());
        SmallRun loopback = new SmallRun(folder.resolve("b"), run);

        LoopbackFederation.run(loopback.federation(models, event -> {}, (node, event) -> {}), 0);

        assertEquals(digest(inTime), digest(loopback));
        assertEquals(inTime.end().version(), loopback.end().version());
        assertEquals(inTime.rounds().getLast().bytesUp(), loopback.rounds().getLast().bytesUp());
    }

    /**
     * Six targets of 384 by 384 at rank 4: each client sends q = 12 columns of 384 values twice,
     * and is sent the first 12, the adapter to sketch at, and the basis; the designated node sends
     * no basis at all.
     */
    @Test
    void run_withARangeFinder_costsTheBytesOfItsColumns() {
        RunFile run = SmallRun.onBasis("range-finder");
        SmallRun found = virtual(new SmallRun(folder.resolve("a"), run), run);
        SmallRun plain = virtual(new SmallRun(folder.resolve("b")), SmallRun.FILE);

        long up = found.rounds().getLast().bytesUp() - plain.rounds().getLast().bytesUp();
        long down = found.rounds().getLast().bytesDown() - plain.rounds().getLast().bytesDown();

        long columns = 6L * 12 * 384 * Float.BYTES;
        long basis = 6L * 4 * (384 + 384) * Float.BYTES;
        assertNear(3 * 2 * columns - basis, up, 12 * 256);
        long adapter = 1251L * Float.BYTES;
        // Of the plain run's clients one has the basis already.
        assertNear(3 * columns + 3 * adapter + basis, down, 12 * 512);
        assertNotEquals(digest(plain), digest(found));
    }

    private static void assertNear(long expected, long bytes, long headers) {
        assertTrue(Math.abs(bytes - expected) < headers, bytes + ", expected " + expected);
    }

    @Test
    void run_oneThread_findsTheSameBases() {
        SmallRun one = new SmallRun(folder, FOUND);

        try (Workers alone = new Workers(1)) {
            VirtualFederation.run(
                    one.federation(new SharedModels(alone), e -> {}, (node, event) -> {}),
                    FOUND.simulate().orElseThrow());
        }

        assertEquals("done", undisturbed.end().outcome());
        assertEquals(undisturbed.end().version(), one.end().version());
    }

    /** Its gradient is taken again, by whoever is there after the restart. */
    @ParameterizedTest
    @CsvSource({"1", "2"})
    void client_killedWhileItSketches_endsAsUndisturbed(int pass) {
        SmallRun disturbed = new SmallRun(folder, FOUND);
        Restarts restarts = new Restarts(CLIENT);
        restarts.run(
                FOUND,
                disturbed.federation(
                        models,
                        event -> {},
                        (node, event) -> {
                            if (node.equals(CLIENT)
                                    && event.equals(new ClientEvent.Sketching(pass))) {
                                restarts.onceIn(pass);
                            }
                        }));

        assertEquals(Set.of(pass), restarts.done);
        assertEquals("done", disturbed.end().outcome());
        assertEquals(undisturbed.end().version(), disturbed.end().version());
    }

    /** 12 (384 x 264) values are 4.9 MB, and a frame holds 4: they come in chunks, and are kept. */
    @Test
    void coordinator_killedAfterSketchesThatFitNoFrame_endsAsUndisturbed() {
        RunFile run = SmallRun.WIDE_FOUND;
        SmallRun wide = virtual(new SmallRun(folder.resolve("a"), run), run);
        assertEquals("done", wide.end().outcome(), wide.events::toString);
        SmallRun disturbed = new SmallRun(folder.resolve("b"), run);

        Restarts restarts = new Restarts(NodeId.COORDINATOR);
        restarts.run(
                run,
                disturbed.federation(
                        models,
                        event -> {
                            if (event instanceof RunEvent.Sketched sketched) {
                                restarts.onceIn(sketched.pass());
                            }
                        },
                        (node, event) -> {}));

        assertEquals(Set.of(1, 2), restarts.done);
        assertEquals(wide.end().version(), disturbed.end().version());
    }

    /** Restarts one node, the first time that it is told to in each pass. */
    private static final class Restarts {
        private final NodeId node;
        private final Set<Integer> done = new TreeSet<>();
        private VirtualFederation nodes;

        Restarts(NodeId node) {
            this.node = node;
        }

        void onceIn(int pass) {
            if (done.add(pass)) {
                nodes.restart(node, Duration.ofSeconds(5));
            }
        }

        void run(RunFile run, Federation federation) {
            try (VirtualFederation all =
                    new VirtualFederation(federation, run.simulate().orElseThrow())) {
                nodes = all;
                all.run();
            }
        }
    }
}
