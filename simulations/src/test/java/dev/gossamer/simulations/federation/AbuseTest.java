package dev.gossamer.simulations.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.Message.EvaluateReport;
import dev.gossamer.protocols.wire.Message.EvaluateTask;
import dev.gossamer.protocols.wire.Message.Score;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.Message.TrainTask;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Peers that break the protocol: scores, adapter and time are those of the run without them. */
class AbuseTest {
    private static final Outcome UNDISTURBED = new TinyFederation().finish();
    private static final NodeId CLIENT = new NodeId("client-2");
    private static final NodeId STRANGER = new NodeId("mallory");
    private static final String RUN = TinyFederation.FILE.name();
    private static final Digest OTHER = Digest.of(new byte[] {9});
    private static final ModelVersion OTHERS = new ModelVersion(Optional.empty(), OTHER, OTHER);
    private static final Score PERFECT = new Score(1_000_000, 1_000_000, 0);

    private final Map<NodeId, MeddlingNode> clients = new TreeMap<>();
    private final List<Envelope> overheard = new ArrayList<>();
    private final List<RunEvent> overheardEvents = new ArrayList<>();

    /** The federation, with somebody in the middle at {@link #CLIENT}. */
    private TinyFederation meddling(Function<Envelope, List<Envelope>> instead) {
        return new TinyFederation(
                Runnable::run,
                (node, client) -> node.equals(CLIENT) ? meddled(client, instead) : client,
                event -> {});
    }

