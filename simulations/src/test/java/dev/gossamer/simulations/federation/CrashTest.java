package dev.gossamer.simulations.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.simulations.federation.TinyFederation.Outcome;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Nodes that die at any point and come back: the adapter is that of the undisturbed run. */
class CrashTest {
    private static final Outcome UNDISTURBED = new TinyFederation().finish();

    /** The death of the process, as a test double of the disk brings it about. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Kills at one write, before or after it is done. */
    private static final class FatalDisk implements TinyFederation.Disk {
        private final int fatal;
        private final boolean written;
        private int writes;

        FatalDisk(int fatal, boolean written) {
            this.fatal = fatal;
            this.written = written;
        }

        @Override
        public void write(Runnable write) {
            writes++;
            if (writes != fatal || written) {
                write.run();
            }
            if (writes == fatal) {
                throw new Killed();
            }
        }
    }

    private static void assertUndisturbed(Outcome outcome, String where) {
        assertEquals("done", outcome.outcome(), where);
        assertEquals(UNDISTURBED.adapter(), outcome.adapter(), where);
    }

    @Test
    void run_undisturbed_closesThreeRoundsOfThreeReports() {
        assertEquals("done", UNDISTURBED.outcome());
        assertEquals(
                List.of(3, 3, 3), UNDISTURBED.rounds().stream().map(r -> r.reports()).toList());
        assertEquals(
                List.of(0, 4, 4),
                UNDISTURBED.rounds().stream().map(r -> r.heldOut().size()).toList());
    }

    /** Whether the write was reached. */
    private static boolean killedAtWrite(int write, boolean written) {
        TinyFederation nodes =
                new TinyFederation(
                        new FatalDisk(write, written), (node, client) -> client, event -> {});
        boolean killed = false;
        try {
            nodes.finish();
        } catch (Killed e) {
            killed = true;
            nodes.restart(NodeId.COORDINATOR);
        }
        assertUndisturbed(nodes.finish(), "write=" + write + ", written=" + written);
        return killed;
    }

    @Test
    void coordinator_killedAtAnyWrite_endsAsUndisturbed() {
        int write = 1;
        while (killedAtWrite(write, false) && killedAtWrite(write, true)) {
            write++;
        }

        // Started, basis, first adapter, the same as published and as a patch, all made; three
        // times
        // opened, three reports, the optimiser's memory, the next adapter, published, patch,
        // closed; twice four scores, evaluated; ended.
        assertEquals(6 + 3 * 9 + 2 * 5 + 1, write - 1);
    }

    @Test
    void anyNode_killedAfterAnyEvent_endsAsUndisturbed() {
        List<NodeId> all = new ArrayList<>(TinyFederation.CLIENTS);
        all.add(NodeId.COORDINATOR);
        int events = 0;

        for (NodeId node : all) {
            int event = 0;
            TinyFederation nodes = new TinyFederation();
            while (nodes.happen(event)) {
                nodes.restart(node);
                assertUndisturbed(nodes.finish(), "node=" + node + ", event=" + event);
                nodes = new TinyFederation();
                event++;
            }
            events += event;
        }

        assertTrue(events > 500, "events=" + events);
    }

    @Test
    void nodes_killedAgainAndAgain_endAsUndisturbed() {
        List<NodeId> all = new ArrayList<>(TinyFederation.CLIENTS);
        all.add(NodeId.COORDINATOR);

        for (int seed = 0; seed < 100; seed++) {
            CounterRandom random = CounterRandom.of(seed, "crashes", 0, "");
            TinyFederation nodes = new TinyFederation();
            for (int i = 0; i < 20 && nodes.happen(random.nextInt(40)); i++) {
                nodes.restart(all.get(random.nextInt(all.size())));
            }

            assertUndisturbed(nodes.finish(), "seed=" + seed);
        }
    }
}
