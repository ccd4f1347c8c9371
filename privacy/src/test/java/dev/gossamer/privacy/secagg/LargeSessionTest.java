package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Sessions whose graph is drawn: regular ones and groups. */
class LargeSessionTest {
    private final Cohort cohort = new Cohort(24);
    private final SecAggParameters regular =
            new SecAggParameters(
                    Ring.WORDS_64, 3, 24, 12, 0, Agreement.X25519, new Topology.Regular(8, 5));

    @Test
    void regularGraph_overRandomSchedules_givesThePlainSumOrNothing() throws Refusal {
        int finished = 0;
        for (long seed = 0; seed < 25; seed++) {
            Random random = new Random(seed);
            Simulation simulation = new Simulation(cohort, Cohort.context(0, regular), seed);
            List<Simulation.Last> lasts =
                    List.of(
                            Simulation.Last.REVEAL,
                            Simulation.Last.SHARES,
                            Simulation.Last.INPUT,
                            Simulation.Last.VOTE);
            Set<Integer> dropped = new TreeSet<>();
            for (int member = 0; member < 24; member++) {
                if (random.nextInt(8) == 0) {
                    Simulation.Last last = lasts.get(random.nextInt(4));
                    simulation.vanishing(member, last);
                    if (last.compareTo(Simulation.Last.INPUT) < 0) {
                        dropped.add(member);
                    }
                }
            }

            ServerStep step = simulation.run();

            if (step instanceof ServerStep.Finished done) {
                simulation.requireExact(done.result());
                assertEquals(24 - dropped.size(), done.result().sum().count());
                finished++;
            } else {
                Simulation.requireFailed(Fault.TOO_FEW_SHARES, step);
            }
        }
        assertTrue(finished >= 18, "finished=" + finished);
    }

    /** A member that is no contributor may be silent when contributions are asked for. */
    @Test
    void memberWithoutAPart_mayVanishBeforeTheGraphIsDrawn() throws Refusal {
        int finished = 0;
        for (int member = 0; member < 4; member++) {
            Simulation simulation = new Simulation(cohort, Cohort.context(0, regular), 9);
            simulation.vanishing(member, Simulation.Last.KEYS);
            ServerStep step = simulation.run();
            if (step instanceof ServerStep.Finished done) {
                simulation.requireExact(done.result());
                assertEquals(List.of(Cohort.name(member)), done.result().dropped());
                finished++;
            } else {
                Simulation.requireFailed(Fault.NO_REVEAL, step);
                assertEquals(List.of(Cohort.name(member)), ((ServerStep.Failed) step).culprits());
            }
        }
        // 8 of 24 contribute; with this seed at least one of the four does and one does not
        assertTrue(finished > 0 && finished < 4, "finished=" + finished);
    }

    /** A contributor that does not reveal ends the attempt; the next goes on without it. */
    @Test
    void contributor_thatDoesNotReveal_endsTheAttemptAndTheNextSucceedsWithoutIt() throws Refusal {
        SessionContext first = Cohort.context(0, regular);
        SecAggServer server = cohort.server(first);
        List<SecAggClient> clients = opened(first, SessionMemory.fresh("demo"));
        SortedMap<String, byte[]> lists = advertised(server, clients);
        List<SecAggClient> contributors = new ArrayList<>();
        for (SecAggClient client : clients) {
            Optional<byte[]> reveal =
                    Simulation.advanced(client.receive(lists.get(client.name()))).answer();
            if (reveal.isPresent()) {
                contributors.add(client);
                if (contributors.size() > 1) {
                    server.accept(client.name(), reveal.get());
                }
            }
        }
        assertEquals(8, contributors.size());

        ServerStep.Failed failed = assertInstanceOf(ServerStep.Failed.class, server.close());

        String missing = contributors.getFirst().name();
        assertEquals(Fault.NO_REVEAL, failed.fault());
        assertEquals(List.of(missing), failed.culprits());
        SessionContext second = Cohort.context(1, regular);
        List<SecAggClient> others = opened(second, clients.getFirst().memory());
        others.removeIf(client -> client.name().equals(missing));
        SecAggServer next = cohort.server(second);
        assertEquals(23, advertised(next, others).size());
    }

