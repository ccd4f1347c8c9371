package dev.gossamer.simulations.federation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.artifact.MemoryState;
import dev.gossamer.protocols.codec.CodecException;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.StateException;
import dev.gossamer.protocols.node.StatePort;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.Message.Update;
import dev.gossamer.simulations.federation.TinyFederation.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** What uploads leave out is sent later, once, whatever becomes of reports and nodes. */
class FeedbackTest {
    private static final NodeId CLIENT = new NodeId("client-2");
    private static final String KEEP = "density: 0.3, values: int8, feedback: keep";

    /** A change has magnitude 10 at most, a run some ten of them: sums are exact to 10^-13. */
    private static final double TOLERANCE = 1e-12;

    private final Ledger ledger = new Ledger(run(KEEP));
    private final List<RunEvent> told = new ArrayList<>();

    private static RunFile run(String upload) {
        return run(upload, 3);
    }

    /** A cohort of two of four leaves clients out for several rounds. */
    private static RunFile run(String upload, int cohort) {
        return RunFileReader.read(
                """
                name: tiny
                model: {base: minilm-l6}
                data: {set: rows, classes: [a, b], held-out: 0.5}
                adapter: {method: fed-sb, rank: 1, targets: [query]}
                basis: {from: gradient, sample: public-sample}
                rounds: {count: 6, cohort: %d, minimum: 2, deadline: 600s}
                exchange: {upload: {%s}}
                evaluation: {every: 3, public-test: test}
                seed: 5
                """
                        .formatted(cohort, upload));
    }

    /** A federation whose reports are written down, and then replaced. */
    private TinyFederation federation(
            Ledger ledger, Function<Envelope, List<Envelope>> instead, Consumer<RunEvent> watcher) {
        return new TinyFederation(
                ledger.cast(),
                Runnable::run,
                (node, client) -> overheard(ledger, client, instead),
                event -> {
                    told.add(event);
                    watcher.accept(event);
                });
    }

    private static Node overheard(
            Ledger ledger, Node client, Function<Envelope, List<Envelope>> instead) {
        return new MeddlingNode(
                client,
                envelope -> {
                    if (!(envelope.body() instanceof TrainReport)) {
                        return List.of(envelope);
                    }
                    ledger.sent(envelope);
                    return instead.apply(envelope);
                },
                heard -> {});
    }

    private static Outcome undisturbed(RunFile run) {
        TinyFederation nodes =
                new TinyFederation(
                        TinyFederation.Cast.of(run),
                        Runnable::run,
                        (node, client) -> client,
                        event -> {});
        return nodes.finish();
    }

    private void assertNothingLost() throws CodecException {
        for (NodeId node : TinyFederation.CLIENTS) {
            double[] owed = ledger.keptOwed(node, told);

            assertArrayEquals(ledger.changesLessSent(node, told), owed, TOLERANCE, node.value());
            assertTrue(Arrays.stream(owed).anyMatch(value -> value != 0), "all was sent");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                KEEP,
                "density: 0.3, feedback: keep",
                "values: int4, feedback: keep",
                "density: 0.3, sparsify: top-k-per-tensor, values: bf16, feedback: keep",
                "density: 0.3, sparsify: random-k, feedback: keep",
                "density: 0.3, values: int8, feedback: decay, feedback-decay: 0.5",
                "density: 0.3, values: int8, feedback: reset, feedback-rounds: 1"
            })
    void kept_afterAWholeRun_isWhatTheRuleLeaves(String upload) throws CodecException {
        Ledger own = new Ledger(run(upload, 2));

        Outcome outcome = federation(own, List::of, event -> {}).finish();

        assertEquals("done", outcome.outcome());
        for (NodeId node : TinyFederation.CLIENTS) {
            double[] expected = own.expectedOwed(node, told);
            assertArrayEquals(expected, own.keptOwed(node, told), TOLERANCE, node.value());
        }
    }

    @Test
    void sentAndOwed_undisturbed_sumToAllChanges() throws CodecException {
        Outcome outcome = federation(ledger, List::of, event -> {}).finish();

        assertEquals("done", outcome.outcome());
        assertEquals(18, told.stream().filter(RunEvent.Reported.class::isInstance).count());
        assertNothingLost();
    }

    @ParameterizedTest
    @CsvSource({"decay, 0.5", "reset, 0.9"})
    void rule_thatForgets_changesWhatIsSentAfterMissedRounds(String rule, double decay) {
        String keys = "density: 0.3, values: int8, feedback-rounds: 1, feedback-decay: " + decay;

        Outcome forgets = undisturbed(run(keys + ", feedback: " + rule, 2));
        Outcome keeps = undisturbed(run(keys + ", feedback: keep", 2));

        assertNotEquals(keeps.adapter(), forgets.adapter());
        assertNotEquals(undisturbed(run(keys, 2)).adapter(), forgets.adapter());
    }

