package dev.gossamer.simulations.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.node.Materials;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.coordinator.round.RoundSummary;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
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

    /** As a run of the method has it in a file, and whether its mean has an error to be told. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fedit, rank: 4| true",
                "ffa, rank: 4| false",
                "rolora, rank: 4| false",
                "cellm, rank: 4| true",
                "hetlora, rank: 4| true",
                "fedex, rank: 4| true",
                "fedex, rank: 4, options: {residual-rank: 2}| true",
                "flora, rank: 4| true",
                "flexlora, rank: 4| true",
                "lora-fair, rank: 4| true"
            })
    void run_byAMethodOfLorasFactors_learnsAndGivesOneDigestEverywhere(
            String method, boolean measured) {
        RunFile run = SmallRun.by(method);
        SmallRun inTime = virtual(new SmallRun(folder.resolve("a"), run), models);
        assertEquals("done", inTime.end().outcome(), inTime.events::toString);
        SmallRun loopback = new SmallRun(folder.resolve("b"), run);

        LoopbackFederation.run(loopback.federation(models, event -> {}, (node, event) -> {}), 0);

        assertEquals(digest(inTime), digest(loopback));
        assertEquals(inTime.end().version(), loopback.end().version());
        List<Double> losses =
                inTime.rounds().stream().map(r -> r.publicTest().get().lossSum()).toList();
        assertTrue(losses.get(2) < losses.get(0), losses.toString());
        assertTrue(
                inTime.rounds().stream()
                        .allMatch(r -> r.aggregationError().isPresent() == measured));
    }

    /** What is learnt in the rounds before is in the base, or was forgotten. */
    @Test
    void run_byFlora_leavesItsRoundsInTheBase() {
        SmallRun run = virtual(new SmallRun(folder, SmallRun.by("flora, rank: 4")), models);

        AdapterState adapter = run.adapter().orElseThrow();
        AdapterLayout ofB = adapter.layout().only(Set.of(Factor.B));
        for (float value : adapter.only(ofB).values()) {
            assertEquals(0, value);
        }
        assertTrue(run.end().version().orElseThrow().base().isPresent());
        assertTrue(
                run.rounds().stream()
                        .map(r -> r.aggregationError().orElseThrow().relative())
                        .allMatch(error -> error < 1e-12));
    }

    /** The clients of ranks 1, 2 and 4 each send their own values. */
    @ParameterizedTest
    @ValueSource(strings = {"hetlora", "flexlora", "flora"})
    void run_byClientsOfSeveralRanks_givesOneDigestEverywhereForFewerBytes(String method) {
        RunFile mixed = SmallRun.ofRanks(method, List.of(1, 2, 4));
        SmallRun inTime = virtual(new SmallRun(folder.resolve("a"), mixed), models);
        assertEquals("done", inTime.end().outcome(), inTime.events::toString);
        SmallRun loopback = new SmallRun(folder.resolve("b"), mixed);
        SmallRun full =
                virtual(
                        new SmallRun(folder.resolve("c"), SmallRun.by(method + ", rank: 4")),
                        models);

        LoopbackFederation.run(loopback.federation(models, event -> {}, (node, event) -> {}), 0);

        assertEquals(digest(inTime), digest(loopback));
        assertNotEquals(digest(full), digest(inTime));
        // Of each round's 3 x 4 ranks 5 are not sent: 6 targets of 768 values, 4 bytes each.
        long saved = full.rounds().getLast().bytesUp() - inTime.rounds().getLast().bytesUp();
        assertTrue(Math.abs(saved - 3 * 5 * 6 * 768 * 4) < 9 * 100, "saved=" + saved);
    }

    /** 6 (384 + 384) 256 values are 4.7 MB, and a frame holds 4: they come in chunks. */
    @Test
    void run_ofUpdatesThatFitNoFrame_givesOneDigestEverywhere() {
        SmallRun wide = virtual(new SmallRun(folder.resolve("a"), SmallRun.WIDE), models);
        assertEquals("done", wide.end().outcome(), wide.events::toString);
        SmallRun loopback = new SmallRun(folder.resolve("b"), SmallRun.WIDE);

        LoopbackFederation.run(loopback.federation(models, event -> {}, (node, event) -> {}), 0);

        assertEquals(digest(wide), digest(loopback));
        long up = wide.rounds().getLast().bytesUp();
        assertTrue(up > 3 * 4_718_592, "up=" + up);
    }

    /** Changes of the published adapter in 16 bits: half the bytes, and nothing lost adds up. */
    @Test
    void run_withDownloadsOfSixteenBits_givesOneDigestEverywhereForHalfTheBytes() {
        SmallRun halved = virtual(new SmallRun(folder.resolve("a"), SmallRun.HALVED), models);
        assertEquals("done", halved.end().outcome(), halved.events::toString);
        SmallRun loopback = new SmallRun(folder.resolve("b"), SmallRun.HALVED);

        LoopbackFederation.run(loopback.federation(models, event -> {}, (node, event) -> {}), 0);

        assertEquals(digest(halved), digest(loopback));
        assertNotEquals(digest(reference), digest(halved));
        long saved =
                reference.rounds().getLast().bytesDown() - halved.rounds().getLast().bytesDown();
        // 1,251 values, three versions after the first, three clients.
        assertTrue(Math.abs(saved - 9 * 2 * 1251) < 9 * 100, "saved=" + saved);
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
        assertEquals("done", sparse.end().outcome(), sparse.events::toString);
        SmallRun loopback = new SmallRun(folder.resolve("b"), SmallRun.SPARSE);

        LoopbackFederation.run(loopback.federation(models, event -> {}, (node, event) -> {}), 0);

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

    /**
     * A liar adds 8 to all of its values in each of three rounds: the mean follows, by 2 or more.
     */
    @Test
    void run_byTheMedian_isNotMovedByOneLiar() {
        double ofMean = largest(lying("mean", SmallRun.FILE)) - largest(reference);
        double ofMedian = largest(lying("median", SmallRun.MEDIAN)) - largest(reference);

        assertTrue(ofMean > 2, "mean=" + ofMean);
        assertTrue(Math.abs(ofMedian) < 0.2, "median=" + ofMedian);
    }

    private SmallRun lying(String name, RunFile file) {
        SmallRun run = new SmallRun(folder.resolve(name), file);
        Federation sound = run.federation(models, event -> {}, (node, event) -> {});
        VirtualFederation.run(
                AlteredWork.at(
                        CLIENT,
                        sound,
                        (start, round, real) -> {
                            LocalTrainer.Trained trained = real.get();
                            float[] values = trained.state().values();
                            for (int i = 0; i < values.length; i++) {
                                values[i] += 8;
                            }
                            return trained;
                        }),
                file.simulate().orElseThrow());
        assertEquals("done", run.end().outcome(), run.events::toString);
        return run;
    }

    /** Of the R of all targets: the fitted head has large values of its own. */
    private static double largest(SmallRun run) {
        AdapterState adapter = run.adapter().orElseThrow();
        AdapterState cores = adapter.only(adapter.layout().only(Set.of(Factor.R)));
        double largest = 0;
        for (float value : cores.values()) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static LocalTrainer.Trained bitFlippedInRoundTwo(
            Materials start, int round, Supplier<LocalTrainer.Trained> real) {
        LocalTrainer.Trained trained = real.get();
        if (round == 2) {
            float[] values = trained.state().values();
            values[7] = Float.intBitsToFloat(Float.floatToIntBits(values[7]) ^ FLIPPED);
        }
        return trained;
    }
}
