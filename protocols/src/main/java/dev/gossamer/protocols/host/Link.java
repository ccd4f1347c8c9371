package dev.gossamer.protocols.host;

import dev.gossamer.protocols.node.NodeId;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Timer;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.internal.http.WebSocketInternal;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** One WebSocket between a node and a peer; confined to the node's thread. */
final class Link {
    /** Status codes of WebSocket close frames, RFC 6455 section 7.4.1. */
    enum Ending {
        NORMAL(1000, "closed by the node"),
        GOING_AWAY(1001, "node is closing"),
        VIOLATION(1002, "protocol violation"),
        REPLACED(1008, "replaced by a newer connection");

        private final short status;
        private final String reason;

        Ending(int status, String reason) {
            this.status = (short) status;
            this.reason = reason;
        }
    }

    /** What a link tells its host, on the node's thread. */
    interface Listener {
        void received(Link link, byte[] frame);

        /** The peer did what no node may. */
        void violated(Link link, String fault);

        /** The socket is closed. */
        void ended(Link link);
    }

    private final NodeId peer;
    private final WebSocket socket;
    private final Vertx vertx;
    private final Listener listener;
    private final Promise<Void> ended = Promise.promise();
    private final long pings;
    private long pendingBytes;
    private boolean closing;

    /** Takes over {@code socket}, which must be open and must not have delivered anything yet. */
    Link(NodeId peer, WebSocket socket, Vertx vertx, Listener listener) {
        this.peer = peer;
        this.socket = socket;
        this.vertx = vertx;
        this.listener = listener;
        pings =
                vertx.setPeriodic(
                        HostLimits.PING_INTERVAL.toMillis(),
                        _ -> socket.writePing(Buffer.buffer()));
    }

    /** From here on the listener is told. */
    void listen() {
        socket.binaryMessageHandler(frame -> listener.received(this, frame.getBytes()));
        socket.textMessageHandler(text -> listener.violated(this, "text instead of a frame"));
        socket.exceptionHandler(this::failed);
        socket.closeHandler(_ -> end());
    }

    NodeId peer() {
        return peer;
    }

    /** A socket that merely broke is closed next, and told then. */
    private void failed(Throwable cause) {
        if (!(cause instanceof IOException) && !(cause instanceof HttpClosedException)) {
            listener.violated(this, String.valueOf(cause.getMessage()));
        }
    }

    private void end() {
        vertx.cancelTimer(pings);
        ended.tryComplete();
        listener.ended(this);
    }

    /** Whether the peer reads fast enough for {@code bytes} more to wait for it. */
    boolean takes(int bytes) {
        return pendingBytes + bytes <= HostLimits.MAX_PENDING_BYTES;
    }

    void write(byte[] frame) {
        pendingBytes += frame.length;
        socket.writeFinalBinaryFrame(Buffer.buffer(frame))
                .onComplete(_ -> pendingBytes -= frame.length);
    }

    /** Closes the socket, politely if the peer answers in time; completes when it is closed. */
    Future<Void> close(Ending ending) {
        if (!closing && !ended.future().isComplete()) {
            closing = true;
            socket.close(ending.status, ending.reason);
            Timer patience =
                    vertx.timer(HostLimits.CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            patience.onSuccess(_ -> cut());
            ended.future().onComplete(_ -> patience.cancel());
        }
        return ended.future();
    }

    /** A close frame would wait behind what a stuck peer does not read; cutting does not. */
    void cut() {
        var _ = ((WebSocketInternal) socket).channelHandlerContext().close();
    }
}
