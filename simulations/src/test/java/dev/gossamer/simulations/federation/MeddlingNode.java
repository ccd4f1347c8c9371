package dev.gossamer.simulations.federation;

import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.node.Clock;
import dev.gossamer.protocols.node.Compute;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.Scheduler;
import dev.gossamer.protocols.node.StatePort;
import dev.gossamer.protocols.node.Transport;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.Message;

import java.security.SecureRandom;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** An honest node in the hands of somebody who reads its mail, and sends what he likes for it. */
final class MeddlingNode implements Node {
    private final Node honest;
    private final Function<Envelope, List<Envelope>> instead;
    private final Consumer<Envelope> overheard;
    private NodeContext context;

    /**
     * A node whose letters are replaced.
     *
     * @param instead what is sent in place of an envelope
     * @param overheard told of what comes in
     */
    MeddlingNode(
            Node honest, Function<Envelope, List<Envelope>> instead, Consumer<Envelope> overheard) {
        this.honest = honest;
        this.instead = instead;
        this.overheard = overheard;
    }

    @Override
    public void start(NodeContext real) {
        context = real;
        honest.start(new Meddled(real));
    }

    /** The node's context, but for what it sends. */
    private final class Meddled implements NodeContext, Transport {
        private final NodeContext real;

        Meddled(NodeContext real) {
            this.real = real;
        }

        @Override
        public void send(NodeId peer, Envelope envelope) {
            instead.apply(envelope).forEach(sent -> real.transport().send(peer, sent));
        }

        @Override
        public void close(NodeId peer) {
            real.transport().close(peer);
        }

        @Override
        public Traffic traffic() {
            return real.transport().traffic();
        }

        @Override
        public NodeId self() {
            return real.self();
        }

        @Override
        public Clock clock() {
            return real.clock();
        }

        @Override
        public Scheduler scheduler() {
            return real.scheduler();
        }

        @Override
        public Transport transport() {
            return this;
        }

        @Override
        public Compute compute() {
            return real.compute();
        }

        @Override
        public ArtifactPort artifacts() {
            return real.artifacts();
        }

        @Override
        public StatePort state() {
            return real.state();
        }

        @Override
        public SecureRandom secrets() {
            return real.secrets();
        }
    }

    /** Sends {@code body} to the coordinator, behind the honest node's back. */
    void say(String run, int round, Message body) {
        context.transport()
                .send(NodeId.COORDINATOR, new Envelope(run, round, context.self(), 1, body));
    }

    @Override
    public void connected(NodeId peer) {
        honest.connected(peer);
    }

    @Override
    public void disconnected(NodeId peer) {
        honest.disconnected(peer);
    }

    @Override
    public void receive(NodeId peer, Envelope envelope) {
        overheard.accept(envelope);
        honest.receive(peer, envelope);
    }
}
