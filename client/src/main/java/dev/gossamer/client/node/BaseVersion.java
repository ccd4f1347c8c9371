package dev.gossamer.client.node;

import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.BaseChange;
import dev.gossamer.protocols.adapter.BaseChangeCodec;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.ArtifactPort;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The run's base with what rounds have added to it.
 *
 * @param changes by name, the oldest first
 * @param reader gives a change by its name; called off the node's thread
 */
public record BaseVersion(List<Digest> changes, Function<Digest, BaseChange> reader) {
    /** The base as it was. */
    public static final BaseVersion UNCHANGED =
            new BaseVersion(
                    List.of(),
                    name -> {
                        throw new IllegalArgumentException("no such change: name=" + name);
                    });

    /**
     * The version whose last change is {@code name}; all of its changes are in {@code artifacts}.
     *
     * @throws IllegalStateException if one is missing or cannot be read
     */
    public static BaseVersion of(Optional<Digest> name, ArtifactPort artifacts) {
        Deque<Digest> changes = new ArrayDeque<>();
        Optional<Digest> at = name;
        while (at.isPresent()) {
            changes.addFirst(at.get());
            at = read(at.get(), artifacts).previous();
        }
        return new BaseVersion(List.copyOf(changes), change -> read(change, artifacts));
    }

    private static BaseChange read(Digest name, ArtifactPort artifacts) {
        byte[] content =
                artifacts
                        .get(name)
                        .orElseThrow(
                                () ->
                                        new IllegalStateException(
                                                "change of the base is gone: artifact=" + name));
        return decoded(name, content);
    }

    private static BaseChange decoded(Digest name, byte[] content) {
        try {
            return BaseChangeCodec.decode(content);
        } catch (ArtifactFormatException e) {
            throw new IllegalStateException("change of the base cannot be read: " + name, e);
        }
    }

    /** Copies the list. */
    public BaseVersion {
        changes = List.copyOf(changes);
    }

    /** The version that {@code change}, which follows this one, leads to; kept nowhere. */
    public BaseVersion with(BaseChange change) {
        byte[] content = BaseChangeCodec.encode(change);
        Digest name = Digest.of(content);
        List<Digest> more = new ArrayList<>(changes);
        more.add(name);
        return new BaseVersion(
                more,
                wanted -> wanted.equals(name) ? decoded(name, content) : reader.apply(wanted));
    }

    /** The name of the version. */
    public Optional<Digest> name() {
        return changes.isEmpty() ? Optional.empty() : Optional.of(changes.getLast());
    }
}
