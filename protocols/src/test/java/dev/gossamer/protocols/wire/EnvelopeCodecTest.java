package dev.gossamer.protocols.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.wire.Decoded.Accepted;
import dev.gossamer.protocols.wire.Decoded.Refused;
import dev.gossamer.protocols.wire.Message.Score;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

class EnvelopeCodecTest {
    private static final Digest BASIS = Digest.of(new byte[] {1});
    private static final Digest ADAPTER = Digest.of(new byte[] {2});
    private static final Digest LAYOUT = Digest.of(new byte[] {3});
    private static final Digest OTHER = Digest.of(new byte[] {4});
    private static final ModelVersion FIRST = new ModelVersion(Optional.empty(), BASIS, ADAPTER);
    private static final ModelVersion VERSION =
            new ModelVersion(Optional.of(OTHER), BASIS, ADAPTER);
    private static final Optional<PatchOffer> PATCH =
            Optional.of(new PatchOffer(OTHER, Set.of(Factor.A, Factor.HEAD), LAYOUT));

    /** The frame of {@code docs/wire-format.md}: an acknowledgement of sequence 5. */
    private static final String GOLDEN =
            "47534d52010000001c00000067c34bf2"
                    + "0a0464656d6f10021a0b636f6f7264696e61746f7220079201020805";

    static List<Message> messages() {
        return List.of(
                new Message.Hello(160, 40, true, 8),
                new Message.Welcome("name: demo\n"),
                new Message.BasisTask(-7, Optional.empty()),
                new Message.BasisTask(-7, Optional.of(VERSION)),
                new Message.SketchTask(
                        FIRST, PATCH, Optional.empty(), new FixedPoint(33, 6, 20), 9, 60_000),
                new Message.SketchTask(
                        VERSION,
                        Optional.empty(),
                        Optional.of(OTHER),
                        new FixedPoint(33, 6, 20),
                        -9,
                        60_000),
                new Message.BasisReport(BASIS, ADAPTER),
                new Message.TrainTask(VERSION, PATCH, 16, new FixedPoint(40, 6, 12), 9, 3, 60_000),
                new Message.TrainTask(
                        FIRST, Optional.empty(), 1, new FixedPoint(40, 6, 12), 9, 0, 60_000),
                report(new Message.Update.Inline(new byte[] {0, -1, 127, -128})),
                report(new Message.Update.Held(OTHER, 100_000_000)),
                new Message.EvaluateTask(VERSION, PATCH),
                new Message.EvaluateReport(
                        ADAPTER, new Score(3, 4, 1.5), Optional.empty(), OptionalDouble.empty()),
                new Message.EvaluateReport(
                        ADAPTER,
                        new Score(3, 4, 1.5),
                        Optional.of(new Score(8, 9, 2)),
                        OptionalDouble.of(0.25)),
                new Message.Acknowledgement(5),
                new Message.Rejection(5, RejectReason.DUPLICATE, "round=2"),
                new Message.ArtifactRequest(BASIS, 1 << 20),
                new Message.ArtifactChunk(BASIS, 2, 5, new byte[] {7, 8, 9}),
                new Message.RunEnded("completed", Optional.of(VERSION)),
                new Message.RunEnded("failed", Optional.empty()),
                new Message.Failure("no rows"));
    }

    private static Message report(Message.Update update) {
        return new Message.TrainReport(VERSION, LAYOUT, 160, update, 0.25, 4096);
    }

    private static Envelope envelope(Message body) {
        return new Envelope("demo", 2, new NodeId("client-1"), 7, body);
    }

    @Test
    void messages_coverEveryKind() {
        Set<Class<?>> kinds = new HashSet<>();
        messages().forEach(m -> kinds.add(m.getClass()));

        Set<Class<?>> permitted =
                new HashSet<>(Arrays.asList(Message.class.getPermittedSubclasses()));

        assertEquals(permitted, kinds);
    }

    /** Encoding is deterministic, so equal frames mean that nothing was lost on the way. */
    @ParameterizedTest
    @MethodSource("messages")
    void decode_encoded_givesTheSameFrameAgain(Message message) {
        byte[] frame = EnvelopeCodec.encode(envelope(message));

        Envelope decoded = assertInstanceOf(Accepted.class, EnvelopeCodec.decode(frame)).envelope();

        assertEquals("demo", decoded.run());
        assertEquals(2, decoded.round());
        assertEquals("client-1", decoded.sender().value());
        assertEquals(7, decoded.sequence());
        assertEquals(message.getClass(), decoded.body().getClass());
        assertArrayEquals(frame, EnvelopeCodec.encode(decoded));
    }

    @Test
    void decode_trainReport_keepsEveryByteOfTheUpdate() {
        byte[] update = {0, -1, 127, -128, 1};
        Message report = report(new Message.Update.Inline(update));

        Decoded decoded = EnvelopeCodec.decode(EnvelopeCodec.encode(envelope(report)));

        Message body = assertInstanceOf(Accepted.class, decoded).envelope().body();
        assertArrayEquals(
                update,
                assertInstanceOf(
                                Message.Update.Inline.class,
                                assertInstanceOf(Message.TrainReport.class, body).update())
                        .bytes());
    }

    @Test
    void encode_acknowledgement_givesTheGoldenBytes() {
        Envelope golden =
                new Envelope("demo", 2, NodeId.COORDINATOR, 7, new Message.Acknowledgement(5));

        String hex = HexFormat.of().formatHex(EnvelopeCodec.encode(golden));

        assertEquals(GOLDEN, hex);
    }

