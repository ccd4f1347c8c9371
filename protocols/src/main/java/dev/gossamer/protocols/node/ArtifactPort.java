package dev.gossamer.protocols.node;

import dev.gossamer.protocols.adapter.Digest;

import java.util.Arrays;
import java.util.Optional;

/** The content-addressed bytes that a node holds; what is put has been verified by its name. */
public interface ArtifactPort {
    /** Keeps {@code content}, durably where the store is, and names it. */
    Digest put(byte[] content);

    /** The artifact called {@code digest}, if it is held here. */
    Optional<byte[]> get(Digest digest);

    /** Whether the artifact called {@code digest} is held here, undamaged. */
    default boolean holds(Digest digest) {
        return get(digest).isPresent();
    }

    /** Forgets the artifact called {@code digest}, if it is held here. */
    void remove(Digest digest);

    /**
     * At most {@code length} bytes from {@code offset} on; empty if it is not held here or is not
     * so long. Unlike {@link #get} the bytes are not held to the digest: their receiver does that.
     */
    default Optional<Part> read(Digest digest, long offset, int length) {
        return get(digest)
                .filter(content -> offset >= 0 && offset < content.length)
                .map(
                        content ->
                                new Part(
                                        content.length,
                                        Arrays.copyOfRange(
                                                content,
                                                (int) offset,
                                                (int) Math.min(offset + length, content.length))));
    }

    /**
     * A part of an artifact.
     *
     * @param length of the whole
     * @param data belongs to this object
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Part(long length, byte[] data) {}

    /** A place for the bytes of an artifact that comes in parts. */
    default Inbox receive(Digest digest) {
        return new MemoryInbox(this, digest);
    }

    /** The bytes of an artifact that has not come whole. */
    interface Inbox {
        /** How many there are. */
        long size();

        /** Adds {@code data} behind them. */
        void append(byte[] data);

        /**
         * Keeps the artifact, if the bytes have its digest; there is nothing left of them here
         * either way.
         */
        boolean keep();

        /** Drops them. */
        void discard();
    }
}
