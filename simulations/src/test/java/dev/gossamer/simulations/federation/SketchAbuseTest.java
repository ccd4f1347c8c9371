package dev.gossamer.simulations.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.Message.EvaluateReport;
import dev.gossamer.protocols.wire.Message.SketchTask;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.Message.Update;
import dev.gossamer.protocols.wire.ModelVersion;
import dev.gossamer.protocols.wire.RejectReason;
import dev.gossamer.simulations.federation.TinyFederation.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Sketches that break the protocol: the bases found, and all else, are those without them. */
class SketchAbuseTest {
    private static final Outcome UNDISTURBED = new TinyFederation(TinyFederation.FOUND).finish();
    private static final NodeId CLIENT = new NodeId("client-2");
    private static final NodeId STRANGER = new NodeId("mallory");
    private static final Digest OTHER = Digest.of(new byte[] {9});

    /** Three bases by two passes, of which each asks all clients. */
    private static final int SKETCHES = 6;

    private static TinyFederation meddling(Function<Envelope, List<Envelope>> instead) {
        return new TinyFederation(
                TinyFederation.Cast.of(TinyFederation.FOUND),
                Runnable::run,
                (node, client) ->
                        node.equals(CLIENT) ? new MeddlingNode(client, instead, any -> {}) : client,
                event -> {});
    }

    private static Map<RejectReason, Integer> refused(TinyFederation nodes, NodeId node) {
        Map<RejectReason, Integer> counts = new TreeMap<>();
        for (RunEvent event : nodes.events) {
            if (event instanceof RunEvent.Refused refused && refused.node().equals(node)) {
                counts.merge(refused.reason(), 1, Integer::sum);
            }
        }
        return counts;
    }

    /** In all but the time: numbers of messages have one more byte once there are many. */
    private static void assertUndisturbed(TinyFederation nodes) {
        Outcome outcome = nodes.finish();
        assertEquals(UNDISTURBED.outcome(), outcome.outcome());
        assertEquals(UNDISTURBED.adapter(), outcome.adapter());
        assertEquals(UNDISTURBED.rounds(), outcome.rounds());
    }

    private static boolean isSketch(Envelope envelope) {
        return envelope.body() instanceof TrainReport report
                && !report.layout().equals(TinyWork.LAYOUT.fingerprint());
    }

    private static Envelope with(Envelope e, Message body) {
        return new Envelope(e.run(), e.round(), e.sender(), e.sequence(), body);
    }

    private static UnaryOperator<Envelope> report(UnaryOperator<TrainReport> change) {
        return e -> with(e, change.apply((TrainReport) e.body()));
    }

    private static TrainReport changed(
            TrainReport r, ModelVersion version, Digest layout, int weight, Update update) {
        return new TrainReport(version, layout, weight, update, r.loss(), r.tokens());
    }

    private static UnaryOperator<Envelope> update(UnaryOperator<byte[]> change) {
        return report(
                r ->
                        changed(
                                r,
                                r.version(),
                                r.layout(),
                                r.weight(),
                                new Update.Inline(
                                        change.apply(((Update.Inline) r.update()).bytes()))));
    }

    /** A plain message ends with its values. */
    private static UnaryOperator<Envelope> lastValue(float value) {
        return update(
                bytes -> {
                    byte[] copy = bytes.clone();
                    ByteBuffer.wrap(copy)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putFloat(copy.length - Float.BYTES, value);
                    return copy;
                });
    }

    private static UnaryOperator<Envelope> weight(int weight) {
        return report(r -> changed(r, r.version(), r.layout(), weight, r.update()));
    }

