package dev.gossamer.protocols.basis;

import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.ArtifactReader;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.method.Setting.Shape;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The shapes of a basis's targets as an artifact, and back: what stands in a basis's place while
 * none is there. Little-endian.
 *
 * <pre>
 * "GSS1" | targets u32 | target ...
 * target: name length u32 | name UTF-8 | in u32 | out u32
 * </pre>
 *
 * <p>A server knows of no model but what nodes tell it, and the range finder's layouts follow from
 * these.
 */
public final class ShapesCodec {
    private static final int MAGIC = 'G' | 'S' << 8 | 'S' << 16 | '1' << 24;

    /** As a basis may have. */
    private static final int MAX_TARGETS = 1 << 14;

    private static final int MAX_SIDE = 1 << 20;

    private ShapesCodec() {}

    /** The shapes of the targets of {@code basis}. */
    public static List<Shape> of(Basis basis) {
        return basis.targets().stream()
                .map(target -> new Shape(target.name(), target.out(), target.in()))
                .toList();
    }

    /** The artifact of {@code shapes}. */
    public static byte[] encode(List<Shape> shapes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ints(MAGIC, shapes.size()));
        for (Shape shape : shapes) {
            byte[] name = shape.name().getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ints(name.length));
            out.writeBytes(name);
            out.writeBytes(ints(shape.in(), shape.out()));
        }
        return out.toByteArray();
    }

    private static byte[] ints(int... values) {
        ByteBuffer block =
                ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        block.asIntBuffer().put(values);
        return block.array();
    }

    /** Whether {@code content} is shapes, or else a basis. */
    public static boolean writes(byte[] content) {
        return ArtifactReader.begins(content, MAGIC);
    }

    /**
     * The shapes in {@code content}.
     *
     * @throws ArtifactFormatException for any bytes that {@link #encode} does not write
     */
    public static List<Shape> decode(byte[] content) throws ArtifactFormatException {
        ArtifactReader in = new ArtifactReader(content, MAGIC, "list of shapes");
        int count = in.count("targets", MAX_TARGETS);
        List<Shape> shapes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            String name = in.name();
            int columns = in.count("in", MAX_SIDE);
            int rows = in.count("out", MAX_SIDE);
            if (!names.add(name)) {
                throw new ArtifactFormatException("target named twice: name=" + name);
            }
            shapes.add(new Shape(name, rows, columns));
        }
        in.end();
        return shapes;
    }
}
