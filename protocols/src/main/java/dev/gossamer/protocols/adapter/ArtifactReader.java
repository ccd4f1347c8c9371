package dev.gossamer.protocols.adapter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads an artifact's fields; every length is checked before anything is allocated for it. */
public final class ArtifactReader {
    private static final int MAX_NAME_BYTES = 256;

    private final ByteBuffer bytes;

    /**
     * A reader behind the first four bytes of {@code content}.
     *
     * @param kind for people
     * @throws ArtifactFormatException if they are not {@code magic}
     */
    public ArtifactReader(byte[] content, int magic, String kind) throws ArtifactFormatException {
        bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        if (!begins(content, magic)) {
            throw new ArtifactFormatException("artifact is no " + kind + ": first bytes differ");
        }
        bytes.position(Integer.BYTES);
    }

    /** Whether {@code content} begins with {@code magic}. */
    public static boolean begins(byte[] content, int magic) {
        return content.length >= Integer.BYTES
                && ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).getInt() == magic;
    }

    /** A count between 1 and {@code bound}. */
    public int count(String name, int bound) throws ArtifactFormatException {
        return count(name, 1, bound);
    }

    int count(String name, int least, int bound) throws ArtifactFormatException {
        require(name, Integer.BYTES);
        int value = bytes.getInt();
        if (value < least || value > bound) {
            throw new ArtifactFormatException(
                    "out of range: " + name + "=" + value + ", bound=" + bound);
        }
        return value;
    }

    /** A text behind its length in bytes, 1 to 256. */
    public String name() throws ArtifactFormatException {
        byte[] text = new byte[required("name", count("name length", MAX_NAME_BYTES))];
        bytes.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    Digest digest(String name) throws ArtifactFormatException {
        byte[] digest = new byte[required(name, Digest.BYTES)];
        bytes.get(digest);
        return Digest.fromBytes(digest);
    }

    float[] floats(String name, long count) throws ArtifactFormatException {
        float[] values = new float[required(name, count * Float.BYTES) / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        bytes.position(bytes.position() + values.length * Float.BYTES);
        return values;
    }

    /** As many bfloat16 values, each made a float. */
    float[] halves(String name, long count) throws ArtifactFormatException {
        float[] values = new float[required(name, count * Short.BYTES) / Short.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = Bfloat16.widen(bytes.getShort());
        }
        return values;
    }

    /** Holds the artifact to having no more bytes. */
    public void end() throws ArtifactFormatException {
        if (bytes.hasRemaining()) {
            throw new ArtifactFormatException("bytes after the end: bytes=" + bytes.remaining());
        }
    }

    private int required(String name, long wanted) throws ArtifactFormatException {
        require(name, wanted);
        return (int) wanted;
    }

    private void require(String name, long wanted) throws ArtifactFormatException {
        if (wanted > bytes.remaining()) {
            throw new ArtifactFormatException(
                    "artifact ends early: field="
                            + name
                            + ", bytes="
                            + wanted
                            + ", left="
                            + bytes.remaining());
        }
    }
}
