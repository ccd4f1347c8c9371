package dev.gossamer.protocols.wire;

/** The bounds that every node holds its peers to, each with its reason. */
public final class ProtocolLimits {
    /** An artifact travels in parts of at most this, so that no frame holds a queue for long. */
    public static final int MAX_CHUNK_BYTES = 1 << 20;

    /** A frame is one update or one chunk; larger updates will travel as chunks of one report. */
    public static final int MAX_FRAME_BYTES = 4 << 20;

    /** An update in a report; the rest of a report's frame takes less than the difference. */
    public static final int MAX_UPDATE_BYTES = MAX_FRAME_BYTES - (1 << 12);

    /** An artifact is a basis or an adapter; the largest basis foreseen is 2.1 GB of bf16. */
    public static final long MAX_ARTIFACT_BYTES = 1L << 32;

    /** Free text is for people: a line or two. */
    public static final int MAX_TEXT_CHARACTERS = 4096;

    /** A resolved run file has some hundred lines. */
    public static final int MAX_RUN_FILE_CHARACTERS = 1 << 20;

    /** A report weighs at most this: a node's rows, or what it is capped to. */
    public static final int MAX_WEIGHT = (1 << 20) - 1;

    private ProtocolLimits() {}
}
