package dev.gossamer.protocols.artifact;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.node.ArtifactPort.Inbox;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Message;
import dev.gossamer.protocols.wire.Message.ArtifactChunk;
import dev.gossamer.protocols.wire.Message.ArtifactRequest;
import dev.gossamer.protocols.wire.ProtocolLimits;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Both ends of an artifact's way between two nodes, in chunks of at most 1 MiB.
 *
 * <p>The receiver asks for the next chunk when it has one, so that one chunk at a time is on the
 * way; after a broken connection it asks again from where it was. Only bytes that have the digest
 * they were asked by are kept. Confined to the node's thread.
 */
public final class ArtifactTransfer {
    /** Wrong bytes may be an accident once or twice; then the peer is not worth more. */
    private static final int MAX_TRIES = 3;

    private final ArtifactPort artifacts;
    private final BiConsumer<NodeId, Message> send;
    private final Map<Digest, Incoming> incoming = new HashMap<>();
    private final Map<Digest, Long> carriedBytes = new HashMap<>();

    /** A node's ends, over its store and its way to send. */
    public ArtifactTransfer(ArtifactPort artifacts, BiConsumer<NodeId, Message> send) {
        this.artifacts = artifacts;
        this.send = send;
    }

    /** How a fetch ended. */
    public sealed interface Fetched {
        /** The artifact is held here; its bytes are read when they are asked for. */
        record Held(Digest digest, ArtifactPort artifacts) implements Fetched {
            /**
             * All of it.
             *
             * @throws IllegalStateException if it was damaged since
             */
            public byte[] content() {
                return artifacts
                        .get(digest)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "artifact was damaged: digest=" + digest));
            }
        }

        /** It could not be had. */
        record Failed(String detail) implements Fetched {}
    }

    private static final class Incoming {
        private final NodeId source;
        private final List<Consumer<Fetched>> waiting = new ArrayList<>();
        private final Inbox received;
        private final long bound;
        private int tries = 1;

        Incoming(NodeId source, Inbox received, long bound) {
            this.source = source;
            this.received = received;
            this.bound = bound;
        }
    }

    /** Gets the artifact called {@code digest} from this node's store, else from {@code source}. */
    public void fetch(NodeId source, Digest digest, Consumer<Fetched> done) {
        fetch(source, digest, ProtocolLimits.MAX_ARTIFACT_BYTES, done);
    }

    /**
     * The same.
     *
     * @param bound of its length: a longer one is not fetched
     */
    public void fetch(NodeId source, Digest digest, long bound, Consumer<Fetched> done) {
        if (artifacts.holds(digest)) {
            done.accept(new Fetched.Held(digest, artifacts));
            return;
        }
        boolean begun = incoming.containsKey(digest);
        incoming.computeIfAbsent(digest, key -> new Incoming(source, artifacts.receive(key), bound))
                .waiting
                .add(done);
        if (!begun) {
            send.accept(source, new ArtifactRequest(digest, 0));
        }
    }

    /** Goes on with what was being fetched from {@code source} when its connection broke. */
    public void connected(NodeId source) {
        incoming.forEach(
                (digest, transfer) -> {
                    if (transfer.source.equals(source)) {
                        send.accept(source, new ArtifactRequest(digest, transfer.received.size()));
                    }
                });
    }

    /** Answers {@code peer}'s request with a chunk, or says that there is none. */
    public void serve(NodeId peer, ArtifactRequest request) {
        Optional<ArtifactPort.Part> held =
                artifacts.read(request.digest(), request.offset(), ProtocolLimits.MAX_CHUNK_BYTES);
        if (held.isEmpty()) {
            String where = "digest=" + request.digest() + ", offset=" + request.offset();
            send.accept(peer, new Message.Failure("artifact is not here: " + where));
            return;
        }
        ArtifactPort.Part part = held.get();
        send.accept(
                peer,
                new ArtifactChunk(request.digest(), request.offset(), part.length(), part.data()));
        carriedBytes.merge(request.digest(), (long) part.data().length, Long::sum);
    }

    /** How many of an artifact's bytes have gone through here, in and out, all peers together. */
    public long carriedBytes(Digest digest) {
        return carriedBytes.getOrDefault(digest, 0L);
    }

    /** Takes a chunk that was asked for; any other is ignored. */
    public void receive(NodeId peer, ArtifactChunk chunk) {
        Incoming transfer = incoming.get(chunk.digest());
        if (transfer == null
                || !transfer.source.equals(peer)
                || chunk.offset() != transfer.received.size()
                || chunk.data().length == 0) {
            return;
        }
        if (chunk.length() > transfer.bound) {
            String detail = "artifact is too long: digest=" + chunk.digest();
            String lengths = ", bytes=" + chunk.length() + ", bound=" + transfer.bound;
            end(chunk.digest(), transfer, new Fetched.Failed(detail + lengths));
            return;
        }
        transfer.received.append(chunk.data());
        carriedBytes.merge(chunk.digest(), (long) chunk.data().length, Long::sum);
        if (transfer.received.size() < chunk.length()) {
            send.accept(peer, new ArtifactRequest(chunk.digest(), transfer.received.size()));
        } else {
            complete(peer, chunk.digest(), transfer);
        }
    }

    /** Ends all that is being fetched from {@code source}, which said that it cannot serve it. */
    public void failed(NodeId source, String detail) {
        for (Map.Entry<Digest, Incoming> entry : List.copyOf(incoming.entrySet())) {
            if (entry.getValue().source.equals(source)) {
                end(entry.getKey(), entry.getValue(), new Fetched.Failed(detail));
            }
        }
    }

    private void complete(NodeId peer, Digest digest, Incoming transfer) {
        if (transfer.received.keep()) {
            end(digest, transfer, new Fetched.Held(digest, artifacts));
        } else if (transfer.tries < MAX_TRIES) {
            transfer.tries++;
            send.accept(peer, new ArtifactRequest(digest, 0));
        } else {
            String detail = "bytes have another digest: digest=" + digest + ", source=" + peer;
            end(digest, transfer, new Fetched.Failed(detail));
        }
    }

    private void end(Digest digest, Incoming transfer, Fetched fetched) {
        incoming.remove(digest);
        transfer.received.discard();
        transfer.waiting.forEach(waiting -> waiting.accept(fetched));
    }
}
