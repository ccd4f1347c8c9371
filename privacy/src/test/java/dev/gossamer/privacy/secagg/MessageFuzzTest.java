package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Every decoder, on every cut, flipped bits, wrong lengths and noise behind a right header. */
class MessageFuzzTest {
    private static final Cohort COHORT = new Cohort(7);

    /** Decodes a message and encodes what it says. */
    private interface Recoding {
        byte[] recoded(byte[] message) throws Refusal;
    }

    private static SessionContext context(Agreement agreement) {
        return Cohort.context(
                0,
                new SecAggParameters(
                        Ring.WORDS_32, 5, 7, 4, 0, agreement, new Topology.Regular(4, 3)));
    }

    /** One message of each kind, from a session of this agreement. */
    private static Map<MessageKind, byte[]> messages(SessionContext context) throws Refusal {
        Map<MessageKind, byte[]> messages = new EnumMap<>(MessageKind.class);
        SecAggServer server = COHORT.server(context);
        SortedMap<String, SecAggClient> clients = new TreeMap<>();
        for (int i = 0; i < 7; i++) {
            SecAggClient client = COHORT.open(i, context, 31);
            clients.put(client.name(), client);
            byte[] advert = client.advert().answer().orElseThrow();
            messages.put(MessageKind.of(advert), advert);
            server.accept(client.name(), advert);
        }
        while (server.close() instanceof ServerStep.Send send) {
            for (Map.Entry<String, byte[]> entry : send.messages().entrySet()) {
                SecAggClient client = clients.get(entry.getKey());
                messages.put(MessageKind.of(entry.getValue()), entry.getValue());
                ClientStep.Advanced step = Simulation.advanced(client.receive(entry.getValue()));
                if (client.wantsInput()) {
                    step = Simulation.advanced(client.give(RingVector.zeros(Ring.WORDS_32, 5)));
                }
                if (step.answer().isPresent()) {
                    byte[] answer = step.answer().get();
                    messages.put(MessageKind.of(answer), answer);
                    server.accept(client.name(), answer);
                }
            }
        }
        return messages;
    }

    private static Recoding recoding(
            MessageKind kind, SessionContext context, Map<MessageKind, byte[]> messages)
            throws Refusal {
        Session session = Session.of(context);
        byte[] masked = messages.get(MessageKind.MASKED_INPUT);
        Sha256 seed = Sha256.fromBytes(JdkCrypto.part(masked, 34, 32));
        byte[] list = messages.get(MessageKind.KEY_LIST);
        Sha256 view = KeyList.decode(session, list).view();
        SharingGraph graph = SharingGraph.of(context.parameters(), 7, seed);
        int[] neighbours = graph.neighbours(6);
        return switch (kind) {
            case KEY_ADVERT -> m -> KeyAdvert.decode(session, m).encode(session);
            case KEY_LIST -> m -> reencoded(session, KeyList.decode(session, m));
            case REVEAL -> m -> Reveal.decode(session, view, m).encode(session, view);
            case REVEAL_LIST -> m -> RevealList.decode(session, view, 7, m).encode(session, view);
            case SHARE_PACKAGE ->
                    m -> SharePackage.decode(session, seed, 6, neighbours, m).encode(session, seed);
            case SHARE_DELIVERY ->
                    m -> ShareDelivery.decode(session, seed, graph, 6, m).encode(session, seed);
            case MASKED_INPUT -> m -> MaskedInput.decode(session, seed, m).encode(session, seed);
            case SURVIVOR_LIST ->
                    m -> SurvivorList.decode(session, seed, 7, m).encode(session, seed);
            case SURVIVOR_VOTE -> m -> SurvivorVote.decode(session, seed, m).encode(session, seed);
            case VOTE_LIST -> m -> VoteList.decode(session, seed, 7, m).encode(session, seed);
            case UNMASK_SHARES ->
                    m -> UnmaskShares.decode(session, seed, 5, m).encode(session, seed);
        };
    }

    private static byte[] reencoded(Session session, KeyList list) throws Refusal {
        List<KeyAdvert> adverts = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            adverts.add(list.advert(i));
        }
        return KeyList.encode(session, adverts);
    }

    static Stream<Arguments> kinds() {
        return Stream.of(Agreement.values())
                .flatMap(
                        agreement ->
                                Stream.of(MessageKind.values())
                                        .map(kind -> arguments(agreement, kind)));
    }

    /** A message that decodes is exactly what its content encodes to; all others are refused. */
    @ParameterizedTest
    @MethodSource("kinds")
    void message_ofAnyBytes_isRefusedOrCanonical(Agreement agreement, MessageKind kind)
            throws Refusal {
        SessionContext context = context(agreement);
        Map<MessageKind, byte[]> messages = messages(context);
        byte[] right = messages.get(kind);
        Recoding recoding = recoding(kind, context, messages);
        assertArrayEquals(right, recoding.recoded(right));
        Random random = new Random(kind.code());

        int step = Math.max(1, right.length / 400);
        for (int cut = 0; cut < right.length; cut += step) {
            byte[] shorter = Arrays.copyOf(right, cut);
            assertThrows(Refusal.class, () -> recoding.recoded(shorter), "cut=" + cut);
        }
        byte[] longer = Arrays.copyOf(right, right.length + 1);
        assertEquals(
                Fault.MALFORMED,
                assertThrows(Refusal.class, () -> recoding.recoded(longer)).fault());
        for (int i = 0; i < 1500; i++) {
            requireCanonical(recoding, changed(right, random, i));
        }
    }

    private static byte[] changed(byte[] right, Random random, int round) {
        byte[] changed = right.clone();
        if (round % 3 == 0) {
            for (int i = 34; i < changed.length; i++) {
                changed[i] = (byte) random.nextInt();
            }
        } else {
            int place = random.nextInt(changed.length);
            changed[place] ^= (byte) (1 << random.nextInt(8));
        }
        return round % 5 == 0
                ? Arrays.copyOf(changed, random.nextInt(2 * changed.length))
                : changed;
    }

    private static void requireCanonical(Recoding recoding, byte[] message) {
        try {
            assertArrayEquals(message, recoding.recoded(message));
        } catch (Refusal refused) {
            assertTrue(
                    refused.fault() == Fault.MALFORMED
                            || refused.fault() == Fault.WRONG_SESSION
                            || refused.fault() == Fault.BAD_SHARE,
                    refused.fault() + " " + refused.getMessage());
        }
    }

    /** The machines themselves answer any bytes with a value. */
    @ParameterizedTest
    @MethodSource("kinds")
    void machines_givenAnyBytes_answerWithAValue(Agreement agreement, MessageKind kind)
            throws Refusal {
        SessionContext context = context(agreement);
        byte[] right = messages(context).get(kind);
        SecAggClient client = COHORT.open(0, context, 5);
        SecAggServer server = COHORT.server(context);
        Random random = new Random(kind.code());

        for (int i = 0; i < 60; i++) {
            byte[] message = changed(right, random, i);
            assertInstanceOf(ClientStep.Refused.class, client.receive(message));
            assertInstanceOf(Receipt.Rejected.class, server.accept("no such member", message));
        }
    }
}
