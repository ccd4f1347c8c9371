package dev.gossamer.protocols.adapter;

import dev.gossamer.protocols.algebra.Dense;
import dev.gossamer.protocols.algebra.Orthonormal;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A basis as an artifact, and back. Little-endian throughout.
 *
 * <pre>
 * "GSB1" | targets u32 | target ...        values fp32
 * "GSB2" | targets u32 | target ...        values bf16
 * target: name length u32 | name UTF-8 | rank u32 | in u32 | out u32
 *         | A [rank × in] | B [out × rank]
 * </pre>
 *
 * <p>Rounding to bf16 leaves factors that are orthonormal to three digits. Whoever decodes them
 * makes them so again, {@link Orthonormal} of B and of A's transpose, with the signs they have: the
 * same bytes give every node the same floats, and the span is that of what was sent. Factors that
 * are further off than rounding can bring them are refused.
 */
public final class BasisCodec {
    private static final int FP32 = 'G' | 'S' << 8 | 'B' << 16 | '1' << 24;
    private static final int BF16 = 'G' | 'S' << 8 | 'B' << 16 | '2' << 24;

    /** Far above the 294 matrices of a 9-billion-parameter model. */
    private static final int MAX_TARGETS = 1 << 14;

    /** Far above the widest matrix side in use; keeps products of two sides within a long. */
    private static final int MAX_SIDE = 1 << 20;

    /** As a run file has it; bounds the work that a decoded target can make. */
    private static final int MAX_ROUNDED_RANK = 1 << 12;

    /** Four times the most that a product of two columns, each rounded, can be off. */
    private static final double MAX_DEPARTURE = 8 * Bfloat16.UNIT;

    private BasisCodec() {}

    /** The artifact of {@code basis}, exact. */
    public static byte[] encode(Basis basis) {
        return encode(basis, FP32, AdapterState::littleEndian);
    }

    /**
     * The artifact of {@code basis} in half the bytes. What it decodes to is another basis, nearly
     * the same: an R that belongs to {@code basis} has to be carried over.
     *
     * @throws IllegalArgumentException if a value has no bf16
     */
    public static byte[] encodeBfloat16(Basis basis) {
        return encode(basis, BF16, BasisCodec::halves);
    }

    private static byte[] encode(Basis basis, int magic, Function<float[], byte[]> block) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(ints(magic, basis.targets().size()));
        for (Basis.Target target : basis.targets()) {
            byte[] name = target.name().getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ints(name.length));
            out.writeBytes(name);
            out.writeBytes(ints(target.rank(), target.in(), target.out()));
            out.writeBytes(block.apply(target.a()));
            out.writeBytes(block.apply(target.b()));
        }
        return out.toByteArray();
    }

    private static byte[] halves(float[] values) {
        ByteBuffer block =
                ByteBuffer.allocate(values.length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            short half = Bfloat16.round(value);
            if (!Bfloat16.isFinite(half)) {
                throw new IllegalArgumentException("value has no bf16: value=" + value);
            }
            block.putShort(half);
        }
        return block.array();
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
     * @throws ArtifactFormatException for any bytes that neither way of encoding writes, for values
     *     that are not finite, and for bf16 factors that are not orthonormal
     */
    public static Basis decode(byte[] content) throws ArtifactFormatException {
        boolean rounded = ArtifactReader.begins(content, BF16);
        ArtifactReader in = new ArtifactReader(content, rounded ? BF16 : FP32, "basis");
        int count = in.count("targets", 0, MAX_TARGETS);
        List<Basis.Target> targets = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            Basis.Target target = rounded ? orthonormal(target(in, true)) : target(in, false);
            if (!names.add(target.name())) {
                throw new ArtifactFormatException("target named twice: name=" + target.name());
            }
            targets.add(target);
        }
        in.end();
        return new Basis(targets);
    }

    private static Basis.Target target(ArtifactReader in, boolean rounded)
            throws ArtifactFormatException {
        String name = in.name();
        int rank = in.count("rank", rounded ? MAX_ROUNDED_RANK : MAX_SIDE);
        int columns = in.count("in", MAX_SIDE);
        int rows = in.count("out", MAX_SIDE);
        float[] a = values(in, rounded, "A of " + name, (long) rank * columns);
        float[] b = values(in, rounded, "B of " + name, (long) rows * rank);
        requireFinite(name, a);
        requireFinite(name, b);
        try {
            return new Basis.Target(name, rank, columns, rows, a, b);
        } catch (IllegalArgumentException e) {
            throw new ArtifactFormatException(e.getMessage());
        }
    }

    private static float[] values(ArtifactReader in, boolean rounded, String name, long count)
            throws ArtifactFormatException {
        return rounded ? in.halves(name, count) : in.floats(name, count);
    }

    private static Basis.Target orthonormal(Basis.Target target) throws ArtifactFormatException {
        int rank = target.rank();
        DMatrixRMaj a = Dense.widened(rank, target.in(), target.a());
        DMatrixRMaj columns = orthonormal("A of " + target.name(), transposed(a));
        DMatrixRMaj b = Dense.widened(target.out(), rank, target.b());
        return new Basis.Target(
                target.name(),
                rank,
                target.in(),
                target.out(),
                Dense.rounded(transposed(columns)),
                Dense.rounded(orthonormal("B of " + target.name(), b)));
    }

    private static DMatrixRMaj orthonormal(String name, DMatrixRMaj factor)
            throws ArtifactFormatException {
        Orthonormal found = Orthonormal.of(factor);
        if (found.departure() > MAX_DEPARTURE) {
            throw new ArtifactFormatException(
                    "factor is not orthonormal: name="
                            + name
                            + ", departure="
                            + found.departure()
                            + ", bound="
                            + MAX_DEPARTURE);
        }
        return found.columns();
    }

    private static DMatrixRMaj transposed(DMatrixRMaj matrix) {
        return CommonOps_DDRM.transpose(matrix, null);
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
