package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.identity.RosterTrust;
import dev.gossamer.privacy.identity.SignatureContext;
import dev.gossamer.privacy.identity.SigningKey;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Real members before a real server, some of which vanish, lie or come late. */
class SecAggServerTest {
    private final Cohort cohort = new Cohort(9);
    private final SessionContext context = Cohort.context(0, cohort.complete(6, 6, 2));

    /** A session driven by hand, in which messages can be changed on their way. */
    private final class Driven {
        final SecAggServer server = cohort.server(context);
        final SortedMap<String, SecAggClient> clients = new TreeMap<>();
        final List<RingVector> inputs = new ArrayList<>();

        Driven() throws Refusal {
            for (int i = 0; i < 9; i++) {
                SecAggClient client = cohort.open(i, context, 3);
                clients.put(client.name(), client);
                inputs.add(RingVector.of(new int[] {i, -i, 1, 1 << i, -5, 1000 * i}));
            }
        }

        Driven upTo(MessageKind kind) {
            for (SecAggClient client : clients.values()) {
                accept(client, client.advert().answer().orElseThrow());
            }
            while (server.collects().orElseThrow() != kind) {
                pass(Set.of(), UnaryOperator.identity());
            }
            return this;
        }

        void accept(SecAggClient client, byte[] message) {
            assertEquals(new Receipt.Accepted(), server.accept(client.name(), message));
        }

        /** Closes the phase and lets all but some answer. */
        ServerStep pass(Set<Integer> silent, UnaryOperator<byte[]> changed) {
            ServerStep step = server.close();
            if (step instanceof ServerStep.Send send) {
                send.messages()
                        .forEach(
                                (name, message) ->
                                        answer(clients.get(name), message)
                                                .filter(_ -> !silent.contains(number(name)))
                                                .map(changed)
                                                .ifPresent(
                                                        answer ->
                                                                accept(clients.get(name), answer)));
            }
            return step;
        }

        int number(String name) {
            return Integer.parseInt(name.substring(2));
        }

        Optional<byte[]> answer(SecAggClient client, byte[] message) {
            Optional<byte[]> answer = Simulation.advanced(client.receive(message)).answer();
            if (client.wantsInput()) {
                RingVector input = inputs.get(number(client.name()));
                return Simulation.advanced(client.give(input)).answer();
            }
            return answer;
        }

        void requireSum(SecAggResult result, int... missing) {
            RingVector plain = RingVector.zeros(Ring.WORDS_32, 6);
            for (int i = 0; i < 9; i++) {
                int member = i;
                if (Arrays.stream(missing).noneMatch(m -> m == member)) {
                    plain.addInPlace(inputs.get(i));
                }
            }
            assertArrayEquals(plain.signed(), result.sum().words().signed());
            assertEquals(9 - missing.length, result.sum().count());
        }
    }

    private static Fault rejected(Receipt receipt) {
        return assertInstanceOf(Receipt.Rejected.class, receipt).fault();
    }

    /** Each step at which three of nine vanish: six are exactly the threshold and the minimum. */
    @ParameterizedTest
    @EnumSource(
            value = Simulation.Last.class,
            names = {"NOTHING", "KEYS", "SHARES", "INPUT", "VOTE"})
    void session_withExactlyTheThresholdLeft_opensTheSumOfTheSurvivors(Simulation.Last last)
            throws Refusal {
        Simulation simulation = new Simulation(cohort, context, 1);
        for (int member : new int[] {1, 4, 8}) {
            simulation.vanishing(member, last);
        }

        SecAggResult result = Simulation.finished(simulation.run());

        simulation.requireExact(result);
        boolean isIn = last.compareTo(Simulation.Last.INPUT) >= 0;
        assertEquals(isIn ? 9 : 6, result.sum().count());
        // who never advertised is no member that dropped out
        int dropped = isIn || last == Simulation.Last.NOTHING ? 0 : 3;
        assertEquals(dropped, result.dropped().size());
    }

    @ParameterizedTest
    @CsvSource({
        "NOTHING, TOO_FEW_MEMBERS",
        "KEYS, TOO_FEW_MEMBERS",
        "SHARES, TOO_FEW_MEMBERS",
        "INPUT, TOO_FEW_SIGNATURES",
        "VOTE, TOO_FEW_SHARES"
    })
    void session_withOneFewerThanTheThreshold_failsAndOpensNothing(
            Simulation.Last last, Fault fault) throws Refusal {
        Simulation simulation = new Simulation(cohort, context, 1);
        for (int member : new int[] {1, 4, 6, 8}) {
            simulation.vanishing(member, last);
        }

        Simulation.requireFailed(fault, simulation.run());
        assertTrue(simulation.server().collects().isEmpty());
        assertThrows(IllegalStateException.class, simulation.server()::close);
    }

