package dev.gossamer.protocols.node;

import dev.gossamer.protocols.adapter.Digest;

import java.io.ByteArrayOutputStream;

/** An inbox whose bytes are in memory until they are whole. */
final class MemoryInbox implements ArtifactPort.Inbox {
    private final ArtifactPort store;
    private final Digest digest;
    private ByteArrayOutputStream received = new ByteArrayOutputStream();

    MemoryInbox(ArtifactPort store, Digest digest) {
        this.store = store;
        this.digest = digest;
    }

    @Override
    public long size() {
        return received.size();
    }

    @Override
    public void append(byte[] data) {
        received.writeBytes(data);
    }

    @Override
    public boolean keep() {
        byte[] content = received.toByteArray();
        discard();
        boolean right = Digest.of(content).equals(digest);
        if (right) {
            store.put(content);
        }
        return right;
    }

    @Override
    public void discard() {
        received = new ByteArrayOutputStream();
    }
}
