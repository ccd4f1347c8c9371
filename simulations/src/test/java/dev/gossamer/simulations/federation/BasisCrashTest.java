package dev.gossamer.simulations.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.simulations.federation.TinyFederation.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Nodes that die while a basis is found, merged or made anew: the adapter does not tell. */
class BasisCrashTest {
    /** The death of the process, as a test double of the disk brings it about. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Kills at the write of that number, before or after it is done. */
    private static TinyFederation.Disk fatal(int write, boolean written) {
        int[] left = {write};
        return action -> {
            left[0]--;
            if (left[0] != 0 || written) {
                action.run();
            }
            if (left[0] == 0) {
                throw new Killed();
            }
        };
    }

    static Stream<RunFile> runs() {
        return Stream.of(TinyFederation.FOUND, TinyFederation.REBASED);
    }

    private static Outcome undisturbed(RunFile run) {
        return new TinyFederation(run).finish();
    }

    private static void assertSame(Outcome expected, Outcome outcome, String where) {
        assertEquals("done", outcome.outcome(), where);
        assertEquals(expected.adapter(), outcome.adapter(), where);
    }

    private static long count(TinyFederation nodes, Class<? extends RunEvent> kind) {
        return nodes.events.stream().filter(kind::isInstance).count();
    }

    /** Three bases, each by two passes of four clients; the last round has no other after it. */
    @Test
    void found_undisturbed_makesABasisForEachRound() {
        TinyFederation nodes = new TinyFederation(TinyFederation.FOUND);

        Outcome outcome = nodes.finish();

        assertEquals("done", outcome.outcome());
        assertEquals(3, count(nodes, RunEvent.BasisMade.class));
        assertEquals(2, count(nodes, RunEvent.Merged.class));
        assertEquals(3 * 2 * 4, count(nodes, RunEvent.Sketched.class));
        assertEquals(List.of(3, 3, 3), outcome.rounds().stream().map(r -> r.reports()).toList());
    }

    @Test
    void rebased_undisturbed_makesAnotherBasisWhereLittleIsCaptured() {
        TinyFederation nodes = new TinyFederation(TinyFederation.REBASED);

        Outcome outcome = nodes.finish();

        assertEquals("done", outcome.outcome());
        assertEquals(2, count(nodes, RunEvent.Merged.class));
        assertEquals(3, count(nodes, RunEvent.BasisMade.class));
        assertNotEquals(undisturbed(TinyFederation.FOUND).adapter(), outcome.adapter());
    }

    private static boolean killedAtWrite(
            RunFile run, Outcome expected, int write, boolean written) {
        TinyFederation nodes =
                new TinyFederation(
                        TinyFederation.Cast.of(run),
                        fatal(write, written),
                        (node, client) -> client,
                        event -> {});
        boolean killed = false;
        try {
            nodes.finish();
        } catch (Killed e) {
            killed = true;
            nodes.restart(NodeId.COORDINATOR);
        }
        assertSame(expected, nodes.finish(), "write=" + write + ", written=" + written);
        return killed;
    }

    @ParameterizedTest
    @MethodSource("runs")
    void coordinator_killedAtAnyWrite_endsAsUndisturbed(RunFile run) {
        Outcome expected = undisturbed(run);

        int write = 1;
        while (killedAtWrite(run, expected, write, false)
                && killedAtWrite(run, expected, write, true)) {
            write++;
        }

        assertTrue(write > 60, "writes=" + write);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void anyNode_killedAfterAnyEvent_endsAsUndisturbed(RunFile run) {
        Outcome expected = undisturbed(run);
        List<NodeId> all = new ArrayList<>(TinyFederation.CLIENTS);
        all.add(NodeId.COORDINATOR);
        int events = 0;

        for (NodeId node : all) {
            int event = 0;
            TinyFederation nodes = new TinyFederation(run);
            while (nodes.happen(event)) {
                nodes.restart(node);
                assertSame(expected, nodes.finish(), "node=" + node + ", event=" + event);
                nodes = new TinyFederation(run);
                event++;
            }
            events += event;
        }

        assertTrue(events > 700, "events=" + events);
    }

    @ParameterizedTest
    @MethodSource("runs")
    void nodes_killedAgainAndAgain_endAsUndisturbed(RunFile run) {
        Outcome expected = undisturbed(run);
        List<NodeId> all = new ArrayList<>(TinyFederation.CLIENTS);
        all.add(NodeId.COORDINATOR);

        for (int seed = 0; seed < 100; seed++) {
            CounterRandom random = CounterRandom.of(seed, "crashes", 0, "");
            TinyFederation nodes = new TinyFederation(run);
            for (int i = 0; i < 20 && nodes.happen(random.nextInt(40)); i++) {
                nodes.restart(all.get(random.nextInt(all.size())));
            }

            assertSame(expected, nodes.finish(), "seed=" + seed);
        }
    }
}