    @Test
    void session_closedBeforeShares_sendsNobodyARequestForThem() throws Refusal {
        Simulation simulation = new Simulation(cohort, context, 1);
        for (int member : new int[] {1, 4, 6, 8}) {
            simulation.vanishing(member, Simulation.Last.SHARES);
        }

        simulation.run();

        for (int member = 0; member < 9; member++) {
            assertFalse(simulation.client(member).isDone());
            assertFalse(simulation.client(member).memory().released());
        }
    }

    @Test
    void result_saysWhatItsClaimRestsOn() throws Refusal {
        SecAggResult.Guarantee pinned =
                Simulation.finished(new Simulation(cohort, context, 1).run()).guarantee();
        SecAggResult.Guarantee curious =
                new SecAggResult.Guarantee(
                        new RosterTrust.HonestButCurious(), pinned.parameters(), 9);

        assertTrue(pinned.holdsAgainstMaliciousServer());
        assertFalse(curious.holdsAgainstMaliciousServer());
        assertEquals(
                "inputs are hidden from the server and 2 colluders in sums of at least 6;"
                    + " honest-but-curious server: peers' keys came from it, no roster is pinned;"
                    + " the sum itself is not private",
                curious.claim());
        assertTrue(pinned.claim().contains("roster 1, signed by the pinned authority "));
    }

    /** One holder changes all shares that it sends: it is named, and the sum is exact. */
    @Test
    void liar_amongHolders_isNamedAndTheSumIsExact() throws Refusal {
        Driven driven = new Driven().upTo(MessageKind.SURVIVOR_VOTE);
        int[] sent = new int[1];
        driven.pass(Set.of(), answer -> sent[0]++ == 3 ? lie(answer) : answer);

        SecAggResult result = Simulation.finished(driven.server.close());

        assertEquals(List.of(Cohort.name(3)), result.liars());
        driven.requireSum(result);
    }

    private static byte[] lie(byte[] unmaskShares) {
        byte[] lie = unmaskShares.clone();
        for (int place = 66; place < lie.length; place += 34) {
            lie[place + 1] ^= 1;
        }
        return lie;
    }

    /** Of nine shares with a threshold of six, one liar is found; two are too many to be sure. */
    @Test
    void liars_tooManyToBeFound_failTheSessionUnlessTheSecretsFit() throws Refusal {
        Driven last = new Driven().upTo(MessageKind.SURVIVOR_VOTE);
        int[] sent = new int[1];
        last.pass(Set.of(), answer -> sent[0]++ >= 7 ? lie(answer) : answer);
        Driven first = new Driven().upTo(MessageKind.SURVIVOR_VOTE);
        sent[0] = 0;
        first.pass(Set.of(), answer -> sent[0]++ < 2 ? lie(answer) : answer);

        SecAggResult result = Simulation.finished(last.server.close());

        assertEquals(List.of(), result.liars());
        last.requireSum(result);
        Simulation.requireFailed(Fault.WRONG_SECRET, first.server.close());
    }

    /** Shares that a holder kept from another session are on no polynomial of this one. */
    @Test
    void sharesOfAnotherRound_areNamedAsLies() throws Refusal {
        Driven driven = new Driven().upTo(MessageKind.SURVIVOR_VOTE);
        Driven earlier = new Driven();
        earlier.clients.clear();
        for (int i = 0; i < 9; i++) {
            earlier.clients.put(Cohort.name(i), cohort.open(i, context, 77));
        }
        earlier.upTo(MessageKind.SURVIVOR_VOTE);
        List<byte[]> old = new ArrayList<>();
        earlier.pass(
                Set.of(),
                answer -> {
                    old.add(answer);
                    return answer;
                });
        driven.pass(Set.of(), answer -> replayed(answer, old));

        SecAggResult result = Simulation.finished(driven.server.close());

        assertEquals(List.of(Cohort.name(0)), result.liars());
        driven.requireSum(result);
    }

    /**
     * The first answer's shares replaced by those of the other session, behind the right header.
     */
    private static byte[] replayed(byte[] answer, List<byte[]> old) {
        if (old.isEmpty()) {
            return answer;
        }
        byte[] replayed = answer.clone();
        byte[] other = old.getFirst();
        System.arraycopy(other, 66, replayed, 66, other.length - 66);
        old.clear();
        return replayed;
    }

    /** A dealer whose boxes nobody can open is named when its secret is missing. */
    @Test
    void dealer_ofRubbishToAll_failsTheSessionAndIsNamed() throws Refusal {
        Driven driven = new Driven().upTo(MessageKind.KEY_ADVERT);
        int[] sent = new int[1];
        driven.pass(Set.of(), answer -> sent[0]++ == 2 ? rubbish(answer, 0, 8) : answer);
        while (driven.server.collects().orElseThrow() != MessageKind.UNMASK_SHARES) {
            driven.pass(Set.of(), UnaryOperator.identity());
        }

        ServerStep.Failed failed = assertInstanceOf(ServerStep.Failed.class, driven.server.close());

        assertEquals(Fault.TOO_FEW_SHARES, failed.fault());
        assertEquals(List.of(Cohort.name(2)), failed.culprits());
    }

