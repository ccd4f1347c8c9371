package dev.gossamer.protocols.artifact;

import dev.gossamer.protocols.node.StatePort;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A node's state in memory, gone with the process. Confined to one thread. */
public final class MemoryState implements StatePort {
    private final Map<String, byte[]> contents = new HashMap<>();

    /** Nothing remembered. */
    public MemoryState() {}

    @Override
    public Optional<byte[]> get(String name) {
        StatePort.requireName(name);
        return Optional.ofNullable(contents.get(name)).map(byte[]::clone);
    }

    @Override
    public void put(String name, byte[] content) {
        StatePort.requireName(name);
        contents.put(name, content.clone());
    }

    @Override
    public void remove(String name) {
        StatePort.requireName(name);
        contents.remove(name);
    }
}
