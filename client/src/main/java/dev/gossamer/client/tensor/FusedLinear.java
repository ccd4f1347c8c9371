package dev.gossamer.client.tensor;

import dev.gossamer.client.model.EncoderWeights.Linear;
import dev.gossamer.protocols.adapter.Basis;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Frozen linear maps of one input, side by side, with their adapters in the same product.
 *
 * <p>With maps {@code y_j = W_j x + b_j + B_j R_j A_j x}, {@code u_j = A_j x} and {@code v_j = R_j
 * u_j}:
 *
 * <pre>
 * forward    Y  = [X | 1 | V]  · [Wᵀ; b; Bᵀ]     Bᵀ block-diagonal
 * backward   dX = [dY | dU]    · [W; A]          dV_j = dY_j B_j,  dU_j = dV_j R_j
 * adapter    dR_j = dV_jᵀ U_j
 * </pre>
 *
 * <p>So nothing is folded into the weights and the adapter costs a few columns of the main product.
 * Immutable; shared by all workers and nodes of a process.
 */
final class FusedLinear {
    /** One map: its frozen weights, its basis if it has one, and where its R begins. */
    record Part(Linear linear, Optional<Basis.Target> target, int slice) {
        int out() {
            return linear.bias().remaining();
        }

        int rank() {
            return target.map(Basis.Target::rank).orElse(0);
        }
    }

    private final List<Part> parts;
    private final int in;
    private final int out;
    private final int rank;
    private final Tensor forward;
    private final Tensor backward;
    private final Tensor down;
    private final Tensor up;

    FusedLinear(int in, List<Part> parts) {
        this.parts = List.copyOf(parts);
        this.in = in;
        out = parts.stream().mapToInt(Part::out).sum();
        rank = parts.stream().mapToInt(Part::rank).sum();
        forward = Tensor.zeros((long) (in + 1 + rank) * out);
        backward = Tensor.zeros((long) (out + rank) * in);
        down = Tensor.zeros((long) in * Math.max(1, rank));
        up = Tensor.zeros(parts.stream().mapToLong(p -> (long) p.out() * p.rank()).sum() + 1);
        pack();
    }

    private void pack() {
        int column = 0;
        int row = 0;
        long upOffset = 0;
        for (Part part : parts) {
            packWeights(part, column);
            int r = part.rank();
            if (r > 0) {
                packFactors(part.target().orElseThrow(), column, row, upOffset);
            }
            column += part.out();
            row += r;
            upOffset += (long) part.out() * r;
        }
    }

    private void packWeights(Part part, int column) {
        FloatBuffer weight = part.linear().weight();
        FloatBuffer bias = part.linear().bias();
        backward.put((long) column * in, weight.duplicate());
        for (int o = 0; o < part.out(); o++) {
            for (int i = 0; i < in; i++) {
                forward.set(
                        (long) i * out + column + o, weight.get(weight.position() + o * in + i));
            }
            forward.set((long) in * out + column + o, bias.get(bias.position() + o));
        }
    }

    private void packFactors(Basis.Target target, int column, int row, long upOffset) {
        int r = target.rank();
        for (int k = 0; k < r; k++) {
            for (int i = 0; i < in; i++) {
                down.set((long) i * rank + row + k, target.a()[k * in + i]);
                backward.set((long) (out + row + k) * in + i, target.a()[k * in + i]);
            }
            for (int o = 0; o < target.out(); o++) {
                forward.set((long) (in + 1 + row + k) * out + column + o, target.b()[o * r + k]);
            }
        }
        up.put(upOffset, target.b());
    }

    List<Part> parts() {
        return parts;
    }

    int in() {
        return in;
    }

    int out() {
        return out;
    }

    int rank() {
        return rank;
    }

    /** Floats from one input row to the next: {@code [x | 1 | v]}, aligned. */
    int inStride() {
        return Tensor.stride(in + 1 + rank);
    }

    /** Floats from one row of output gradients to the next: {@code [dy | du]}, aligned. */
    int outStride() {
        return Tensor.stride(out + rank);
    }

    /**
     * Computes {@code y [rows × out]} from {@code x}, whose rows begin with the input and a one.
     *
     * @param u overwritten with A x, {@code [rows × rank]}
     */
    void forward(int rows, long x, long u, long adapter, long y) {
        int stride = inStride();
        if (rank > 0) {
            OneDnn.multiply(rows, rank, in, x, stride, down.at(0), rank, 0, u, rank);
        }
        int row = 0;
        for (Part part : parts) {
            int r = part.rank();
            if (r > 0) {
                OneDnn.multiplyTransposed(
                        rows,
                        r,
                        r,
                        1,
                        u + 4L * row,
                        rank,
                        adapter + 4L * part.slice(),
                        r,
                        x + 4L * (in + 1 + row),
                        stride);
            }
            row += r;
        }
        OneDnn.multiply(rows, out, in + 1 + rank, x, stride, forward.at(0), out, 0, y, out);
    }

    /**
     * Writes the gradient of each R and fills the tail of {@code dy}, whose rows begin with the
     * output's gradient.
     *
     * @param u as the forward pass left it
     * @param dv scratch, {@code [rows × rank]}
     */
    void adapterBackward(int rows, long dy, long u, long adapter, long gradient, long dv) {
        int stride = outStride();
        int row = 0;
        int column = 0;
        long upOffset = 0;
        for (Part part : parts) {
            int r = part.rank();
            if (r > 0) {
                long dyPart = dy + 4L * column;
                long r0 = adapter + 4L * part.slice();
                long dr = gradient + 4L * part.slice();
                OneDnn.multiply(rows, r, part.out(), dyPart, stride, up.at(upOffset), r, 0, dv, r);
                OneDnn.transposedMultiply(r, r, rows, dv, r, u + 4L * row, rank, 0, dr, r);
                long du = dy + 4L * (out + row);
                OneDnn.multiply(rows, r, r, dv, r, r0, r, 0, du, stride);
            }
            row += r;
            column += part.out();
            upOffset += (long) part.out() * r;
        }
    }

    /** Computes {@code dx = [dy | du] [W; A] + beta dx}, {@code [rows × in]}. */
    void inputBackward(int rows, long dy, float beta, long dx) {
        OneDnn.multiply(rows, in, out + rank, dy, outStride(), backward.at(0), in, beta, dx, in);
    }
}