    @Test
    void dealer_ofRubbishToAFew_doesNotStopTheSession() throws Refusal {
        Driven driven = new Driven().upTo(MessageKind.KEY_ADVERT);
        int[] sent = new int[1];
        driven.pass(Set.of(), answer -> sent[0]++ == 2 ? rubbish(answer, 4, 7) : answer);
        driven.pass(Set.of(6, 7), UnaryOperator.identity());
        driven.pass(Set.of(), UnaryOperator.identity());
        driven.pass(Set.of(), UnaryOperator.identity());

        SecAggResult result = Simulation.finished(driven.server.close());

        driven.requireSum(result, 6, 7);
        assertEquals(List.of(Cohort.name(6), Cohort.name(7)), result.dropped());
    }

    private static byte[] rubbish(byte[] sharePackage, int from, int to) {
        byte[] changed = sharePackage.clone();
        for (int box = from; box < to; box++) {
            changed[66 + 82 * box] ^= 1;
        }
        return changed;
    }

    @Test
    void messages_repeatedOrInConflict_leaveTheFirstStanding() throws Refusal {
        Driven driven = new Driven().upTo(MessageKind.MASKED_INPUT);
        SecAggClient client = driven.clients.firstEntry().getValue();
        byte[] advert = client.advert().answer().orElseThrow();
        byte[] input =
                assertInstanceOf(
                                ClientStep.Repeated.class,
                                driven.clients
                                        .get(Cohort.name(1))
                                        .give(RingVector.zeros(Ring.WORDS_32, 6)))
                        .answer()
                        .orElseThrow();
        byte[] changed = input.clone();
        changed[changed.length - 1] ^= 1;

        assertEquals(new Receipt.Repeated(), driven.server.accept(client.name(), advert));
        assertEquals(new Receipt.Repeated(), driven.server.accept(Cohort.name(1), input));
        assertEquals(Fault.CONFLICT, rejected(driven.server.accept(Cohort.name(1), changed)));
        driven.pass(Set.of(), UnaryOperator.identity());
        driven.pass(Set.of(), UnaryOperator.identity());
        driven.requireSum(Simulation.finished(driven.server.close()));
    }

    @Test
    void input_afterTheSurvivorsAreFixed_isLateAndNeverOpened() throws Refusal {
        Driven driven = new Driven().upTo(MessageKind.SHARE_PACKAGE);
        SecAggClient late = driven.clients.get(Cohort.name(5));
        driven.pass(Set.of(5), UnaryOperator.identity());
        driven.pass(Set.of(), UnaryOperator.identity());
        ClientStep.Repeated input =
                assertInstanceOf(
                        ClientStep.Repeated.class, late.give(RingVector.zeros(Ring.WORDS_32, 6)));

        Receipt receipt = driven.server.accept(late.name(), input.answer().orElseThrow());

        assertEquals(Fault.LATE, rejected(receipt));
        driven.pass(Set.of(), UnaryOperator.identity());
        driven.requireSum(Simulation.finished(driven.server.close()), 5);
    }

    @Test
    void adverts_ofOutsidersForOthersOrUnsigned_areRejected() throws Refusal {
        SecAggServer server = cohort.server(context);
        byte[] right = cohort.open(0, context, 3).advert().answer().orElseThrow();
        SigningKey key = SigningKey.generate(SeededRandom.of(55));
        SecAggClient outsider =
                SecAggClient.open(
                        context,
                        new Member("outsider", key),
                        cohort.policy(),
                        SessionMemory.fresh("demo"),
                        SeededRandom.of(5));
        SecAggClient impostor =
                SecAggClient.open(
                        context,
                        new Member(Cohort.name(0), key),
                        cohort.policy(),
                        SessionMemory.fresh("demo"),
                        SeededRandom.of(5));
        byte[] unsigned = right.clone();
        unsigned[unsigned.length - 1] ^= 1;

        assertEquals(
                Fault.UNKNOWN_SENDER,
                rejected(server.accept("outsider", outsider.advert().answer().orElseThrow())));
        assertEquals(
                Fault.NOT_ON_ROSTER,
                rejected(server.accept(Cohort.name(0), impostor.advert().answer().orElseThrow())));
        assertEquals(Fault.UNKNOWN_SENDER, rejected(server.accept(Cohort.name(1), right)));
        assertEquals(Fault.BAD_SIGNATURE, rejected(server.accept(Cohort.name(0), unsigned)));
        assertEquals(new Receipt.Accepted(), server.accept(Cohort.name(0), right));
    }

