package dev.gossamer.simulations.engine;

import dev.gossamer.protocols.artifact.MemoryArtifacts;
import dev.gossamer.protocols.artifact.MemoryState;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeId;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Nodes in virtual time behave. */
class VirtualTransportTest extends TransportBehaviour {
    private static final long EVENTS = 1_000_000;

    @Override
    World open() {
        return new InVirtualTime();
    }

    private static final class InVirtualTime implements World {
        private final VirtualWorld world =
                new VirtualWorld(new LinkProfile(Duration.ofMillis(5), 1e8));

        @Override
        public void serve(Node node) {
            add(NodeId.COORDINATOR, node);
        }

        private void add(NodeId id, Node node) {
            world.add(id, node, new DeviceProfile(1e5), new MemoryArtifacts(), new MemoryState());
        }

        @Override
        public void join(NodeId id, Node node) {
            add(id, node);
            comeBack(id);
        }

        @Override
        public void comeBack(NodeId id) {
            world.connect(id, NodeId.COORDINATOR);
        }

        @Override
        public void on(NodeId id, Runnable action) {
            action.run();
        }

        @Override
        public boolean pass(Witness node, BooleanSupplier done) {
            world.run(done, EVENTS);
            return done.getAsBoolean();
        }

        @Override
        public void close() {}
    }
}
