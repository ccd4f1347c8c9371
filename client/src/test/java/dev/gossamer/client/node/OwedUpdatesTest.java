package dev.gossamer.client.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.artifact.MemoryState;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.wire.Message.TrainTask;
import dev.gossamer.protocols.wire.ModelVersion;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

class OwedUpdatesTest {
    private static final String RUN = "name: run";
    private static final int ROUND = 3;
    private static final AdapterLayout LAYOUT =
            new AdapterLayout(List.of(new Slice("layer.R", 2, 2)));
    private static final ModelVersion FIRST = version(0, 1);
    private static final ModelVersion SECOND = version(0, 2);

    /** Half of four values: the largest in magnitude are sent. */
    private static final CodecPlan PLAN =
            new CodecPlan(
                    CodecPlan.Values.FP32,
                    16,
                    CodecPlan.Sparsify.TOP_K,
                    0.5,
                    CodecPlan.Index.AUTO,
                    CodecPlan.Entropy.NONE,
                    CodecPlan.Feedback.KEEP,
                    0.9,
                    3);

    private static final UpdateCodec CODEC = new UpdateCodec(PLAN, LAYOUT);

    private final MemoryState state = new MemoryState();
    private final List<ClientEvent> told = new ArrayList<>();
    private final OwedUpdates owed = new OwedUpdates(PLAN, RUN, state, told::add);

    private static ModelVersion version(int basis, int adapter) {
        return new ModelVersion(Optional.empty(), digest(basis), digest(adapter));
    }

    private static Digest digest(int content) {
        return Digest.of(new byte[] {(byte) content});
    }

    private static TrainTask task(ModelVersion version, int counted) {
        FixedPoint ring = FixedPoint.planned(2, 10);
        return new TrainTask(version, Optional.empty(), 2, ring, 7, counted, 1000);
    }

    /** Round 3 trained 4, 3, 2, 1, of which 4 and 3 are in its message. */
    private MadeReport keepRoundThree() {
        float[] change = {4, 3, 2, 1};
        OwedUpdates.Sum sum = owed.add(Optional.empty(), task(FIRST, 0), ROUND, CODEC, change);
        byte[] message = CODEC.encode(sum.values(), 0, CounterRandom.of(7, "test", 0, "")).bytes();
        MadeReport report = new MadeReport(LAYOUT.fingerprint(), 9, message, 0.5, 100);
        owed.keep(ROUND, FIRST, report, sum);
        return report;
    }

    private OwedUpdates.Sum next(ModelVersion version, int counted, int round, UpdateCodec codec) {
        float[] change = new float[codec.layout().size()];
        Arrays.fill(change, 1);
        return owed.add(owed.kept(round), task(version, counted), round, codec, change);
    }

    @Test
    void add_afterAReportThatCounted_holdsWhatItLeftOut() {
        keepRoundThree();

        OwedUpdates.Sum sum = next(SECOND, ROUND, 4, CODEC);

        assertArrayEquals(new float[] {1, 1, 3, 2}, sum.values());
        assertArrayEquals(new double[] {1, 1, 3, 2}, sum.owed());
        assertEquals(Optional.empty(), sum.dropped());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void add_afterAReportThatDidNotCount_holdsAllOfIt(int counted) {
        keepRoundThree();

        assertArrayEquals(new float[] {5, 4, 3, 2}, next(SECOND, counted, 5, CODEC).values());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0| 3| 3| state is of a later attempt: kept=3",
                "0| 2| 2| state is of a later attempt: kept=3",
                "0| 4| 5| a later report counted: kept=3, last=4",
                "1| 3| 4| basis or base is another one: basis=4bf5122f"
            })
    void add_toWhatMeansNothingAnyMore_dropsItAndSaysWhy(
            int basis, int counted, int round, String why) {
        keepRoundThree();

        OwedUpdates.Sum sum = next(version(basis, 2), counted, round, CODEC);

        assertArrayEquals(new float[] {1, 1, 1, 1}, sum.values());
        assertEquals(Optional.of(why), sum.dropped());
    }

    @Test
    void add_onAnotherBase_dropsWhatIsOwed() {
        keepRoundThree();
        ModelVersion merged =
                new ModelVersion(Optional.of(digest(8)), FIRST.basis(), FIRST.adapter());

        assertTrue(next(merged, ROUND, 4, CODEC).dropped().isPresent());
    }