    @Test
    void reports_lostOnTheWay_areSentLater() throws CodecException {
        Outcome outcome =
                federation(ledger, e -> lost(e, ledger) ? List.of() : List.of(e), event -> {})
                        .finish();

        assertEquals("done", outcome.outcome());
        assertTrue(told.stream().filter(RunEvent.Reported.class::isInstance).count() < 18);
        assertNothingLost();
    }

    /** Every other report of one client. */
    private static boolean lost(Envelope report, Ledger ledger) {
        return report.sender().equals(CLIENT) && ledger.reports.get(CLIENT).size() % 2 == 1;
    }

    @Test
    void reports_thatAreRefused_areSentLater() throws CodecException {
        Outcome outcome =
                federation(ledger, e -> List.of(lost(e, ledger) ? cutShort(e) : e), event -> {})
                        .finish();

        assertEquals("done", outcome.outcome());
        assertTrue(told.stream().anyMatch(RunEvent.Refused.class::isInstance));
        assertNothingLost();
    }

    private static Envelope cutShort(Envelope envelope) {
        TrainReport report = (TrainReport) envelope.body();
        byte[] message = Ledger.bytes(envelope);
        byte[] cut = Arrays.copyOf(message, message.length - 1);
        return new Envelope(
                envelope.run(),
                envelope.round(),
                envelope.sender(),
                envelope.sequence(),
                new TrainReport(
                        report.version(),
                        report.layout(),
                        report.weight(),
                        new Update.Inline(cut),
                        report.loss(),
                        report.tokens()));
    }

    @Test
    void acknowledgements_thatAreLost_countNothingTwice() throws CodecException {
        Outcome expected = undisturbed(run(KEEP));
        List<TinyFederation> nodes = new ArrayList<>();
        nodes.add(
                federation(
                        ledger,
                        List::of,
                        event -> {
                            if (event instanceof RunEvent.Reported reported) {
                                cutOff(reported.node(), nodes.getFirst());
                            }
                        }));

        Outcome outcome = nodes.getFirst().finish();

        assertEquals(expected.adapter(), outcome.adapter());
        assertEquals(18, told.stream().filter(RunEvent.Left.class::isInstance).count());
        assertNothingLost();
    }

    /** Cuts {@code node}'s line for a second; what is on it is lost. */
    private static void cutOff(NodeId node, TinyFederation nodes) {
        nodes.world.disconnect(node, NodeId.COORDINATOR);
        nodes.world.after(
                Duration.ofSeconds(1), () -> nodes.world.connect(node, NodeId.COORDINATOR));
    }

    @Test
    void round_thatIsAbandoned_isAnsweredWithTheSameBytes() throws CodecException {
        Outcome outcome =
                federation(ledger, e -> inFirstAttempt(e) ? List.of() : List.of(e), event -> {})
                        .finish();

        assertEquals("done", outcome.outcome());
        assertEquals(1, told.stream().filter(RunEvent.RoundAbandoned.class::isInstance).count());
        int answeredAgain = 0;
        for (NodeId node : TinyFederation.CLIENTS) {
            List<Integer> trained = ledger.trainings.get(node);
            assertEquals(new HashSet<>(trained).size(), trained.size(), "trained a round twice");
            List<Envelope> second =
                    ledger.reports.get(node).stream().filter(e -> e.round() == 2).toList();
            if (second.size() == 2) {
                answeredAgain++;
                assertEquals(without(second.getFirst()), without(second.getLast()));
            }
        }
        assertTrue(answeredAgain > 0, "nobody was asked again");
        assertNothingLost();
    }

    private boolean inFirstAttempt(Envelope report) {
        return report.round() == 2
                && told.stream().noneMatch(RunEvent.RoundAbandoned.class::isInstance);
    }

    /** What a report says, but for its number. */
    private static List<Object> without(Envelope envelope) {
        TrainReport report = (TrainReport) envelope.body();
        return List.of(
                report.version(),
                report.layout(),
                report.weight(),
                Arrays.toString(Ledger.bytes(envelope)),
                report.loss(),
                report.tokens());
    }

