package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.identity.RandomSourceException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a client keeps, and what it must never do twice. */
class SecAggClientTest {
    private static final RingVector INPUT = RingVector.of(new int[] {1, -2, 3});

    private final Cohort cohort = new Cohort(4);

    private SessionContext context(Agreement agreement, Topology topology, int attempt) {
        return Cohort.context(
                attempt, new SecAggParameters(Ring.WORDS_32, 3, 4, 3, 0, agreement, topology));
    }

    private SessionContext context(int attempt) {
        return context(Agreement.X25519, new Topology.Complete(), attempt);
    }

    /** What a session's first member was sent and recorded, and what it answered. */
    private final class Recorded {
        final List<byte[]> messages = new ArrayList<>();
        final List<byte[]> records = new ArrayList<>();
        final List<byte[]> answers = new ArrayList<>();

        Recorded(SessionContext context) throws Refusal {
            SecAggServer server = cohort.server(context);
            SortedMap<String, SecAggClient> clients = new TreeMap<>();
            for (int i = 0; i < 4; i++) {
                SecAggClient client = cohort.open(i, context, 8);
                clients.put(client.name(), client);
                server.accept(client.name(), client.advert().answer().orElseThrow());
            }
            records.add(clients.get(Cohort.name(0)).advert().record());
            answers.add(clients.get(Cohort.name(0)).advert().answer().orElseThrow());
            while (server.close() instanceof ServerStep.Send send) {
                send.messages()
                        .forEach((name, message) -> step(clients.get(name), server, message));
            }
        }

        private void step(SecAggClient client, SecAggServer server, byte[] message) {
            boolean isFirst = client.name().equals(Cohort.name(0));
            if (isFirst) {
                messages.add(message);
            }
            keep(isFirst, client, server, Simulation.advanced(client.receive(message)));
            if (client.wantsInput()) {
                keep(isFirst, client, server, Simulation.advanced(client.give(INPUT)));
            }
        }

        private void keep(
                boolean isFirst,
                SecAggClient client,
                SecAggServer server,
                ClientStep.Advanced step) {
            if (isFirst) {
                records.add(step.record());
                step.answer().ifPresent(answers::add);
            }
            step.answer().ifPresent(answer -> server.accept(client.name(), answer));
        }
    }

    /**
     * Wherever it is stopped, a restored client answers old and new messages with the same bytes.
     */
    @ParameterizedTest
    @EnumSource(Agreement.class)
    void client_restoredAfterAnyRecord_goesOnWithTheSameBytes(Agreement agreement) throws Refusal {
        for (Topology topology : List.of(new Topology.Complete(), new Topology.Regular(2, 2))) {
            Recorded run = new Recorded(context(agreement, topology, 0));
            for (int stop = 1; stop <= run.records.size(); stop++) {
                SecAggClient client =
                        SecAggClient.restore(
                                cohort.member(0), cohort.policy(), run.records.subList(0, stop));

                List<byte[]> answers = new ArrayList<>();
                answers.add(client.advert().answer().orElseThrow());
                for (byte[] message : run.messages) {
                    answer(client.receive(message), answers);
                    if (MessageKind.of(message) == MessageKind.SHARE_DELIVERY) {
                        answer(client.give(INPUT), answers);
                    }
                }

                assertEquals(run.answers.size(), answers.size());
                for (int i = 0; i < answers.size(); i++) {
                    assertArrayEquals(run.answers.get(i), answers.get(i), "answer " + i);
                }
                assertTrue(client.isDone() && client.memory().released());
            }
        }
    }

    private static void answer(ClientStep step, List<byte[]> answers) {
        switch (step) {
            case ClientStep.Advanced advanced -> advanced.answer().ifPresent(answers::add);
            case ClientStep.Repeated repeated -> repeated.answer().ifPresent(answers::add);
            case ClientStep.Refused refused -> throw new AssertionError(refused);
        }
    }

