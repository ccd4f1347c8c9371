package dev.gossamer.simulations.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.node.FederatedClient;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.artifact.MemoryArtifacts;
import dev.gossamer.protocols.artifact.MemoryState;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.Outbox;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileWriter;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.ModelVersion;
import dev.gossamer.simulations.engine.DeviceProfile;
import dev.gossamer.simulations.engine.LinkProfile;
import dev.gossamer.simulations.engine.VirtualWorld;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A private run whose coordinator asks for what no run of its kind asks. */
class CuriousCoordinatorTest {
    private static final NodeId CLIENT = TinyFederation.CLIENTS.getFirst();
    private static final RunFile RUN = TinyFederation.PRIVATE;
    private static final Digest ANY = Digest.of(new byte[0]);
    private static final ModelVersion VERSION = new ModelVersion(Optional.empty(), ANY, ANY);

    /** Says its one question once the client is ready, and keeps what it is told. */
    private static final class Curious implements Node {
        private final int round;
        private final Message question;
        private final List<Message> told = new ArrayList<>();
        private Outbox outbox;

        Curious(int round, Message question) {
            this.round = round;
            this.question = question;
        }

        @Override
        public void start(NodeContext context) {
            outbox = new Outbox(context, RUN.name());
        }

        @Override
        public void connected(NodeId peer) {
            outbox.send(peer, 0, new Message.Welcome(RunFileWriter.write(RUN)));
        }

        @Override
        public void disconnected(NodeId peer) {}

        @Override
        public void receive(NodeId peer, Envelope envelope) {
            told.add(envelope.body());
            if (envelope.body() instanceof Message.Hello) {
                outbox.send(peer, round, question);
            }
        }
    }

    private static String refusal(int round, Message question) {
        VirtualWorld world = new VirtualWorld(new LinkProfile(Duration.ofMillis(1), 1e6));
        Curious coordinator = new Curious(round, question);
        add(world, NodeId.COORDINATOR, coordinator);
        add(
                world,
                CLIENT,
                new FederatedClient((run, self) -> TinyFederation.tiny(RUN, CLIENT), event -> {}));
        world.connect(CLIENT, NodeId.COORDINATOR);
        world.run(() -> coordinator.told.size() > 1, 1000);

        assertEquals(2, coordinator.told.size(), coordinator.told::toString);
        return assertInstanceOf(Message.Failure.class, coordinator.told.getLast()).detail();
    }

    private static void add(VirtualWorld world, NodeId id, Node node) {
        world.add(id, node, new DeviceProfile(1e6), new MemoryArtifacts(), new MemoryState());
    }

    @Test
    void sketch_inARunThatFindsNoBasisByGradients_isNotShown() {
        Message.SketchTask task =
                new Message.SketchTask(
                        VERSION,
                        Optional.empty(),
                        Optional.empty(),
                        FixedPoint.planned(1, 1),
                        5,
                        1000);

        String refusal = refusal(0, task);

        assertTrue(refusal.contains("basis.from=gradient"), refusal);
    }

    @Test
    void round_beyondTheRunsLast_isNotTrained() {
        Message.TrainTask task =
                new Message.TrainTask(
                        VERSION, Optional.empty(), 1, FixedPoint.planned(1, 1), 5, 0, 1000);

        String refusal = refusal(RUN.rounds().count() + 1, task);

        assertTrue(refusal.contains("round=4, noised=0, bound=3"), refusal);
    }
}
