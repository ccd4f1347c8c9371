package dev.gossamer.protocols.node;

import java.util.regex.Pattern;

/** The name of a node: 1 to 64 lower-case letters, digits and hyphens. */
public record NodeId(String value) implements Comparable<NodeId> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9-]{1,64}");

    /** The node that serves a run, as its clients call it. */
    public static final NodeId COORDINATOR = new NodeId("coordinator");

    /** A name of the right form. */
    public NodeId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "bad node id: id=" + value + ", form=" + FORM.pattern());
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