    private Node meddled(Node client, Function<Envelope, List<Envelope>> instead) {
        return new MeddlingNode(client, instead, overheard::add);
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

    /** In how many rounds {@link #CLIENT} is of the cohort. */
    private static int roundsOfClient(TinyFederation nodes) {
        return (int)
                nodes.events.stream()
                        .filter(RunEvent.RoundOpened.class::isInstance)
                        .filter(e -> ((RunEvent.RoundOpened) e).cohort().contains(CLIENT))
                        .count();
    }

    private static Envelope with(Envelope e, Message body) {
        return new Envelope(e.run(), e.round(), e.sender(), e.sequence(), body);
    }

    private static UnaryOperator<Envelope> body(UnaryOperator<TrainReport> change) {
        return e -> with(e, change.apply((TrainReport) e.body()));
    }

    private static TrainReport about(TrainReport r, ModelVersion version, Digest layout) {
        return new TrainReport(version, layout, r.weight(), r.update(), r.loss(), r.tokens());
    }

    private static ModelVersion version(TrainReport r, Digest basis, Digest adapter) {
        return new ModelVersion(r.version().base(), basis, adapter);
    }

    private static TrainReport valued(TrainReport r, int weight, Update update) {
        return new TrainReport(r.version(), r.layout(), weight, update, r.loss(), r.tokens());
    }

    private static Update adapterOf(TrainReport r, long length) {
        return new Update.Held(r.version().adapter(), length);
    }

    private static byte[] bytes(TrainReport r) {
        return ((Update.Inline) r.update()).bytes().clone();
    }

    private static UnaryOperator<Envelope> update(UnaryOperator<byte[]> change) {
        return body(r -> valued(r, r.weight(), new Update.Inline(change.apply(bytes(r)))));
    }

    /** A plain message ends with its values. */
    private static UnaryOperator<Envelope> lastValue(float value) {
        return update(
                bytes -> {
                    ByteBuffer.wrap(bytes)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putFloat(bytes.length - Float.BYTES, value);
                    return bytes;
                });
    }

    /** A message that is right for a layout of other size. */
    private static byte[] message(float... values) {
        AdapterLayout layout = new AdapterLayout(List.of(new Slice("head", 1, values.length)));
        return new UpdateCodec(CodecPlan.PLAIN, layout)
                .encode(values, 0, CounterRandom.of(0, "abuse", 0, ""))
                .bytes();
    }

    private static UnaryOperator<Envelope> weight(int weight) {
        return body(r -> valued(r, weight, r.update()));
    }

    static Stream<Arguments> spoiledReports() {
        UnaryOperator<Envelope> otherRun =
                e -> new Envelope("other", e.round(), e.sender(), e.sequence(), e.body());
        UnaryOperator<Envelope> nextRound =
                e -> new Envelope(e.run(), e.round() + 1, e.sender(), e.sequence(), e.body());
        UnaryOperator<Envelope> lastRound =
                e -> new Envelope(e.run(), e.round() - 1, e.sender(), e.sequence(), e.body());
        return Stream.of(
                arguments("another run", otherRun, RejectReason.WRONG_ROUND),
                arguments("the next round", nextRound, RejectReason.WRONG_ROUND),
                arguments("the round before", lastRound, RejectReason.WRONG_ROUND),
                arguments(
                        "another basis",
                        body(r -> about(r, version(r, OTHER, r.version().adapter()), r.layout())),
                        RejectReason.WRONG_BASIS),
                arguments(
                        "another adapter",
                        body(r -> about(r, version(r, r.version().basis(), OTHER), r.layout())),
                        RejectReason.WRONG_VERSION),
                arguments(
                        "another base",
                        body(
                                r ->
                                        about(
                                                r,
                                                new ModelVersion(
                                                        Optional.of(OTHER),
                                                        r.version().basis(),
                                                        r.version().adapter()),
                                                r.layout())),
                        RejectReason.WRONG_VERSION),
                arguments(
                        "another layout",
                        body(r -> about(r, r.version(), OTHER)),
                        RejectReason.WRONG_LAYOUT),
                arguments("no bytes", update(b -> new byte[0]), RejectReason.MALFORMED),
                arguments(
                        "a value too few",
                        update(b -> message(new float[6])),
                        RejectReason.WRONG_LAYOUT),
                arguments(
                        "a value too many",
                        update(b -> message(new float[8])),
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
                arguments("infinity", lastValue(Float.NEGATIVE_INFINITY), RejectReason.NOT_FINITE),
                arguments("too large", lastValue(64), RejectReason.OUT_OF_RANGE),
                arguments("no weight", weight(0), RejectReason.BAD_WEIGHT),
                arguments("a weight below zero", weight(-1), RejectReason.BAD_WEIGHT),
                arguments("too heavy", weight(1 << 20), RejectReason.BAD_WEIGHT));
    }

    static Stream<Arguments> spoiledArtifacts() {
        return Stream.of(
                arguments(
                        "an artifact that nobody has",
                        body(r -> valued(r, r.weight(), new Update.Held(OTHER, 52))),
                        RejectReason.WRONG_DIGEST),
                arguments(
                        "an artifact of the run",
                        body(r -> valued(r, r.weight(), adapterOf(r, 52))),
                        RejectReason.MALFORMED),
                arguments(
                        "an artifact longer than any update",
                        body(r -> valued(r, r.weight(), adapterOf(r, 1L << 31))),
                        RejectReason.TOO_LARGE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"spoiledReports", "spoiledArtifacts"})
    void report_spoiled_isRefusedAndLeavesNoTrace(
            String what, UnaryOperator<Envelope> spoil, RejectReason reason) {
        TinyFederation nodes =
                meddling(
                        e ->
                                e.body() instanceof TrainReport
                                        ? List.of(spoil.apply(e), e)
                                        : List.of(e));

        assertEquals(UNDISTURBED, nodes.finish(), what);
        assertEquals(Map.of(reason, roundsOfClient(nodes)), refused(nodes, CLIENT), what);
        assertTrue(roundsOfClient(nodes) > 0);
    }

    @Test
    void report_secondWithOtherContent_isRefusedAsDuplicate() {
        TinyFederation nodes =
                meddling(
                        e ->
                                e.body() instanceof TrainReport
                                        ? List.of(e, lastValue(1).apply(e), weight(1).apply(e))
                                        : List.of(e));

        assertEquals(UNDISTURBED, nodes.finish());
        assertEquals(
                Map.of(RejectReason.DUPLICATE, 2 * roundsOfClient(nodes)), refused(nodes, CLIENT));
    }

    @Test
    void report_repeated_isAcknowledgedEachTimeAndCountedOnce() {
        TinyFederation nodes =
                meddling(
                        e ->
                                IntStream.range(0, 3)
                                        .mapToObj(
                                                i ->
                                                        new Envelope(
                                                                e.run(),
                                                                e.round(),
                                                                e.sender(),
                                                                10 * e.sequence() + i,
                                                                e.body()))
                                        .filter(
                                                copy ->
                                                        copy.sequence() % 10 == 0
                                                                || isReport(copy.body()))
                                        .toList());

        assertEquals(UNDISTURBED, nodes.finish());
        assertEquals(Map.of(), refused(nodes, CLIENT));
        long acknowledged =
                overheard.stream().filter(e -> e.body() instanceof Message.Acknowledgement).count();
        assertEquals(3L * (roundsOfClient(nodes) + 2), acknowledged);
    }

    private static boolean isReport(Message body) {
        return body instanceof TrainReport || body instanceof EvaluateReport;
    }

    static Stream<Message> spokenByCoordinators() {
        return Stream.of(
                new Message.Welcome("name: mine"),
                new Message.BasisTask(1, Optional.empty()),
                new TrainTask(OTHERS, Optional.empty(), 1, new FixedPoint(1, 1, 1), 1, 0, 1),
                new EvaluateTask(OTHERS, Optional.empty()),
                new Message.RunEnded("done", Optional.of(OTHERS)));
    }

    @ParameterizedTest
    @MethodSource("spokenByCoordinators")
    void client_speakingAsACoordinator_isRefused(Message body) {
        TinyFederation nodes = meddling(e -> List.of(e, with(e, body)));

        assertEquals(UNDISTURBED, nodes.finish());
        Map<RejectReason, Integer> refused = refused(nodes, CLIENT);
        assertEquals(List.of(RejectReason.UNEXPECTED), List.copyOf(refused.keySet()));
        assertTrue(refused.get(RejectReason.UNEXPECTED) > 4, refused.toString());
    }

    @Test
    void score_thatWasNotAskedFor_isRefusedAndLeavesNoTrace() {
        TinyFederation nodes =
                meddling(
                        e ->
                                e.body() instanceof EvaluateReport r
                                        ? List.of(
                                                with(e, scored(OTHER, Optional.empty())),
                                                with(e, scored(r.adapter(), Optional.of(PERFECT))),
                                                new Envelope(
                                                        RUN,
                                                        e.round() - 1,
                                                        CLIENT,
                                                        1,
                                                        scored(r.adapter(), Optional.empty())),
                                                e,
                                                with(e, scored(r.adapter(), Optional.empty())))
                                        : List.of(e));

        assertEquals(UNDISTURBED, nodes.finish());
        assertEquals(
                Map.of(
                        RejectReason.WRONG_VERSION, 2,
                        RejectReason.UNEXPECTED, 2,
                        RejectReason.WRONG_ROUND, 2),
                refused(nodes, CLIENT));
    }

    private static EvaluateReport scored(Digest adapter, Optional<Score> publicTest) {
        return new EvaluateReport(adapter, PERFECT, publicTest, OptionalDouble.empty());
    }

    /** All clients are overheard; whoever {@code speaker} names answers each task at once. */
    private TinyFederation answering(Function<Envelope, Optional<MeddlingNode>> speaker) {
        return new TinyFederation(
                Runnable::run,
                (node, client) -> {
                    MeddlingNode meddled =
                            new MeddlingNode(
                                    client,
                                    List::of,
                                    task -> speaker.apply(task).ifPresent(m -> answer(m, task)));
                    clients.put(node, meddled);
                    return meddled;
                },
                overheardEvents::add);
    }

    private static void answer(MeddlingNode speaker, Envelope task) {
        switch (task.body()) {
            case TrainTask t -> speaker.say(RUN, task.round(), trained(t));
            case EvaluateTask t ->
                    speaker.say(
                            RUN, task.round(), scored(t.version().adapter(), Optional.of(PERFECT)));
            default -> {}
        }
    }

    private static TrainReport trained(TrainTask task) {
        float[] update = new float[TinyWork.LAYOUT.size()];
        Arrays.fill(update, 10);
        Digest layout = TinyWork.LAYOUT.fingerprint();
        return new TrainReport(
                task.version(), layout, 1000, new Update.Inline(message(update)), 0, 1);
    }

    @Test
    void report_ofAMemberOutsideTheCohort_isRefused() {
        TinyFederation nodes =
                answering(
                        task ->
                                task.body() instanceof TrainTask
                                        ? outsider().map(clients::get)
                                        : Optional.empty());

        assertEquals(UNDISTURBED, nodes.finish());
        int refusals =
                TinyFederation.CLIENTS.stream()
                        .mapToInt(
                                node ->
                                        refused(nodes, node)
                                                .getOrDefault(RejectReason.NOT_IN_COHORT, 0))
                        .sum();
        assertEquals(9, refusals);
    }

    private Optional<NodeId> outsider() {
        return overheardEvents.reversed().stream()
                .filter(RunEvent.RoundOpened.class::isInstance)
                .map(event -> ((RunEvent.RoundOpened) event).cohort())
                .findFirst()
                .flatMap(
                        cohort ->
                                TinyFederation.CLIENTS.stream()
                                        .filter(node -> !cohort.contains(node))
                                        .findFirst());
    }

    @Test
    void stranger_reportingAndScoring_isRefused() {
        MeddlingNode stranger = stranger();
        TinyFederation nodes = answering(task -> Optional.of(stranger));
        nodes.join(STRANGER, stranger);

        assertEquals(UNDISTURBED, nodes.finish());
        assertEquals(Map.of(RejectReason.NOT_IN_COHORT, 9 + 8), refused(nodes, STRANGER));
    }

    static Stream<Arguments> saidByStrangers() {
        return Stream.of(
                arguments(new Message.Failure("no"), Optional.empty()),
                arguments(new Message.Rejection(1, RejectReason.MALFORMED, "no"), Optional.empty()),
                arguments(new Message.Acknowledgement(1), Optional.empty()),
                arguments(new Message.ArtifactRequest(OTHER, 0), Optional.empty()),
                arguments(new Message.ArtifactChunk(OTHER, 0, 1, new byte[1]), Optional.empty()),
                arguments(
                        new Message.BasisReport(OTHER, OTHER),
                        Optional.of(RejectReason.UNEXPECTED)));
    }

    /** Whatever comes to a client makes the stranger speak: there is no moment of quiet. */
    @ParameterizedTest
    @MethodSource("saidByStrangers")
    void stranger_speaking_leavesNoTrace(Message body, Optional<RejectReason> reason) {
        MeddlingNode stranger = stranger();
        TinyFederation nodes =
                new TinyFederation(
                        Runnable::run,
                        (node, client) ->
                                new MeddlingNode(
                                        client, List::of, any -> stranger.say(RUN, 1, body)),
                        event -> {});
        nodes.join(STRANGER, stranger);

        assertEquals(UNDISTURBED, nodes.finish());
        assertEquals(reason.stream().toList(), List.copyOf(refused(nodes, STRANGER).keySet()));
    }

    @Test
    void stranger_ofAnotherRun_doesNotJoin() {
        MeddlingNode stranger = stranger();
        TinyFederation nodes =
                meddling(
                        e -> {
                            stranger.say("other", 0, new Message.Hello(1, 1, true, 0));
                            return List.of(e);
                        });
        nodes.join(STRANGER, stranger);

        assertEquals(UNDISTURBED, nodes.finish());
        assertEquals(
                List.of(RejectReason.WRONG_ROUND), List.copyOf(refused(nodes, STRANGER).keySet()));
    }

    @Test
    void stranger_comingAndGoing_isNotWaitedFor() {
        TinyFederation nodes = new TinyFederation();
        nodes.join(STRANGER, stranger());
        for (int i = 0; nodes.happen(5); i++) {
            if (i % 2 == 0) {
                nodes.world.disconnect(STRANGER, NodeId.COORDINATOR);
            } else {
                nodes.world.connect(STRANGER, NodeId.COORDINATOR);
            }
        }

        assertEquals(UNDISTURBED, nodes.finish());
    }

    private static MeddlingNode stranger() {
        return new MeddlingNode(new Idle(), List::of, any -> {});
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
