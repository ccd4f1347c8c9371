package dev.gossamer.protocols.adapter;

import dev.gossamer.protocols.algebra.Dense;
import dev.gossamer.protocols.algebra.Factored;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A change of the base as an artifact, and back. Little-endian throughout.
 *
 * <pre>
 * "GSR1" | previous change's digest, 32 bytes, zeros for none | residuals u32 | residual ...
 * residual: name length u32 | name UTF-8 | rows u32 | columns u32 | inner u32
 *           | left [rows × inner] | right [inner × columns]
 * </pre>
 *
 * <p>Where the product has fewer values than its factors it is sent as the left one, with {@code
 * inner} equal to {@code columns} and 0 values of the right one: the identity. Values are fp32.
 */
public final class BaseChangeCodec {
    private static final int MAGIC = 'G' | 'S' << 8 | 'R' << 16 | '1' << 24;

    /** As many as a basis may have targets. */
    private static final int MAX_RESIDUALS = 1 << 14;

    /** Far above the widest matrix side in use, and the ranks of a cohort together. */
    private static final int MAX_SIDE = 1 << 20;

    private static final Digest NONE = Digest.fromBytes(new byte[Digest.BYTES]);

    private BaseChangeCodec() {}

    /** The artifact of {@code change}. */
    public static byte[] encode(BaseChange change) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(BasisCodec.ints(MAGIC));
        out.writeBytes(change.previous().map(Digest::bytes).orElse(new byte[Digest.BYTES]));
        out.writeBytes(BasisCodec.ints(change.residuals().size()));
        for (Residual residual : change.residuals()) {
            write(residual, out);
        }
        return out.toByteArray();
    }

    private static void write(Residual residual, ByteArrayOutputStream out) {
        Factored change = residual.change();
        byte[] name = residual.target().getBytes(StandardCharsets.UTF_8);
        out.writeBytes(BasisCodec.ints(name.length));
        out.writeBytes(name);
        out.writeBytes(BasisCodec.ints(change.rows(), change.columns()));
        if (isDense(change.rows(), change.columns(), change.inner())) {
            out.writeBytes(BasisCodec.ints(change.columns()));
            out.writeBytes(block(change.product()));
        } else {
            out.writeBytes(BasisCodec.ints(change.inner()));
            out.writeBytes(block(change.left()));
            out.writeBytes(block(change.right()));
        }
    }

    private static boolean isDense(long rows, long columns, long inner) {
        return rows * columns < inner * (rows + columns);
    }

    private static byte[] block(DMatrixRMaj matrix) {
        return AdapterState.littleEndian(Dense.rounded(matrix));
    }

    /**
     * The change in {@code content}.
     *
     * @throws ArtifactFormatException for any bytes that {@link #encode} does not write, and for
     *     values that are not finite
     */
    public static BaseChange decode(byte[] content) throws ArtifactFormatException {
        ArtifactReader in = new ArtifactReader(content, MAGIC, "change of a base");
        Digest previous = in.digest("previous");
        int count = in.count("residuals", MAX_RESIDUALS);
        List<Residual> residuals = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            Residual residual = residual(in);
            if (!names.add(residual.target())) {
                throw new ArtifactFormatException("target named twice: name=" + residual.target());
            }
            residuals.add(residual);
        }
        in.end();
        return new BaseChange(
                Optional.of(previous).filter(digest -> !digest.equals(NONE)), residuals);
    }

    private static Residual residual(ArtifactReader in) throws ArtifactFormatException {
        String name = in.name();
        int rows = in.count("rows", MAX_SIDE);
        int columns = in.count("columns", MAX_SIDE);
        int inner = in.count("inner", MAX_SIDE);
        DMatrixRMaj left = matrix(in, "left of " + name, rows, inner);
        DMatrixRMaj right =
                isDense(rows, columns, inner)
                        ? identity(name, inner, columns)
                        : matrix(in, "right of " + name, inner, columns);
        return new Residual(name, new Factored(left, right));
    }

    /** A product has no second factor; one that is not as wide as the matrix is none. */
    private static DMatrixRMaj identity(String name, int inner, int columns)
            throws ArtifactFormatException {
        if (inner != columns) {
            throw new ArtifactFormatException(
                    "factors are larger than the matrix: target="
                            + name
                            + ", inner="
                            + inner
                            + ", columns="
                            + columns);
        }
        return CommonOps_DDRM.identity(columns);
    }

    private static DMatrixRMaj matrix(ArtifactReader in, String what, int rows, int columns)
            throws ArtifactFormatException {
        float[] values = in.floats(what, (long) rows * columns);
        BasisCodec.requireFinite(what, values);
        return Dense.widened(rows, columns, values);
    }
}
