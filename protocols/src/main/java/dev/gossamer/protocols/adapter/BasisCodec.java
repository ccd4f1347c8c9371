package dev.gossamer.protocols.adapter;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A basis as an artifact, and back. Little-endian throughout.
 *
 * <pre>
 * "GSB1" | targets u32 | target ...
 * target: name length u32 | name UTF-8 | rank u32 | in u32 | out u32
 *         | A [rank × in] | B [out × rank]
 * </pre>
 */
public final class BasisCodec {
    private static final int MAGIC = 'G' | 'S' << 8 | 'B' << 16 | '1' << 24;

    /** Far above the 294 matrices of a 9-billion-parameter model. */
    private static final int MAX_TARGETS = 1 << 14;

    /** Far above the widest matrix side in use; keeps products of two sides within a long. */
    private static final int MAX_SIDE = 1 << 20;

    private BasisCodec() {}

    /** The artifact of {@code basis}. */
    public static byte[] encode(Basis basis) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ints(MAGIC, basis.targets().size()));
        for (Basis.Target target : basis.targets()) {
            byte[] name = target.name().getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ints(name.length));
            out.writeBytes(name);
            out.writeBytes(ints(target.rank(), target.in(), target.out()));
            out.writeBytes(AdapterState.littleEndian(target.a()));
            out.writeBytes(AdapterState.littleEndian(target.b()));
        }
        return out.toByteArray();
    }

    static byte[] ints(int... values) {
        ByteBuffer block =
                ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        block.asIntBuffer().put(values);
        return block.array();
    }

    /**
     * The basis in {@code content}.
     *
     * @throws ArtifactFormatException for any bytes that {@link #encode} does not write, and for
     *     values that are not finite
     */
    public static Basis decode(byte[] content) throws ArtifactFormatException {
        ArtifactReader in = new ArtifactReader(content, MAGIC, "basis");
        int count = in.count("targets", 0, MAX_TARGETS);
        List<Basis.Target> targets = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            Basis.Target target = target(in);
            if (!names.add(target.name())) {
                throw new ArtifactFormatException("target named twice: name=" + target.name());
            }
            targets.add(target);
        }
        in.end();
        return new Basis(targets);
    }

    private static Basis.Target target(ArtifactReader in) throws ArtifactFormatException {
        String name = in.name();
        int rank = in.count("rank", MAX_SIDE);
        int columns = in.count("in", MAX_SIDE);
        int rows = in.count("out", MAX_SIDE);
        float[] a = in.floats("A of " + name, (long) rank * columns);
        float[] b = in.floats("B of " + name, (long) rows * rank);
        requireFinite(name, a);
        requireFinite(name, b);
        try {
            return new Basis.Target(name, rank, columns, rows, a, b);
        } catch (IllegalArgumentException e) {
            throw new ArtifactFormatException(e.getMessage());
        }
    }

    static void requireFinite(String name, float[] values) throws ArtifactFormatException {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new ArtifactFormatException(
                        "value is not finite: name=" + name + ", value=" + value);
            }
        }
    }
}
