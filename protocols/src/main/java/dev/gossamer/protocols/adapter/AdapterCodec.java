package dev.gossamer.protocols.adapter;

import dev.gossamer.protocols.adapter.AdapterLayout.Slice;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An adapter as an artifact, and back. Little-endian throughout.
 *
 * <pre>
 * "GSA1" | slices u32 | slice ... | values fp32, in layout order
 * slice: name length u32 | name UTF-8 | rows u32 | columns u32
 * </pre>
 *
 * <p>The artifact's digest names the version on the wire; {@link AdapterState#digest} is that of
 * fingerprint and values alone, which outlives a change of this format.
 */
public final class AdapterCodec {
    private static final int MAGIC = 'G' | 'S' << 8 | 'A' << 16 | '1' << 24;

    /** Three factors for each of the most targets that a basis may have, and a head. */
    private static final int MAX_SLICES = 1 << 16;

    private AdapterCodec() {}

    /** The artifact of {@code state}. */
    public static byte[] encode(AdapterState state) {
        byte[] header = header(state.layout());
        int length = Math.addExact(header.length, Math.multiplyExact(4, state.values().length));
        ByteBuffer out = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        out.put(header).asFloatBuffer().put(state.values());
        return out.array();
    }

    /** What stands before the values in the artifact of any state of {@code layout}. */
    public static byte[] header(AdapterLayout layout) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(BasisCodec.ints(MAGIC, layout.slices().size()));
        for (Slice slice : layout.slices()) {
            byte[] name = slice.name().getBytes(StandardCharsets.UTF_8);
            out.writeBytes(BasisCodec.ints(name.length));
            out.writeBytes(name);
            out.writeBytes(BasisCodec.ints(slice.rows(), slice.columns()));
        }
        return out.toByteArray();
    }

    /**
     * The adapter in {@code content}.
     *
     * @throws ArtifactFormatException for any bytes that {@link #encode} does not write, and for
     *     values that are not finite
     */
    public static AdapterState decode(byte[] content) throws ArtifactFormatException {
        ArtifactReader in = new ArtifactReader(content, MAGIC, "adapter");
        AdapterLayout layout = layout(in);
        float[] values = in.floats("values", layout.size());
        in.end();
        BasisCodec.requireFinite("adapter", values);
        return new AdapterState(layout, values);
    }

    private static AdapterLayout layout(ArtifactReader in) throws ArtifactFormatException {
        int count = in.count("slices", MAX_SLICES);
        List<Slice> slices = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                String name = in.name();
                int rows = in.count("rows", AdapterLayout.MAX_VALUES);
                slices.add(new Slice(name, rows, in.count("columns", AdapterLayout.MAX_VALUES)));
            }
            return new AdapterLayout(slices);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new ArtifactFormatException("bad layout: " + e.getMessage());
        }
    }
}