    /**
     * A member with keys like another's, or of low order, must not make the others refuse the list.
     */
    @Test
    void adverts_withKeysThatOthersWouldRefuse_areRejectedAlone() throws Refusal {
        Session session = Session.of(context);
        SecAggServer server = cohort.server(context);
        KeyAdvert right =
                KeyAdvert.decode(
                        session, cohort.open(0, context, 3).advert().answer().orElseThrow());
        server.accept(Cohort.name(0), right.encode(session));

        assertEquals(
                Fault.DUPLICATE_KEY,
                rejected(server.accept(Cohort.name(1), signed(session, right.channelKey()))));
        assertEquals(
                Fault.WEAK_KEY,
                rejected(server.accept(Cohort.name(1), signed(session, new byte[32]))));
    }

    private static byte[] signed(Session session, byte[] channelKey) {
        KeyAdvert unsigned =
                new KeyAdvert(
                        Cohort.name(1),
                        Cohort.key(1).verifyingKey().bytes(),
                        channelKey,
                        PairKey.of(Agreement.X25519, new byte[32]).publicKey(),
                        Cohort.digest("r"),
                        Cohort.digest("b"),
                        new byte[0]);
        byte[] message = unsigned.encode(session);
        byte[] signature = Cohort.key(1).sign(SignatureContext.ROUND_KEYS, message);
        return JdkCrypto.concat(message, signature);
    }

    @Test
    void replacement_afterKeysAreListed_isLate() throws Refusal {
        Driven driven = new Driven();
        List<SecAggClient> early = new ArrayList<>(driven.clients.values()).subList(0, 8);
        for (SecAggClient client : early) {
            driven.accept(client, client.advert().answer().orElseThrow());
        }
        assertFalse(driven.server.isComplete());
        driven.server.close();

        SecAggClient replacement = driven.clients.get(Cohort.name(8));
        Receipt receipt =
                driven.server.accept(
                        replacement.name(), replacement.advert().answer().orElseThrow());

        assertEquals(Fault.LATE, rejected(receipt));
    }

    @Test
    void shares_outsideOfTheField_areRejectedAtOnce() throws Refusal {
        Driven driven = new Driven().upTo(MessageKind.SURVIVOR_VOTE);
        ServerStep.Send send = (ServerStep.Send) driven.server.close();
        SecAggClient client = driven.clients.get(Cohort.name(0));
        byte[] answer = driven.answer(client, send.messages().get(client.name())).orElseThrow();
        byte[] high = answer.clone();
        high[66 + 33] = 2;
        byte[] absent = answer.clone();
        absent[66] = 0;

        assertEquals(Fault.BAD_SHARE, rejected(driven.server.accept(client.name(), high)));
        assertEquals(Fault.MALFORMED, rejected(driven.server.accept(client.name(), absent)));
        driven.accept(client, answer);
    }

    @Test
    void member_thatComesBack_isToldTheLatestAgain() throws Refusal {
        Driven driven = new Driven().upTo(MessageKind.SHARE_PACKAGE);
        ServerStep.Send send = (ServerStep.Send) driven.server.close();

        assertArrayEquals(
                send.messages().get(Cohort.name(3)),
                driven.server.latestFor(Cohort.name(3)).orElseThrow());
        assertTrue(driven.server.latestFor("stranger").isEmpty());
    }

    /** The same messages and closings, in the same order, lead to the same bytes. */
    @Test
    void server_replayedFromItsJournal_sendsTheSame() throws Refusal {
        Driven driven = new Driven().upTo(MessageKind.SHARE_PACKAGE);
        List<byte[]> packages = new ArrayList<>();
        SecAggServer again = cohort.server(context);
        Driven copy = new Driven();
        for (SecAggClient client : copy.clients.values()) {
            again.accept(client.name(), client.advert().answer().orElseThrow());
        }
        ServerStep.Send list = (ServerStep.Send) again.close();
        copy.clients.forEach(
                (name, client) -> {
                    byte[] answer = copy.answer(client, list.messages().get(name)).orElseThrow();
                    packages.add(answer);
                    again.accept(name, answer);
                });

        SortedMap<String, byte[]> first = ((ServerStep.Send) driven.server.close()).messages();
        SortedMap<String, byte[]> second = ((ServerStep.Send) again.close()).messages();

        assertEquals(9, packages.size());
        assertEquals(first.keySet(), second.keySet());
        first.forEach((name, message) -> assertArrayEquals(message, second.get(name)));
    }

    @Test
    void server_forMoreNamesThanTheSessionHas_isRefused() {
        SessionContext small = Cohort.context(0, new Cohort(8).complete(1));

        assertThrows(IllegalArgumentException.class, () -> cohort.server(small));
    }
}
