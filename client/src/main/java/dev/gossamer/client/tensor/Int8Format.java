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
        FloatVector sum = FloatVector.zero(Lanes.S);
        long from = row + HEADER_BYTES;
        for (int i = 0; i < Lanes.S.loopBound(n); i += Lanes.LANES) {
            sum = Narrow.signed(from + i).fma(Lanes.load(x + 4L * i), sum);
        }
        return scaled(row, x, n, Lanes.sum(sum));
    }

    @Override
    public void dots(long row0, long row1, long row2, long row3, long x, int n, long y) {
        FloatVector s0 = FloatVector.zero(Lanes.S);
        FloatVector s1 = FloatVector.zero(Lanes.S);
        FloatVector s2 = FloatVector.zero(Lanes.S);
        FloatVector s3 = FloatVector.zero(Lanes.S);
        for (long i = 0; i < Lanes.S.loopBound(n); i += Lanes.LANES) {
            FloatVector v = Lanes.load(x + 4 * i);
            s0 = Narrow.signed(row0 + HEADER_BYTES + i).fma(v, s0);
            s1 = Narrow.signed(row1 + HEADER_BYTES + i).fma(v, s1);
            s2 = Narrow.signed(row2 + HEADER_BYTES + i).fma(v, s2);
            s3 = Narrow.signed(row3 + HEADER_BYTES + i).fma(v, s3);
        }
        Tensor.poke(y, scaled(row0, x, n, Lanes.sum(s0)));
        Tensor.poke(y + 4, scaled(row1, x, n, Lanes.sum(s1)));
        Tensor.poke(y + 8, scaled(row2, x, n, Lanes.sum(s2)));
        Tensor.poke(y + 12, scaled(row3, x, n, Lanes.sum(s3)));
    }

    /** The product from that of the bare bytes. */
    private static float scaled(long row, long x, int n, float sum) {
        float zero = Tensor.peek(row + 4);
        float all = sum;
        for (int i = Lanes.S.loopBound(n); i < n; i++) {
            float q = ScalarFormat.signed(row + HEADER_BYTES + i);
            all = Math.fma(q, Tensor.peek(x + 4L * i), all);
        }
        if (zero != 0) {
            all -= zero * total(x, n);
        }
        return Tensor.peek(row) * all;
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
