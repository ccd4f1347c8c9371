package dev.gossamer.client.tensor;

import jdk.incubator.vector.FloatVector;

/**
 * Rows of signed bytes behind their scale and zero point, by the Vector API.
 *
 * <pre>
 * 0  scale, fp32
 * 4  zero point, fp32
 * 8  n signed bytes q          scale (q - zero)
 * </pre>
 */
final class Int8Format implements RowFormat {
    /** Bytes before the values. */
    static final int HEADER_BYTES = 8;

    /** Bytes of a row of {@code n} values. */
    static long rowBytes(int n) {
        return (HEADER_BYTES + n + 7L) / 8 * 8;
    }

    @Override
    public void decode(long row, long to, int n) {
        float scale = Tensor.peek(row);
        float zero = Tensor.peek(row + 4);
        long from = row + HEADER_BYTES;
        FloatVector scales = Lanes.broadcast(scale);
        FloatVector zeros = Lanes.broadcast(zero);
        int i = 0;
        for (; i < Lanes.S.loopBound(n); i += Lanes.LANES) {
            Lanes.store(Narrow.signed(from + i).sub(zeros).mul(scales), to + 4L * i);
        }
        for (; i < n; i++) {
            Tensor.poke(to + 4L * i, scale * (ScalarFormat.signed(from + i) - zero));
        }
    }

    @Override
    public float dot(long row, long x, int n) {
        FloatVector even = FloatVector.zero(Lanes.S);
        FloatVector odd = FloatVector.zero(Lanes.S);
        long from = row + HEADER_BYTES;
        for (int i = 0; i < Lanes.S.loopBound(n); i += Lanes.LANES) {
            FloatVector next = Narrow.signed(from + i).fma(Lanes.load(x + 4L * i), even);
            even = odd;
            odd = next;
        }
        return scaled(row, x, n, Lanes.sum(even.add(odd)));
    }

    /** The product from that of the bare bytes. */
    private static float scaled(long row, long x, int n, float sum) {
        float zero = Tensor.peek(row + 4);
        float all = sum;
        for (int i = Lanes.S.loopBound(n); i < n; i++) {
            float q = ScalarFormat.signed(row + HEADER_BYTES + i);
            all = Math.fma(q, Tensor.peek(x + 4L * i), all);
        }
        return Tensor.peek(row) * (zero == 0 ? all : all - zero * total(x, n));
    }

    private static float total(long x, int n) {
        FloatVector sum = FloatVector.zero(Lanes.S);
        for (int i = 0; i < Lanes.S.loopBound(n); i += Lanes.LANES) {
            sum = sum.add(Lanes.load(x + 4L * i));
        }
        float all = Lanes.sum(sum);
        for (int i = Lanes.S.loopBound(n); i < n; i++) {
            all += Tensor.peek(x + 4L * i);
        }
        return all;
    }
}