    @Test
    void add_inAnotherLayout_dropsWhatIsOwed() {
        keepRoundThree();
        AdapterLayout other = new AdapterLayout(List.of(new Slice("layer.R", 4, 1)));

        OwedUpdates.Sum sum = next(SECOND, ROUND, 4, new UpdateCodec(PLAN, other));

        assertArrayEquals(new float[] {1, 1, 1, 1}, sum.values());
        assertTrue(sum.dropped().get().startsWith("layout is another one: layout="));
    }

    @Test
    void keep_aSumThatDroppedSomething_tellsSo() {
        keepRoundThree();
        OwedUpdates.Sum sum = next(version(1, 2), ROUND, 4, CODEC);

        owed.keep(4, version(1, 2), keepRoundThree(), sum);

        assertEquals(List.of(new ClientEvent.Forgotten(4, sum.dropped().orElseThrow())), told);
    }

    @Test
    void made_ofTheSameRoundAndVersion_isTheReportThatWasKept() {
        MadeReport report = keepRoundThree();
        Optional<KeptReport> kept = owed.kept(ROUND);

        MadeReport made = OwedUpdates.made(kept, ROUND, FIRST).orElseThrow();

        assertArrayEquals(report.message(), made.message());
        assertEquals(report.layout(), made.layout());
        assertEquals(report.weight(), made.weight());
        assertEquals(report.loss(), made.loss());
        assertEquals(report.tokens(), made.tokens());
        assertTrue(OwedUpdates.made(kept, ROUND, SECOND).isEmpty());
        assertTrue(OwedUpdates.made(kept, ROUND + 1, FIRST).isEmpty());
    }

    @Test
    void kept_ofAnotherRun_isForgotten() {
        keepRoundThree();
        OwedUpdates other = new OwedUpdates(PLAN, RUN + "2", state, told::add);

        assertTrue(other.kept(1).isEmpty());
        String given = Digest.of(RUN.getBytes(StandardCharsets.UTF_8)).brief();
        assertEquals(
                List.of(new ClientEvent.Forgotten(1, "state is of another run: given=" + given)),
                told);
    }

    @Test
    void kept_ofBytesThatNobodyWrote_isForgotten() {
        state.put("owed-updates", new byte[10]);

        assertTrue(owed.kept(2).isEmpty());
        assertEquals(
                List.of(new ClientEvent.Forgotten(2, "state has another form: bytes=10")), told);
    }

    private byte[] content() {
        keepRoundThree();
        return state.get("owed-updates").orElseThrow();
    }

    @Test
    void decode_ofAnyLengthButTheWhole_isEmpty() {
        byte[] content = content();

        for (int length = 0; length < content.length; length++) {
            assertTrue(KeptReport.decode(Arrays.copyOf(content, length)).isEmpty(), "at " + length);
        }
        assertTrue(KeptReport.decode(Arrays.copyOf(content, content.length + 1)).isEmpty());
        assertArrayEquals(content, KeptReport.decode(content).orElseThrow().encode());
    }

    @Test
    void decode_ofRandomFaults_isEmptyOrWritesTheSameBytes() {
        byte[] content = content();
        CounterRandom random = CounterRandom.of(1, "faults", 0, "");

        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = content.clone();
            for (int fault = 0; fault <= i % 3; fault++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            KeptReport.decode(damaged)
                    .ifPresent(decoded -> assertArrayEquals(damaged, decoded.encode()));
        }
    }

    /** Lengths whose sum overflows, or is right by a negative one. */
    @ParameterizedTest
    @CsvSource({"2147483647, 2147483647", "-8, 6", "0, 536870912", "4, 0", "-2147483648, 1"})
    void decode_ofLengthsThatLie_isEmpty(int messageBytes, int owedCount) {
        byte[] content = content();
        int lengthsAt = 4 + 4 + 4 + 8 + 8 + 5 * Digest.BYTES;
        ByteBuffer.wrap(content)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(lengthsAt, messageBytes)
                .putInt(lengthsAt + 4, owedCount);

        assertTrue(KeptReport.decode(content).isEmpty());
    }
}
