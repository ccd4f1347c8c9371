package dev.gossamer.simulations.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.coordinator.round.RoundSummary;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.StateException;
import dev.gossamer.protocols.node.StatePort;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.Message.EvaluateReport;
import dev.gossamer.protocols.wire.Message.Hello;
import dev.gossamer.protocols.wire.Message.Score;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.simulations.engine.SimulationSecrets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Runs that promise something to each row: what is told, and that no noise is drawn twice. */
class PrivateExamplesTest {
    @TempDir private Path folder;

    private final List<Envelope> sent = new ArrayList<>();

    /** A client whose letters are read. */
    private Node read(Node client) {
        return new MeddlingNode(
                client,
                envelope -> {
                    sent.add(envelope);
                    return List.of(envelope);
                },
                envelope -> {});
    }

    private TinyFederation tiny(Function<NodeId, StatePort> state) {
        TinyFederation.Cast cast = TinyFederation.Cast.of(TinyFederation.PRIVATE);
        return new TinyFederation(
                new TinyFederation.Cast(cast.run(), cast.work(), state, cast.told()),
                Runnable::run,
                (node, client) -> read(client),
                event -> {});
    }

    private TinyFederation tiny() {
        return tiny(TinyFederation.Cast.of(TinyFederation.PRIVATE).state());
    }

    private <M extends Message> List<M> sent(Class<M> kind) {
        return sent.stream().map(Envelope::body).filter(kind::isInstance).map(kind::cast).toList();
    }

    @Test
    void clients_tellNeitherRowsNorLossNorScoresOfTheirOwn() {
        assertEquals("done", tiny().finish().outcome());

        assertEquals(4, sent(Hello.class).size());
        for (Hello hello : sent(Hello.class)) {
            assertEquals(List.of(0, 0), List.of(hello.trainingRows(), hello.heldOutRows()));
        }
        assertEquals(9, sent(TrainReport.class).size());
        for (TrainReport report : sent(TrainReport.class)) {
            assertEquals(1, report.weight());
            assertEquals(0, report.loss());
            assertEquals(0, report.tokens());
        }
        assertTrue(sent(EvaluateReport.class).stream().anyMatch(r -> r.publicTest().isPresent()));
        for (EvaluateReport report : sent(EvaluateReport.class)) {
            assertEquals(new Score(0, 0, 0), report.heldOut());
        }
    }

    /** Each life of a client draws other noise, so a second training would send other bytes. */
    @Test
    void client_killedAfterAnyEvent_sendsOneUpdateOfARound() {
        int resent = 0;
        for (NodeId node : TinyFederation.CLIENTS) {
            int event = 0;
            TinyFederation nodes = tiny();
            while (nodes.happen(event)) {
                nodes.restart(node);
                assertEquals("done", nodes.finish().outcome());
                resent += assertOneUpdateOfARound();
                sent.clear();
                nodes = tiny();
                event++;
            }
            sent.clear();
        }

        assertTrue(resent > 5, "resent=" + resent);
    }

    /** How often an update was sent again. */
    private int assertOneUpdateOfARound() {
        Map<String, Set<Digest>> updates = new HashMap<>();
        int reports = 0;
        for (Envelope envelope : sent) {
            if (envelope.body() instanceof TrainReport report) {
                String key = envelope.sender() + " in round " + envelope.round();
                byte[] bytes = ((Message.Update.Inline) report.update()).bytes();
                updates.computeIfAbsent(key, _ -> new HashSet<>()).add(Digest.of(bytes));
                reports++;
            }
        }
        updates.forEach((key, digests) -> assertEquals(1, digests.size(), key));
        return reports - updates.size();
    }

    /** A state that is full from the first write on. */
    private static final class FullState implements StatePort {
        private final Path path;

        FullState(Path path) {
            this.path = path;
        }

        @Override
        public Optional<byte[]> get(String name) {
            return Optional.empty();
        }

        @Override
        public void put(String name, byte[] value) {
            throw new StateException("write a state", path, new IOException("full"));
        }

        @Override
        public void remove(String name) {}
    }

    @Test
    void client_thatCannotKeepAnUpdate_doesNotSendIt() {
        NodeId full = TinyFederation.CLIENTS.get(1);
        Function<NodeId, StatePort> usual = TinyFederation.Cast.of(TinyFederation.PRIVATE).state();
        TinyFederation nodes =
                tiny(node -> node.equals(full) ? new FullState(folder) : usual.apply(node));

        assertEquals("done", nodes.finish().outcome());

        assertTrue(
                sent.stream()
                        .filter(envelope -> envelope.sender().equals(full))
                        .noneMatch(envelope -> envelope.body() instanceof TrainReport));
        assertTrue(nodes.events.stream().anyMatch(RunEvent.Failed.class::isInstance));
    }

    @Test
    void run_onTheSameSecrets_givesOneDigestEverywhereAndAnotherOnOthers() {
        try (Workers workers = new Workers(2)) {
            SharedModels models = new SharedModels(workers);
            SmallRun virtual = small("virtual");
            VirtualFederation.run(
                    virtual.federation(models, event -> {}, (node, event) -> {}),
                    SmallRun.PRIVATE.simulate().orElseThrow());
            long seed = SmallRun.PRIVATE.seed();

            SmallRun loopback = overLoopback("same", models, seed);
            SmallRun other = overLoopback("other", models, seed + 1);

            assertEquals("done", virtual.end().outcome(), virtual.events::toString);
            assertEquals(adapter(virtual), adapter(loopback));
            assertNotEquals(adapter(virtual), adapter(other));
            for (RoundSummary round : virtual.rounds()) {
                assertEquals(30, round.publicTest().orElseThrow().rows());
                assertTrue(round.worst(Score::accuracy).isEmpty());
            }
        }
    }

    private SmallRun small(String name) {
        return new SmallRun(folder.resolve(name), SmallRun.PRIVATE);
    }

    private SmallRun overLoopback(String name, SharedModels models, long seed) {
        SmallRun run = small(name);
        Function<NodeId, SecureRandom> secrets = node -> new SimulationSecrets(seed, node, 1);
        try (LoopbackFederation nodes =
                LoopbackFederation.inProcess(
                        run.federation(models, event -> {}, (node, event) -> {}), secrets)) {
            nodes.start(0);
            nodes.await();
        }
        return run;
    }

    private static Digest adapter(SmallRun run) {
        return run.adapter().orElseThrow().digest();
    }
}