    /** The page that other implementations are written from shows the same bytes. */
    @Test
    void wireFormatPage_showsTheGoldenBytes() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "wire-format.md"));

        assertTrue(page.replaceAll("\\s", "").contains(GOLDEN));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void decode_truncatedAtAnyLength_isRefused(Message message) {
        byte[] frame = EnvelopeCodec.encode(envelope(message));

        for (int length = 0; length < frame.length; length++) {
            assertInstanceOf(Refused.class, EnvelopeCodec.decode(Arrays.copyOf(frame, length)));
        }
    }

    /** CRC32C finds every single flipped bit. */
    @ParameterizedTest
    @MethodSource("messages")
    void decode_anyBitFlipped_isRefused(Message message) {
        byte[] frame = EnvelopeCodec.encode(envelope(message));

        for (int bit = 0; bit < 8 * frame.length; bit++) {
            byte[] flipped = frame.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertInstanceOf(Refused.class, EnvelopeCodec.decode(flipped), "bit=" + bit);
        }
    }

    @Test
    void decode_trailingByte_isRefusedByLength() {
        byte[] frame = EnvelopeCodec.encode(envelope(new Message.BasisTask(1, Optional.empty())));

        Refused refused =
                assertInstanceOf(
                        Refused.class,
                        EnvelopeCodec.decode(Arrays.copyOf(frame, frame.length + 1)));

        int payload = frame.length - EnvelopeCodec.HEADER_BYTES;
        assertEquals(
                "length differs: claimed=" + payload + ", payload=" + (payload + 1),
                refused.detail());
    }

    @Test
    void decode_largerThanTheBound_isRefusedUnread() {
        Refused refused =
                assertInstanceOf(
                        Refused.class,
                        EnvelopeCodec.decode(new byte[ProtocolLimits.MAX_FRAME_BYTES + 1]));

        assertEquals(RejectReason.TOO_LARGE, refused.reason());
        assertEquals("frame is too large: bytes=4194305, bound=4194304", refused.detail());
    }

    /** Random payloads behind a right header and checksum reach the protobuf decoder. */
    @Test
    void decode_randomPayloads_neverThrows() {
        CounterRandom random = CounterRandom.of(3, "fuzz", 0, "");
        byte[] seed = EnvelopeCodec.encode(envelope(messages().get(5)));
        int refused = 0;

        for (int trial = 0; trial < 20_000; trial++) {
            byte[] frame = Framed.mutate(seed, random);
            refused += EnvelopeCodec.decode(frame) instanceof Refused ? 1 : 0;
        }

        assertTrue(refused > 1000, "refused=" + refused);
    }

    static Stream<Message> impossible() {
        return Stream.of(
                new Message.Hello(-1, 0, false, 0),
                new Message.Hello(1, 0, false, -1),
                new Message.EvaluateReport(
                        ADAPTER, new Score(5, 4, 0), Optional.empty(), OptionalDouble.empty()),
                new Message.EvaluateReport(
                        ADAPTER, new Score(4, 5, 0), Optional.empty(), OptionalDouble.of(-0.5)),
                new Message.EvaluateReport(
                        ADAPTER, new Score(4, 5, 0), Optional.empty(), OptionalDouble.of(1.5)),
                new Message.EvaluateReport(
                        ADAPTER,
                        new Score(4, 5, 0),
                        Optional.empty(),
                        OptionalDouble.of(Double.NaN)),
                new Message.ArtifactRequest(BASIS, -1),
                new Message.ArtifactChunk(BASIS, 3, 4, new byte[] {1, 2}),
                new Message.ArtifactChunk(BASIS, 0, Long.MAX_VALUE, new byte[] {1}),
                new Message.Failure("x".repeat(ProtocolLimits.MAX_TEXT_CHARACTERS + 1)));
    }

    @ParameterizedTest
    @MethodSource("impossible")
    void decode_whatNoNodeMaySay_isRefused(Message message) {
        Decoded decoded = EnvelopeCodec.decode(EnvelopeCodec.encode(envelope(message)));

        assertEquals(RejectReason.MALFORMED, assertInstanceOf(Refused.class, decoded).reason());
    }

    @Test
    void encode_updateBeyondTheFrame_isRefusedByBound() {
        Message report = report(new Message.Update.Inline(new byte[1 << 22]));

        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> EnvelopeCodec.encode(envelope(report)));

        assertTrue(error.getMessage().endsWith("bound=4194304"), error.getMessage());
    }

    /** Changes bytes of a payload and makes length and checksum right again. */
    private static final class Framed {
        static byte[] mutate(byte[] frame, CounterRandom random) {
            byte[] payload = Arrays.copyOfRange(frame, EnvelopeCodec.HEADER_BYTES, frame.length);
            payload = Arrays.copyOf(payload, 1 + random.nextInt(payload.length));
            for (int i = random.nextInt(8); i >= 0; i--) {
                payload[random.nextInt(payload.length)] = (byte) random.nextLong();
            }
            var crc = new CRC32C();
            crc.update(payload);
            return ByteBuffer.allocate(EnvelopeCodec.HEADER_BYTES + payload.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put("GSMR".getBytes(StandardCharsets.US_ASCII))
                    .putInt(1)
                    .putInt(payload.length)
                    .putInt((int) crc.getValue())
                    .put(payload)
                    .array();
        }
    }
}
