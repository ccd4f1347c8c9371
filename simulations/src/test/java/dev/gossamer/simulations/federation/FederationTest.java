package dev.gossamer.simulations.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.coordinator.round.RoundSummary;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.NodeId;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** One small real run, everywhere: the adapter's digest does not tell where it was made. */
class FederationTest {
    /** High enough that a third of it is not rounded away with the mean, low enough to be small. */
    private static final int FLIPPED = 1 << 12;

    private static final NodeId CLIENT = new NodeId("client-2");

    private static Workers workers;
    private static SharedModels models;
    private static SmallRun reference;

    @TempDir private static Path shared;
    @TempDir private Path folder;

    @BeforeAll
    static void runOnce() {
        workers = new Workers(2);
        models = new SharedModels(workers);
        reference = virtual(shared, models);
    }

    @AfterAll
    static void stop() {
        workers.close();
    }

    private static SmallRun virtual(Path folder, SharedModels models) {
        return virtual(new SmallRun(folder), models);
    }

    private static SmallRun virtual(SmallRun small, SharedModels models) {
        VirtualFederation.run(
                small.federation(models, event -> {}, (node, event) -> {}),
                SmallRun.FILE.simulate().orElseThrow());
        return small;
    }

    private static Digest digest(SmallRun run) {
        return run.adapter().orElseThrow().digest();
    }

    @Test
    void run_inVirtualTime_endsWithAnAdapterAndScoresEachRound() {
        assertEquals("done", reference.end().outcome());
        assertEquals(3, reference.rounds().size());
        for (RoundSummary round : reference.rounds()) {
            assertEquals(3, round.reports());
            assertEquals(3, round.heldOut().size());
            assertEquals(30, round.publicTest().orElseThrow().rows());
        }
        List<Double> losses =
                reference.rounds().stream().map(r -> r.publicTest().get().lossSum()).toList();
        assertTrue(losses.get(2) < losses.get(0), losses.toString());
    }

    @Test
    void run_again_givesTheSameDigestAndTheSameBytes() {
        SmallRun again = virtual(folder, models);

        assertEquals(digest(reference), digest(again));
        assertEquals(reference.rounds().getLast().bytesUp(), again.rounds().getLast().bytesUp());
        assertEquals(
                reference.rounds().getLast().bytesDown(), again.rounds().getLast().bytesDown());
    }

    @Test
    void run_oneThread_givesTheSameDigest() {
        try (Workers one = new Workers(1)) {
            SmallRun alone = virtual(folder, new SharedModels(one));

            assertEquals(digest(reference), digest(alone));
        }
    }

    @Test
    void run_overLoopback_givesTheSameDigestScoresAndBytes() {
        SmallRun loopback = new SmallRun(folder);

        LoopbackFederation.run(loopback.federation(models, event -> {}, (node, event) -> {}), 0);

        assertEquals(digest(reference), digest(loopback));
        for (int i = 0; i < 3; i++) {
            RoundSummary expected = reference.rounds().get(i);
            RoundSummary actual = loopback.rounds().get(i);
            assertEquals(expected.publicTest(), actual.publicTest());
            assertEquals(expected.heldOut(), actual.heldOut());
            assertEquals(expected.bytesUp(), actual.bytesUp());
            assertEquals(expected.bytesDown(), actual.bytesDown());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fedit", "ffa", "rolora"})
    void run_byAMethodOfLorasFactors_learnsAndGivesOneDigestEverywhere(String method) {
        SmallRun inTime =
                virtual(new SmallRun(folder.resolve("a"), SmallRun.by(method, 4)), models);
        SmallRun loopback = new SmallRun(folder.resolve("b"), SmallRun.by(method, 4));

        LoopbackFederation.run(loopback.federation(models, event -> {}, (node, event) -> {}), 0);

        assertEquals("done", inTime.end().outcome());
        assertEquals(digest(inTime), digest(loopback));
        List<Double> losses =
                inTime.rounds().stream().map(r -> r.publicTest().get().lossSum()).toList();
        assertTrue(losses.get(2) < losses.get(0), losses.toString());
    }

    /** 6 (384 + 384) 256 values are 4.7 MB: each node says so, and the run ends. */
    @Test
    void run_ofUpdatesThatFitNoFrame_failsWithWhatToDo() {
        SmallRun wide = virtual(new SmallRun(folder, SmallRun.by("fedit", 256)), models);

        assertTrue(
                wide.end().outcome().startsWith("failed: too few reports"), wide.end().outcome());
        assertTrue(
                wide.events.stream()
                        .anyMatch(
                                e ->
                                        e instanceof RunEvent.Failed failed
                                                && failed.detail()
                                                        .matches(
                                                                "update does not fit into a frame:"
                                                                    + " bytes=47[0-9]{5},"
                                                                    + " bound=4190208; lower.*")));
    }

    @Test
    void run_withMomentumOfTheServer_goesOnFromWhatItRemembers() {
        SmallRun momentum = virtual(new SmallRun(folder, SmallRun.MOMENTUM), models);

        assertEquals("done", momentum.end().outcome());
        assertNotEquals(digest(reference), digest(momentum));
    }

    /** 96 values of R and 1,155 of the head: 5 kB as floats, a quarter of them in 8 bits 0.4 kB. */
    @Test
    void run_withSparseUploadsOfEightBits_givesOneDigestEverywhereForFewerBytes() {
        SmallRun sparse = virtual(new SmallRun(folder.resolve("a"), SmallRun.SPARSE), models);
        SmallRun loopback = new SmallRun(folder.resolve("b"), SmallRun.SPARSE);

        LoopbackFederation.run(loopback.federation(models, event -> {}, (node, event) -> {}), 0);

        assertEquals("done", sparse.end().outcome());
        assertEquals(digest(sparse), digest(loopback));
        assertNotEquals(digest(reference), digest(sparse));
        long saved = reference.rounds().getLast().bytesUp() - sparse.rounds().getLast().bytesUp();
        assertTrue(Math.abs(saved - 9 * 4600) < 9 * 100, "saved=" + saved);
    }

    @Test
    void run_oneBitOfOneUpdateFlipped_givesAnotherDigest() {
        SmallRun flipped = new SmallRun(folder);
        Federation sound = flipped.federation(models, event -> {}, (node, event) -> {});

        VirtualFederation.run(
                AlteredWork.at(CLIENT, sound, FederationTest::bitFlippedInRoundTwo),
                SmallRun.FILE.simulate().orElseThrow());

        assertEquals("done", flipped.end().outcome());
        assertNotEquals(digest(reference), digest(flipped));
    }

    private static LocalTrainer.Trained bitFlippedInRoundTwo(
            int round, Supplier<LocalTrainer.Trained> real) {
        LocalTrainer.Trained trained = real.get();
        if (round == 2) {
            float[] values = trained.state().values();
            values[7] = Float.intBitsToFloat(Float.floatToIntBits(values[7]) ^ FLIPPED);
        }
        return trained;
    }
}
