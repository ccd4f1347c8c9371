package dev.gossamer.protocols.artifact;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.ArtifactPort;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Artifacts in memory, gone with the process. Safe for any thread. */
public final class MemoryArtifacts implements ArtifactPort {
    private final Map<Digest, byte[]> contents = new ConcurrentHashMap<>();

    /** An empty store. */
    public MemoryArtifacts() {}

    @Override
    public Digest put(byte[] content) {
        byte[] own = content.clone();
        Digest digest = Digest.of(own);
        contents.putIfAbsent(digest, own);
        return digest;
    }

    @Override
    public void remove(Digest digest) {
        contents.remove(digest);
    }

    @Override
    public Optional<byte[]> get(Digest digest) {
        return Optional.ofNullable(contents.get(digest)).map(byte[]::clone);
    }
}
