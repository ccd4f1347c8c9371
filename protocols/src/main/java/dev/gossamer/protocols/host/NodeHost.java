package dev.gossamer.protocols.host;

import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.node.Clock;
import dev.gossamer.protocols.node.Compute;
import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeContext;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.node.Scheduler;
import dev.gossamer.protocols.node.StatePort;
import dev.gossamer.protocols.node.Transport;
import dev.gossamer.protocols.wire.Decoded;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.WebSocket;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The host of one node on an event loop, and the context through which the node acts.
 *
 * <p>Confined to that loop's thread, but for {@link #execute}, {@link #violations} and the clock.
 * Whatever the node is told goes through the loop's queue, in the order in which it happened: no
 * call of the node is made from within another, as in virtual time.
 */
final class NodeHost implements NodeContext, Clock, Scheduler, Transport, Compute, Link.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(NodeHost.class);

    private final HostResources resources;
    private final NodeId id;
    private final Node node;
    private final Consumer<Throwable> onFailure;
    private final Map<NodeId, Link> links = new TreeMap<>();
    private final Set<LoopTimer> timers = new HashSet<>();
    private final AtomicLong violations = new AtomicLong();
    private volatile boolean alive;
    private Runnable onGone = () -> {};
    private Context loop;
    private Thread thread;
    private Traffic traffic = Traffic.NONE;

    NodeHost(HostResources resources, NodeId id, Node node, Consumer<Throwable> onFailure) {
        this.resources = resources;
        this.id = id;
        this.node = node;
        this.onFailure = onFailure;
    }

    /** What the platform gives for keys and noise. */
    static SecureRandom platformSecrets() {
        return new SecureRandom();
    }

    /** Starts the node on the loop of the calling thread. */
    void start(Context context, Runnable onGone) {
        this.onGone = onGone;
        loop = context;
        thread = Thread.currentThread();
        alive = true;
        act(() -> node.start(this));
    }

    /** Ends all; completes when every connection is closed. */
    Future<?> stop() {
        alive = false;
        List.copyOf(timers).forEach(LoopTimer::cancel);
        List<Future<Void>> endings =
                links.values().stream().map(link -> link.close(Link.Ending.GOING_AWAY)).toList();
        links.clear();
        return Future.join(endings);
    }

    boolean alive() {
        return alive;
    }

    int connections() {
        return links.size();
    }

    /** Connections that were closed for what their peers did. */
    long violations() {
        return violations.get();
    }

    /** Runs {@code action} on the node's thread, unless the node is stopped by then. */
    void execute(Runnable action) {
        if (alive) {
            loop.runOnContext(_ -> act(action));
        }
    }

    private void act(Runnable action) {
        if (!alive) {
            return;
        }
        try {
            action.run();
        } catch (Throwable e) {
            LOG.error("node failed: id={}", id, e);
            onFailure.accept(e);
        }
    }

    /** A connection with {@code peer} stands; one that stood before gives way to it. */
    void opened(NodeId peer, WebSocket socket) {
        Link former = links.get(peer);
        if (former != null) {
            drop(former, Link.Ending.REPLACED);
        }
        Link link = new Link(peer, socket, resources.vertx(), this);
        links.put(peer, link);
        execute(() -> node.connected(peer));
        link.listen();
    }

    private void drop(Link link, Link.Ending ending) {
        if (links.remove(link.peer(), link)) {
            link.close(ending);
            execute(() -> node.disconnected(link.peer()));
            onGone.run();
        }
    }

    @Override
    public void ended(Link link) {
        drop(link, Link.Ending.NORMAL);
    }

    @Override
    public void violated(Link link, String fault) {
        if (links.get(link.peer()) == link) {
            violations.incrementAndGet();
            LOG.warn(
                    "connection is closed: id={}, peer={}, fault={}",
                    id,
                    link.peer(),
                    oneLine(fault));
            drop(link, Link.Ending.VIOLATION);
        }
    }

    private static String oneLine(String fault) {
        String line = fault.replaceAll("\\p{Cntrl}", " ");
        return line.substring(0, Math.min(line.length(), HostLimits.MAX_FAULT_CHARACTERS));
    }

    @Override
    public void received(Link link, byte[] frame) {
        execute(() -> deliver(link, frame));
    }

    private void deliver(Link link, byte[] frame) {
        if (links.get(link.peer()) != link) {
            return;
        }
        traffic = traffic.plusReceived(frame.length);
        switch (EnvelopeCodec.decode(frame)) {
            case Decoded.Accepted accepted when accepted.envelope().sender().equals(link.peer()) ->
                    node.receive(link.peer(), accepted.envelope());
            case Decoded.Accepted accepted ->
                    violated(link, "sender differs: sender=" + accepted.envelope().sender());
            case Decoded.Refused refused ->
                    violated(link, refused.reason() + ", " + refused.detail());
        }
    }

    @Override
    public NodeId self() {
        return id;
    }

    @Override
    public Clock clock() {
        return this;
    }

    @Override
    public Scheduler scheduler() {
        return this;
    }

    @Override
    public Transport transport() {
        return this;
    }

    @Override
    public Compute compute() {
        return this;
    }

    @Override
    public ArtifactPort artifacts() {
        return resources.artifacts();
    }

    @Override
    public StatePort state() {
        return resources.state();
    }

    @Override
    public SecureRandom secrets() {
        return resources.secrets();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        requireOwnThread();
        if (delay.isNegative()) {
            throw new IllegalArgumentException(
                    "an event cannot lie in the past: delayNanos=" + delay.toNanos());
        }
        LoopTimer timer = new LoopTimer(action);
        timers.add(timer);
        if (delay.isZero()) {
            execute(timer::fire);
        } else {
            timer.wait(resources.vertx().timer(delay.toNanos(), TimeUnit.NANOSECONDS));
        }
        return timer;
    }

    /** A timer that the node has set and that has neither fired nor been cancelled, if listed. */
    private final class LoopTimer implements Timer {
        private final Runnable action;
        private Runnable release = () -> {};

        LoopTimer(Runnable action) {
            this.action = action;
        }

        void wait(io.vertx.core.Timer timer) {
            release = timer::cancel;
            timer.onSuccess(_ -> act(this::fire));
        }

        void fire() {
            if (timers.remove(this)) {
                action.run();
            }
        }

        @Override
        public void cancel() {
            if (timers.remove(this)) {
                release.run();
            }
        }
    }

    @Override
    public void send(NodeId peer, Envelope envelope) {
        requireOwnThread();
        byte[] frame = EnvelopeCodec.encode(envelope);
        Link link = links.get(peer);
        if (link == null) {
            return;
        }
        if (link.takes(frame.length)) {
            traffic = traffic.plusSent(frame.length);
            link.write(frame);
        } else {
            violated(link, "peer does not read: bound=" + HostLimits.MAX_PENDING_BYTES);
            link.cut();
        }
    }

    @Override
    public void close(NodeId peer) {
        requireOwnThread();
        Link link = links.get(peer);
        if (link != null) {
            drop(link, Link.Ending.NORMAL);
        }
    }

    @Override
    public Traffic traffic() {
        return traffic;
    }

    /** Pieces run side by side where there are workers; an {@code Error} fails the node itself. */
    @Override
    public <T> void submit(Work<T> work, Consumer<Outcome<T>> done) {
        requireOwnThread();
        resources.workers().execute(() -> run(work, done));
    }

    private <T> void run(Work<T> work, Consumer<Outcome<T>> done) {
        try {
            Outcome<T> outcome = outcome(work);
            execute(() -> done.accept(outcome));
        } catch (Error e) {
            execute(
                    () -> {
                        throw e;
                    });
        }
    }

    private static <T> Outcome<T> outcome(Work<T> work) {
        try {
            return new Outcome.Done<>(work.run());
        } catch (Exception e) {
            return new Outcome.Failed<>(e);
        }
    }

    private void requireOwnThread() {
        if (!Thread.currentThread().equals(thread)) {
            throw new IllegalStateException(
                    "not the node's thread: id="
                            + id
                            + ", thread="
                            + Thread.currentThread().getName());
        }
    }
}