    @Test
    void anyNode_killedAfterAnyEvent_endsAsUndisturbed() {
        RunFile run = run(KEEP);
        Outcome expected = undisturbed(run);
        List<NodeId> all = new ArrayList<>(TinyFederation.CLIENTS);
        all.add(NodeId.COORDINATOR);

        for (NodeId node : all) {
            int event = 0;
            TinyFederation nodes = sound(run);
            while (nodes.happen(event)) {
                nodes.restart(node);
                String where = "node=" + node + ", event=" + event;
                assertEquals(expected.adapter(), nodes.finish().adapter(), where);
                nodes = sound(run);
                event += 2;
            }
            assertTrue(event > 150, "events=" + event);
        }
    }

    private static TinyFederation sound(RunFile run) {
        return new TinyFederation(
                TinyFederation.Cast.of(run), Runnable::run, (node, client) -> client, event -> {});
    }

    /** The death of a client's process at one of its writes. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A memory in which one write goes otherwise. */
    private static final class OddState implements StatePort {
        private final StatePort sound = new MemoryState();
        private final Consumer<Runnable> odd;
        private final Set<Integer> at;
        private int writes;

        OddState(Set<Integer> at, Consumer<Runnable> odd) {
            this.at = at;
            this.odd = odd;
        }

        @Override
        public Optional<byte[]> get(String name) {
            return sound.get(name);
        }

        @Override
        public void put(String name, byte[] content) {
            writes++;
            if (at.contains(writes)) {
                odd.accept(() -> sound.put(name, content));
            } else {
                sound.put(name, content);
            }
        }

        @Override
        public void remove(String name) {
            sound.remove(name);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void client_killedAtAnyWrite_endsAsUndisturbed(boolean written) {
        Outcome expected = undisturbed(run(KEEP));
        int kills = 0;

        for (int write = 1; write <= 6; write++) {
            Ledger own = new Ledger(run(KEEP));
            own.states.put(CLIENT, new OddState(Set.of(write), put -> killed(put, written)));
            TinyFederation nodes = federation(own, List::of, event -> {});
            try {
                nodes.finish();
            } catch (Killed e) {
                kills++;
                // Whatever was sent before the write arrives before the end.
                nodes.world.after(Duration.ofMillis(100), () -> nodes.restart(CLIENT));
            }

            assertEquals(expected.adapter(), nodes.finish().adapter(), "write=" + write);
        }

        assertTrue(kills >= 3, "kills=" + kills);
    }

    private static void killed(Runnable put, boolean written) {
        if (written) {
            put.run();
        }
        throw new Killed();
    }

    private static void fail(Runnable put) {
        throw new StateException("write a state", Path.of("owed"), new IOException("disk is full"));
    }

    @Test
    void disk_thatTakesNothing_runsAsWithoutFeedback() {
        Set<Integer> all = Set.of(1, 2, 3, 4, 5, 6);
        TinyFederation.CLIENTS.forEach(
                node -> ledger.states.put(node, new OddState(all, FeedbackTest::fail)));

        Outcome outcome = federation(ledger, List::of, event -> {}).finish();

        assertEquals("done", outcome.outcome());
        assertEquals(undisturbed(run("density: 0.3, values: int8")).adapter(), outcome.adapter());
        assertEquals(Set.copyOf(TinyFederation.CLIENTS), ledger.forgotten.keySet());
    }

    @Test
    void disk_thatFailsOnce_countsNothingTwice() throws CodecException {
        ledger.states.put(CLIENT, new OddState(Set.of(2), FeedbackTest::fail));

        Outcome outcome = federation(ledger, List::of, event -> {}).finish();

        assertEquals("done", outcome.outcome());
        assertEquals(Set.of(CLIENT), ledger.forgotten.keySet());
        for (NodeId node : TinyFederation.CLIENTS) {
            double[] expected = ledger.expectedOwed(node, told);
            assertArrayEquals(expected, ledger.keptOwed(node, told), TOLERANCE, node.value());
        }
    }

    /** Reads fail, or give bytes that nobody wrote. */
    private record Unreadable(boolean fails) implements StatePort {
        @Override
        public Optional<byte[]> get(String name) {
            if (fails) {
                throw new StateException(
                        "read a state", Path.of("owed"), new IOException("no such sector"));
            }
            return Optional.of(new byte[] {1, 2, 3});
        }

        @Override
        public void put(String name, byte[] content) {}

        @Override
        public void remove(String name) {}
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void state_thatCannotBeRead_startsFromNothing(boolean fails) {
        TinyFederation.CLIENTS.forEach(node -> ledger.states.put(node, new Unreadable(fails)));

        Outcome outcome = federation(ledger, List::of, event -> {}).finish();

        assertEquals(undisturbed(run("density: 0.3, values: int8")).adapter(), outcome.adapter());
        assertEquals(Set.copyOf(TinyFederation.CLIENTS), ledger.forgotten.keySet());
    }
}
