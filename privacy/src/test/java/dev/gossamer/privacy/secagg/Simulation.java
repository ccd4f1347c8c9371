package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Runs one session between real clients and a real server: each member vanishes when the plan says
 * so, messages of a phase arrive in a random order, some of them more than once, and both sides see
 * repeats.
 */
final class Simulation {
    /** The last thing that a member does. */
    enum Last {
        NOTHING,
        KEYS,
        REVEAL,
        SHARES,
        INPUT,
        VOTE,
        UNMASKING
    }

    private final SessionContext context;
    private final SecAggServer server;
    private final Random random;
    private final Map<String, Last> plan = new TreeMap<>();
    private final SortedMap<String, SecAggClient> clients = new TreeMap<>();
    private final Map<String, RingVector> inputs = new TreeMap<>();

    Simulation(Cohort cohort, SessionContext context, long seed) throws Refusal {
        this.context = context;
        random = new Random(seed);
        server = cohort.server(context);
        for (int i = 0; i < context.parameters().cohort(); i++) {
            SecAggClient client = cohort.open(i, context, seed);
            clients.put(client.name(), client);
            inputs.put(client.name(), randomInput());
            plan.put(client.name(), Last.UNMASKING);
        }
    }

    private RingVector randomInput() {
        long[] values = new long[context.parameters().words()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(2001) - 1000L;
        }
        return RingVector.ofSigned(context.parameters().ring(), values);
    }

    Simulation vanishing(int member, Last last) {
        plan.put(Cohort.name(member), last);
        return this;
    }

    SecAggServer server() {
        return server;
    }

    SecAggClient client(int member) {
        return clients.get(Cohort.name(member));
    }

    RingVector input(String name) {
        return inputs.get(name);
    }

    private boolean does(String name, Last step) {
        return plan.get(name).compareTo(step) >= 0;
    }

    /** Runs to the end. */
    ServerStep run() {
        SortedMap<String, byte[]> adverts = new TreeMap<>();
        clients.forEach(
                (name, client) -> {
                    if (does(name, Last.KEYS)) {
                        adverts.put(name, client.advert().answer().orElseThrow());
                    }
                });
        deliver(adverts);
        ServerStep step = server.close();
        while (step instanceof ServerStep.Send send) {
            deliver(answers(send));
            step = server.close();
        }
        return step;
    }

    private SortedMap<String, byte[]> answers(ServerStep.Send send) {
        Last step = stepThatAnswers(server.collects().orElseThrow());
        SortedMap<String, byte[]> answers = new TreeMap<>();
        send.messages()
                .forEach(
                        (name, message) -> {
                            if (does(name, step)) {
                                answer(name, message)
                                        .ifPresent(answer -> answers.put(name, answer));
                            }
                        });
        return answers;
    }

    static Last stepThatAnswers(MessageKind kind) {
        return switch (kind) {
            case KEY_ADVERT -> Last.KEYS;
            case REVEAL -> Last.REVEAL;
            case SHARE_PACKAGE -> Last.SHARES;
            case MASKED_INPUT -> Last.INPUT;
            case SURVIVOR_VOTE -> Last.VOTE;
            case UNMASK_SHARES -> Last.UNMASKING;
            case KEY_LIST, REVEAL_LIST, SHARE_DELIVERY, SURVIVOR_LIST, VOTE_LIST ->
                    throw new IllegalArgumentException("the server's own: kind=" + kind);
        };
    }

    /** What a client sends for a message, with its input when it is time. */
    Optional<byte[]> answer(String name, byte[] message) {
        SecAggClient client = clients.get(name);
        Optional<byte[]> answer = advanced(client.receive(message)).answer();
        if (random.nextInt(4) == 0) {
            ClientStep.Repeated again =
                    assertInstanceOf(ClientStep.Repeated.class, client.receive(message));
            assertArrayEquals(answer.orElse(new byte[0]), again.answer().orElse(new byte[0]));
        }
        if (client.wantsInput()) {
            return advanced(client.give(inputs.get(name))).answer();
        }
        return answer;
    }

    static ClientStep.Advanced advanced(ClientStep step) {
        return assertInstanceOf(ClientStep.Advanced.class, step, step::toString);
    }

    private void deliver(SortedMap<String, byte[]> messages) {
        List<String> arrivals = new ArrayList<>();
        for (String name : messages.keySet()) {
            for (int copies = 1 + random.nextInt(5) / 4; copies > 0; copies--) {
                arrivals.add(name);
            }
        }
        Collections.shuffle(arrivals, random);
        Map<String, Boolean> seen = new TreeMap<>();
        for (String name : arrivals) {
            Receipt receipt = server.accept(name, messages.get(name));
            Receipt expected =
                    seen.putIfAbsent(name, true) == null
                            ? new Receipt.Accepted()
                            : new Receipt.Repeated();
            assertEquals(expected, receipt);
        }
    }

    /** Holds each sum to the plain sum of its members' inputs. */
    void requireExact(SecAggResult result) {
        for (SecAggResult.Sum sum : result.sums()) {
            RingVector plain =
                    RingVector.zeros(context.parameters().ring(), context.parameters().words());
            sum.members().forEach(name -> plain.addInPlace(inputs.get(name)));
            assertArrayEquals(plain.signed(), sum.words().signed());
        }
    }

    static SecAggResult finished(ServerStep step) {
        return assertInstanceOf(ServerStep.Finished.class, step, step::toString).result();
    }

    static void requireFailed(Fault fault, ServerStep step) {
        assertEquals(
                fault,
                assertInstanceOf(ServerStep.Failed.class, step, step::toString).fault(),
                step::toString);
    }
}
