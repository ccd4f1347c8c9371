package dev.gossamer.protocols.host;

import dev.gossamer.protocols.node.Node;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.ProtocolLimits;

import io.vertx.core.Context;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.shareddata.LocalMap;

import java.net.BindException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A node on an event loop of its own that others connect to, at {@code /node/} and their id.
 *
 * <p>A second connection of one id replaces the first. Safe for any thread.
 */
public final class NodeServer implements AutoCloseable {
    /** The path of the connections; the id of the connecting node follows. */
    static final String PATH = "/node/";

    private static final int BAD_REQUEST = 400;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    private final Vertx vertx;
    private final NodeHost node;
    private final NodeId id;
    private final String host;
    private final int port;
    private Deployment deployment;
    private HttpServer http;

    private NodeServer(Vertx vertx, NodeHost node, NodeId id, String host, int port) {
        this.vertx = vertx;
        this.node = node;
        this.id = id;
        this.host = host;
        this.port = port;
    }

    /**
     * Starts {@code node} and listens; returns when both is done.
     *
     * @param onFailure told, on the node's thread, of each exception that the node throws
     * @param port 0 for any that is free
     * @throws PortInUseException if another server listens there
     * @throws ListenException if the address is no local one, or not allowed
     */
    public static NodeServer start(
            HostResources resources,
            NodeId id,
            Node node,
            Consumer<Throwable> onFailure,
            String host,
            int port) {
        NodeHost loop = new NodeHost(resources, id, node, onFailure);
        NodeServer server = new NodeServer(resources.vertx(), loop, id, host, port);
        server.deployment = Deployment.of(resources.vertx(), server.new Verticle());
        return server;
    }

    /** Listens first: a node whose port is taken never starts. */
    private final class Verticle implements Deployable {
        @Override
        public Future<?> deploy(Context context) {
            return listen().onSuccess(_ -> node.start(context, () -> {}));
        }

        @Override
        public Future<?> undeploy(Context context) {
            return node.stop().eventually(http::close).onComplete(_ -> release());
        }
    }

    private Future<HttpServer> listen() {
        if (!reserve()) {
            BindException taken = new BindException("Address already in use");
            return Future.failedFuture(ListenException.of(host, port, taken));
        }
        http = vertx.createHttpServer(options()).webSocketHandshakeHandler(this::admit);
        return http.listen(port, host)
                .recover(
                        cause -> {
                            release();
                            return Future.failedFuture(ListenException.of(host, port, cause));
                        });
    }

    private static HttpServerOptions options() {
        // Compression would let a small frame unfold into one of any size.
        return new HttpServerOptions()
                .setMaxWebSocketFrameSize(ProtocolLimits.MAX_FRAME_BYTES)
                .setMaxWebSocketMessageSize(ProtocolLimits.MAX_FRAME_BYTES)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setReadIdleTimeout((int) HostLimits.MAX_SILENCE.toSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
    }

    /** Two servers of one Vert.x would share a port and deal its connections out in turn. */
    private boolean reserve() {
        return port == 0 || addresses().putIfAbsent(host + ":" + port, true) == null;
    }

    private void release() {
        addresses().remove(host + ":" + port);
    }

    private LocalMap<String, Boolean> addresses() {
        return vertx.sharedData().getLocalMap(NodeServer.class.getName());
    }

    private void admit(ServerWebSocketHandshake handshake) {
        Optional<NodeId> peer = peer(handshake.path());
        if (!handshake.path().startsWith(PATH)) {
            handshake.reject(NOT_FOUND);
        } else if (peer.isEmpty()) {
            handshake.reject(BAD_REQUEST);
        } else if (!node.alive() || node.connections() >= HostLimits.MAX_CONNECTIONS) {
            handshake.reject(UNAVAILABLE);
        } else {
            handshake.accept().onSuccess(socket -> node.opened(peer.get(), socket));
        }
    }

    /** Who is at {@code path}: another node, by a name of the right form. */
    private Optional<NodeId> peer(String path) {
        try {
            NodeId peer = new NodeId(path.substring(Math.min(PATH.length(), path.length())));
            return peer.equals(id) ? Optional.empty() : Optional.of(peer);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** Where it listens. */
    public int port() {
        return http.actualPort();
    }

    /** Runs {@code action} on the node's thread; drops it once the server is closed. */
    public void execute(Runnable action) {
        node.execute(action);
    }

    /** How many connections were closed for what their peers did. */
    public long violations() {
        return node.violations();
    }

    /** Closes the connections, says goodbye, and waits: no call of the node follows. */
    @Override
    public void close() {
        deployment.close();
    }
}