    private List<SecAggClient> opened(SessionContext context, SessionMemory memory) throws Refusal {
        List<SecAggClient> clients = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            clients.add(
                    SecAggClient.open(
                            context,
                            cohort.member(i),
                            cohort.policy(),
                            memory,
                            SeededRandom.of(500 + i)));
        }
        return clients;
    }

    private static SortedMap<String, byte[]> advertised(
            SecAggServer server, List<SecAggClient> clients) {
        for (SecAggClient client : clients) {
            server.accept(client.name(), client.advert().answer().orElseThrow());
        }
        return ((ServerStep.Send) server.close()).messages();
    }

    @Test
    void reveals_otherThanCommitted_areRefusedByBothSides() throws Refusal {
        SessionContext context = Cohort.context(0, regular);
        Session session = Session.of(context);
        SecAggServer server = cohort.server(context);
        List<SecAggClient> clients = opened(context, SessionMemory.fresh("demo"));
        SortedMap<String, byte[]> lists = advertised(server, clients);
        SortedMap<String, byte[]> reveals = new TreeMap<>();
        for (SecAggClient client : clients) {
            Simulation.advanced(client.receive(lists.get(client.name())))
                    .answer()
                    .ifPresent(reveal -> reveals.put(client.name(), reveal));
        }
        Sha256 view = KeyList.decode(session, lists.firstEntry().getValue()).view();
        String name = reveals.firstKey();
        byte[] other = new Reveal(new byte[32]).encode(session, view);

        Receipt.Rejected rejected =
                assertInstanceOf(Receipt.Rejected.class, server.accept(name, other));
        reveals.forEach(server::accept);
        byte[] list = ((ServerStep.Send) server.close()).messages().get(name);
        byte[] changed = list.clone();
        changed[changed.length - 1] ^= 1;
        ClientStep.Refused refused =
                assertInstanceOf(ClientStep.Refused.class, clients.getFirst().receive(changed));

        assertEquals(Fault.BAD_COMMITMENT, rejected.fault());
        assertEquals(List.of(name), rejected.culprits());
        assertEquals(Fault.BAD_COMMITMENT, refused.fault());
        assertEquals(List.of(reveals.lastKey()), refused.culprits());
        assertInstanceOf(ClientStep.Advanced.class, clients.getFirst().receive(list));
        assertInstanceOf(
                Receipt.Rejected.class, server.accept(notIn(reveals.keySet()), reveals.get(name)));
    }

    private static String notIn(Set<String> names) {
        for (int i = 0; ; i++) {
            if (!names.contains(Cohort.name(i))) {
                return Cohort.name(i);
            }
        }
    }

    /**
     * Two groups lose a member each and are not opened; four are left of the five that there were.
     */
    @Test
    void groups_belowTheirMinimum_areMissingAndTheOthersAreExact() throws Refusal {
        Cohort fifteen = new Cohort(15);
        SecAggParameters parameters =
                new GroupedSecAgg(new Topology.Groups(3, 1), 15)
                        .parameters(Ring.WORDS_32, 2, 3, 0, Agreement.X25519);
        Simulation simulation = new Simulation(fifteen, Cohort.context(0, parameters), 4);
        simulation.vanishing(2, Simulation.Last.SHARES);

        SecAggResult result = Simulation.finished(simulation.run());

        assertEquals(4, result.sums().size());
        assertEquals(3, result.dropped().size());
        assertTrue(result.dropped().contains(Cohort.name(2)));
        simulation.requireExact(result);
        assertThrows(IllegalStateException.class, result::sum);
        Set<String> all = new TreeSet<>();
        result.sums().forEach(sum -> all.addAll(sum.members()));
        assertEquals(12, all.size());
    }

    @Test
    void groups_tooFewLeft_failTheSession() throws Refusal {
        Cohort nine = new Cohort(9);
        SecAggParameters parameters =
                new GroupedSecAgg(new Topology.Groups(3, 1), 9)
                        .parameters(Ring.WORDS_32, 2, 3, 0, Agreement.X25519);
        for (Simulation.Last last :
                List.of(
                        Simulation.Last.REVEAL,
                        Simulation.Last.SHARES,
                        Simulation.Last.INPUT,
                        Simulation.Last.VOTE)) {
            Simulation simulation = new Simulation(nine, Cohort.context(0, parameters), 4);
            // with a minimum of three, a group is lost with one member unless its input is in
            boolean isIn = last.compareTo(Simulation.Last.INPUT) >= 0;
            simulation.vanishing(2, last);

            ServerStep step = simulation.run();

            if (isIn) {
                simulation.requireExact(Simulation.finished(step));
            } else {
                Simulation.requireFailed(Fault.TOO_FEW_GROUPS, step);
            }
        }
    }

    @Test
    void client_whoseOwnMinimumIsAboveAGroup_takesNoPart() throws Refusal {
        Cohort nine = new Cohort(9);
        SessionContext context =
                Cohort.context(
                        0,
                        new GroupedSecAgg(new Topology.Groups(3, 1), 9)
                                .parameters(Ring.WORDS_32, 2, 3, 0, Agreement.X25519));
        SecAggServer server = nine.server(context);
        SortedMap<String, byte[]> reveals = new TreeMap<>();
        List<SecAggClient> clients = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            clients.add(
                    SecAggClient.open(
                            context,
                            nine.member(i),
                            new ClientPolicy(i == 0 ? 4 : 3, nine.pinned()),
                            SessionMemory.fresh("demo"),
                            SeededRandom.of(i)));
        }
        SortedMap<String, byte[]> lists = advertised(server, clients);
        for (SecAggClient client : clients) {
            Simulation.advanced(client.receive(lists.get(client.name())))
                    .answer()
                    .ifPresent(reveal -> reveals.put(client.name(), reveal));
        }
        reveals.forEach(server::accept);
        byte[] list = ((ServerStep.Send) server.close()).messages().get(Cohort.name(0));

        ClientStep.Refused refused =
                assertInstanceOf(ClientStep.Refused.class, clients.getFirst().receive(list));

        assertEquals(Fault.TOO_FEW_MEMBERS, refused.fault());
        assertEquals(
                "fewer members of its sum than this client's own minimum: count=3, minimum=4",
                refused.reason());
    }

    /** Both agreements, with drop-outs, in a complete graph and in a regular one. */
    @Test
    void hybridAgreement_givesThePlainSumWithDropouts() throws Refusal {
        for (Topology topology : List.of(new Topology.Complete(), new Topology.Regular(4, 3))) {
            Cohort six = new Cohort(6);
            SecAggParameters parameters =
                    new SecAggParameters(
                            Ring.WORDS_64, 4, 6, 4, 0, Agreement.X25519_ML_KEM_768, topology);
            Simulation simulation = new Simulation(six, Cohort.context(0, parameters), 2);
            simulation.vanishing(2, Simulation.Last.SHARES);
            simulation.vanishing(5, Simulation.Last.SHARES);

            SecAggResult result = Simulation.finished(simulation.run());

            simulation.requireExact(result);
            assertEquals(4, result.sum().count());
        }
    }
}