    static Stream<Arguments> spoiled() {
        return Stream.of(
                arguments(
                        "the next round",
                        (UnaryOperator<Envelope>)
                                e ->
                                        new Envelope(
                                                e.run(),
                                                e.round() + 1,
                                                e.sender(),
                                                e.sequence(),
                                                e.body()),
                        RejectReason.WRONG_ROUND),
                arguments(
                        "another basis",
                        report(
                                r ->
                                        changed(
                                                r,
                                                new ModelVersion(
                                                        r.version().base(),
                                                        OTHER,
                                                        r.version().adapter()),
                                                r.layout(),
                                                r.weight(),
                                                r.update())),
                        RejectReason.WRONG_BASIS),
                arguments(
                        "another adapter",
                        report(
                                r ->
                                        changed(
                                                r,
                                                new ModelVersion(
                                                        r.version().base(),
                                                        r.version().basis(),
                                                        OTHER),
                                                r.layout(),
                                                r.weight(),
                                                r.update())),
                        RejectReason.WRONG_VERSION),
                arguments(
                        "the layout of a trained update",
                        report(
                                r ->
                                        changed(
                                                r,
                                                r.version(),
                                                TinyWork.LAYOUT.fingerprint(),
                                                r.weight(),
                                                r.update())),
                        RejectReason.WRONG_LAYOUT),
                arguments(
                        "a byte too few",
                        update(b -> Arrays.copyOf(b, b.length - 1)),
                        RejectReason.MALFORMED),
                arguments(
                        "a byte too many",
                        update(b -> Arrays.copyOf(b, b.length + 1)),
                        RejectReason.MALFORMED),
                arguments("not a number", lastValue(Float.NaN), RejectReason.NOT_FINITE),
                arguments("infinity", lastValue(Float.POSITIVE_INFINITY), RejectReason.NOT_FINITE),
                arguments("too large", lastValue(-64), RejectReason.OUT_OF_RANGE),
                arguments("no weight", weight(0), RejectReason.BAD_WEIGHT),
                arguments("more rows than may be used", weight(257), RejectReason.BAD_WEIGHT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("spoiled")
    void sketch_spoiled_isRefusedAndLeavesNoTrace(
            String what, UnaryOperator<Envelope> spoil, RejectReason reason) {
        TinyFederation nodes = meddling(e -> isSketch(e) ? List.of(spoil.apply(e), e) : List.of(e));

        assertUndisturbed(nodes);
        assertEquals(Map.of(reason, SKETCHES), refused(nodes, CLIENT), what);
    }

    @Test
    void sketch_secondWithOtherContent_isRefusedAsDuplicate() {
        TinyFederation nodes =
                meddling(e -> isSketch(e) ? List.of(e, lastValue(1).apply(e)) : List.of(e));

        assertUndisturbed(nodes);
        assertEquals(Map.of(RejectReason.DUPLICATE, SKETCHES), refused(nodes, CLIENT));
    }

    /** The slower clients are waited for, so that the second pass is not open yet. */
    @Test
    void sketch_saidAgain_isAcknowledgedAndCountedOnce() {
        TinyFederation nodes = meddling(e -> isSketch(e) ? List.of(e, e) : List.of(e));

        assertUndisturbed(nodes);
        assertEquals(Map.of(), refused(nodes, CLIENT));
    }

    @Test
    void sketch_ofTheOtherPass_isRefused() {
        List<Envelope> before = new ArrayList<>();
        TinyFederation nodes =
                meddling(
                        e -> {
                            if (!isSketch(e)) {
                                return List.of(e);
                            }
                            before.add(e);
                            return before.size() % 2 == 1
                                    ? List.of(e)
                                    : List.of(before.get(before.size() - 2), e);
                        });

        assertUndisturbed(nodes);
        assertEquals(Map.of(RejectReason.WRONG_LAYOUT, 3), refused(nodes, CLIENT));
    }

    /** A stranger says what a client says, before it does. */
    @Test
    void stranger_sketching_isRefused() {
        MeddlingNode stranger = new MeddlingNode(new Idle(), List::of, any -> {});
        TinyFederation nodes =
                meddling(
                        e -> {
                            if (isSketch(e)) {
                                stranger.say(e.run(), e.round(), e.body());
                            }
                            return List.of(e);
                        });
        nodes.join(STRANGER, stranger);

        assertUndisturbed(nodes);
        assertEquals(Map.of(RejectReason.NOT_IN_COHORT, SKETCHES), refused(nodes, STRANGER));
    }

    @Test
    void client_askingOthersToSketch_isRefused() {
        TinyFederation nodes =
                meddling(
                        e ->
                                e.body() instanceof TrainReport r
                                        ? List.of(with(e, task(r)), e)
                                        : List.of(e));

        assertUndisturbed(nodes);
        assertEquals(
                List.of(RejectReason.UNEXPECTED), List.copyOf(refused(nodes, CLIENT).keySet()));
    }

    private static SketchTask task(TrainReport report) {
        return new SketchTask(
                report.version(),
                Optional.empty(),
                Optional.empty(),
                new FixedPoint(1, 1, 1),
                1,
                1);
    }

    /** Only who holds the public sample can say what the basis captures of its gradient. */
    @Test
    void score_withAMeasureThatIsNotTheSenders_isRefused() {
        TinyFederation nodes =
                meddling(
                        e ->
                                e.body() instanceof EvaluateReport r
                                        ? List.of(with(e, measured(r)), e)
                                        : List.of(e));

        assertUndisturbed(nodes);
        assertEquals(Map.of(RejectReason.UNEXPECTED, 3), refused(nodes, CLIENT));
    }

    private static EvaluateReport measured(EvaluateReport r) {
        return new EvaluateReport(
                r.adapter(), r.heldOut(), r.publicTest(), OptionalDouble.of(0.001));
    }

    /** The second pass asks who took part in the first, and one of them is gone for good. */
    @Test
    void client_goneBetweenThePasses_isDoneWithout() {
        TinyFederation nodes = new TinyFederation(TinyFederation.FOUND);
        while (nodes.events.stream().noneMatch(SketchAbuseTest::isSecondPass)) {
            assertTrue(nodes.happen(1));
        }

        nodes.world.crash(CLIENT);
        Outcome outcome = nodes.finish();

        assertEquals("done", outcome.outcome());
        List<Integer> asked =
                nodes.events.stream()
                        .filter(RunEvent.SketchOpened.class::isInstance)
                        .map(event -> ((RunEvent.SketchOpened) event).cohort().size())
                        .toList();
        assertEquals(List.of(4, 4, 3, 3, 3, 3), asked);
    }

    private static boolean isSecondPass(RunEvent event) {
        return event instanceof RunEvent.SketchOpened opened && opened.pass() == 2;
    }

    /** A node that has nothing to do here. */
    private static final class Idle implements Node {
        @Override
        public void start(NodeContext context) {}

        @Override
        public void connected(NodeId peer) {}

        @Override
        public void disconnected(NodeId peer) {}

        @Override
        public void receive(NodeId peer, Envelope envelope) {}
    }
}
