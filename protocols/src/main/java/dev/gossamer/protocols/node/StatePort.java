package dev.gossamer.protocols.node;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The small values that a node remembers by name, whatever happens to its process.
 *
 * <p>Confined to the node's thread.
 */
public interface StatePort {
    /** A name: 1 to 64 lower-case letters, digits and hyphens. */
    Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    /**
     * The value called {@code name}, if there is one; one that was damaged counts as absent.
     *
     * @throws StateException if it is there and cannot be read
     */
    Optional<byte[]> get(String name);

    /**
     * Puts {@code content} in the place of the value called {@code name}: durable when this
     * returns, and all or nothing of it before.
     *
     * @throws StateException if it cannot be written; the former value stands
     */
    void put(String name, byte[] content);

    /**
     * Forgets the value called {@code name}, if there is one.
     *
     * @throws StateException if it is there and cannot be removed
     */
    void remove(String name);

    /**
     * Holds {@code name} to its form.
     *
     * @throws IllegalArgumentException if it has another
     */
    static void requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "bad name of a state: name=" + name + ", form=" + NAME.pattern());
        }
    }
}
