package dev.gossamer.protocols.host;

import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.ProtocolLimits;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A node on an event loop of its own that connects to a coordinator, again and again until closed.
 *
 * <p>Safe for any thread.
 */
public final class NodeClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeClient.class);

    private final Vertx vertx;
    private final NodeHost node;
    private final Backoff backoff;
    private final WebSocketConnectOptions address;
    private Deployment deployment;
    private WebSocketClient sockets;
    private long connectedNanos;
    private boolean toldAway;

    private NodeClient(Vertx vertx, NodeHost node, NodeId id, String host, int port) {
        this.vertx = vertx;
        this.node = node;
        backoff = new Backoff(id);
        address =
                new WebSocketConnectOptions()
                        .setHost(host)
                        .setPort(port)
                        .setURI(NodeServer.PATH + id)
                        .setConnectTimeout(HostLimits.CONNECT_TIMEOUT.toMillis())
                        .setTimeout(HostLimits.CONNECT_TIMEOUT.toMillis());
    }

    /**
     * Starts {@code node} and begins to connect; does not wait for a connection.
     *
     * @param onFailure told, on the node's thread, of each exception that the node throws
     */
    public static NodeClient start(
            HostResources resources,
            NodeId id,
            Node node,
            Consumer<Throwable> onFailure,
            String host,
            int port) {
        NodeHost loop = new NodeHost(resources, id, node, onFailure);
        NodeClient client = new NodeClient(resources.vertx(), loop, id, host, port);
        client.deployment = Deployment.of(resources.vertx(), client.new Verticle());
        return client;
    }

    private final class Verticle implements Deployable {
        @Override
        public Future<?> deploy(Context context) {
            sockets = vertx.createWebSocketClient(options());
            node.start(context, NodeClient.this::retry);
            connect();
            return Future.succeededFuture();
        }

        @Override
        public Future<?> undeploy(Context context) {
            return node.stop();
        }
    }

    private static WebSocketClientOptions options() {
        return new WebSocketClientOptions()
                .setMaxFrameSize(ProtocolLimits.MAX_FRAME_BYTES)
                .setMaxMessageSize(ProtocolLimits.MAX_FRAME_BYTES)
                .setReadIdleTimeout((int) HostLimits.MAX_SILENCE.toSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
    }

    private void connect() {
        sockets.connect(address).onComplete(this::connected, this::unreachable);
    }

    private void connected(WebSocket socket) {
        if (!node.alive()) {
            socket.close();
        } else if (socket.isClosed()) {
            unreachable(new IllegalStateException("closed at once"));
        } else {
            LOG.info("connected: host={}, port={}", address.getHost(), address.getPort());
            toldAway = false;
            connectedNanos = node.nanos();
            node.opened(NodeId.COORDINATOR, socket);
        }
    }

    /** Says once for each outage that there is one. */
    private void unreachable(Throwable cause) {
        if (node.alive() && !toldAway) {
            toldAway = true;
            LOG.warn(
                    "cannot connect, will go on trying: host={}, port={}, cause={}",
                    address.getHost(),
                    address.getPort(),
                    cause.getMessage());
        }
        again();
    }

    private void retry() {
        if (node.nanos() - connectedNanos >= HostLimits.STEADY.toNanos()) {
            backoff.reset();
        }
        again();
    }

    private void again() {
        if (node.alive()) {
            Duration pause = backoff.next();
            node.after(pause, this::connect);
        }
    }

    /** Runs {@code action} on the node's thread; drops it once the client is closed. */
    public void execute(Runnable action) {
        node.execute(action);
    }

    /** How many connections were closed for what the coordinator did. */
    public long violations() {
        return node.violations();
    }

    /** Closes the connection, says goodbye, and waits: no call of the node follows. */
    @Override
    public void close() {
        deployment.close();
    }
}