    @Test
    void records_thatAreNotThoseOfOneClient_areRefused() throws Refusal {
        Recorded run = new Recorded(context(0));
        List<byte[]> swapped = new ArrayList<>(run.records);
        swapped.set(1, run.records.get(2));
        List<byte[]> inputTooEarly = List.of(run.records.get(0), run.records.get(3));
        List<byte[]> odd = List.of(run.records.get(0), new byte[] {9});

        for (List<byte[]> records :
                List.of(
                        List.<byte[]>of(),
                        run.records.subList(1, 3),
                        swapped,
                        inputTooEarly,
                        odd,
                        List.of(run.records.get(0), new byte[0]))) {
            assertThrows(
                    Refusal.class,
                    () -> SecAggClient.restore(cohort.member(0), cohort.policy(), records));
        }
        for (int cut = 0; cut < run.records.get(0).length; cut++) {
            List<byte[]> first = List.of(Arrays.copyOf(run.records.get(0), cut));
            assertThrows(
                    Refusal.class,
                    () -> SecAggClient.restore(cohort.member(0), cohort.policy(), first));
        }
    }

    @Test
    void input_givenAgain_isAnsweredWithTheFirst() throws Refusal {
        Recorded run = new Recorded(context(0));
        SecAggClient client =
                SecAggClient.restore(cohort.member(0), cohort.policy(), run.records.subList(0, 4));

        ClientStep.Repeated again =
                assertInstanceOf(
                        ClientStep.Repeated.class, client.give(RingVector.of(new int[] {9, 9, 9})));

        assertArrayEquals(run.answers.get(2), again.answer().orElseThrow());
    }

    @Test
    void input_beforeItIsWantedOrOfAnotherShape_isAMistakeOfTheCaller() throws Refusal {
        Recorded run = new Recorded(context(0));
        SecAggClient early = cohort.open(0, context(0), 8);
        SecAggClient ready =
                SecAggClient.restore(cohort.member(0), cohort.policy(), run.records.subList(0, 3));

        assertThrows(IllegalStateException.class, () -> early.give(INPUT));
        assertTrue(ready.wantsInput());
        for (RingVector wrong :
                List.of(RingVector.of(new int[] {1, 2}), RingVector.of(new long[] {1, 2, 3}))) {
            assertThrows(IllegalArgumentException.class, () -> ready.give(wrong));
        }
        assertTrue(ready.wantsInput());
        assertArrayEquals(new long[] {1, -2, 3}, INPUT.signed());
    }

    /** Whoever lost its records has a memory that says the session is begun: it stays out. */
    @Test
    void session_begunBefore_isNotBegunAgain() throws Refusal {
        SecAggClient first = cohort.open(0, context(1), 8);

        for (int attempt = 0; attempt <= 1; attempt++) {
            SessionContext again = context(attempt);
            assertEquals(Fault.SPENT_SESSION, openFault(again, first.memory()));
        }
        assertFalse(first.memory().released());
        SecAggClient next =
                SecAggClient.open(
                        context(2),
                        cohort.member(0),
                        cohort.policy(),
                        first.memory(),
                        SeededRandom.of(1));
        assertEquals(2, next.memory().attempt());
    }

    private Fault openFault(SessionContext context, SessionMemory memory) {
        return assertThrows(
                        Refusal.class,
                        () ->
                                SecAggClient.open(
                                        context,
                                        cohort.member(0),
                                        cohort.policy(),
                                        memory,
                                        SeededRandom.of(1)))
                .fault();
    }

    /** A second attempt at a round that was opened would open a second sum of the same inputs. */
    @Test
    void round_whoseSharesWereSent_isNotBegunAgainInAnyAttempt() throws Refusal {
        Recorded run = new Recorded(context(0));
        SessionMemory memory =
                SecAggClient.restore(cohort.member(0), cohort.policy(), run.records).memory();

        assertTrue(memory.released());
        assertEquals(Fault.SPENT_SESSION, openFault(context(1), memory));
        assertEquals(Fault.SPENT_SESSION, openFault(context(0), SessionMemory.fresh("other run")));
        assertEquals(
                Fault.SPENT_SESSION, openFault(context(0), new SessionMemory("demo", 8, 0, true)));
    }

    @Test
    void randomSource_constantOrFailing_isRefused() {
        SecureRandom constant =
                new SecureRandom() {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public void nextBytes(byte[] bytes) {
                        Arrays.fill(bytes, (byte) 0x42);
                    }
                };

        assertThrows(
                RandomSourceException.class,
                () ->
                        SecAggClient.open(
                                context(0),
                                cohort.member(0),
                                cohort.policy(),
                                SessionMemory.fresh("demo"),
                                constant));
    }

    @Test
    void policy_thatHidesNothing_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ClientPolicy(2, cohort.pinned()));
        assertThrows(IllegalArgumentException.class, () -> new Member("Bad Name", Cohort.key(0)));
    }
}
