package dev.gossamer.client.tensor;

import jdk.incubator.vector.FloatVector;

/** Rows whose values stand one by one, by the Vector API. */
enum PlainFormat implements RowFormat {
    /** 32-bit floats. */
    FP32 {
        @Override
        FloatVector load(long row, int i) {
            return Lanes.load(row + 4L * i);
        }

        @Override
        public boolean isFloats() {
            return true;
        }

        @Override
        float value(long row, int i) {
            return Tensor.peek(row + 4L * i);
        }

        @Override
        public void dots(long row0, long row1, long row2, long row3, long x, int n, long y) {
            floats(row0, row1, row2, row3, x, n, y);
        }
    },
    /** The upper halves of 32-bit floats. */
    BF16 {
        @Override
        FloatVector load(long row, int i) {
            return Narrow.bfloats(row + 2L * i);
        }

        @Override
        float value(long row, int i) {
            return ScalarFormat.bfloat(row + 2L * i);
        }

        @Override
        public void dots(long row0, long row1, long row2, long row3, long x, int n, long y) {
            bfloats(row0, row1, row2, row3, x, n, y);
        }
    };

    abstract FloatVector load(long row, int i);

    abstract float value(long row, int i);

    @Override
    public void decode(long row, long to, int n) {
        int i = 0;
        for (; i < Lanes.S.loopBound(n); i += Lanes.LANES) {
            Lanes.store(load(row, i), to + 4L * i);
        }
        for (; i < n; i++) {
            Tensor.poke(to + 4L * i, value(row, i));
        }
    }

    @Override
    public float dot(long row, long x, int n) {
        FloatVector sum = FloatVector.zero(Lanes.S);
        for (int i = 0; i < Lanes.S.loopBound(n); i += Lanes.LANES) {
            sum = load(row, i).fma(Lanes.load(x + 4L * i), sum);
        }
        return rest(row, x, n, Lanes.sum(sum));
    }

    private float rest(long row, long x, int n, float sum) {
        float all = sum;
        for (int i = Lanes.S.loopBound(n); i < n; i++) {
            all = Math.fma(value(row, i), Tensor.peek(x + 4L * i), all);
        }
        return all;
    }

    void floats(long row0, long row1, long row2, long row3, long x, int n, long y) {
        FloatVector s0 = FloatVector.zero(Lanes.S);
        FloatVector s1 = FloatVector.zero(Lanes.S);
        FloatVector s2 = FloatVector.zero(Lanes.S);
        FloatVector s3 = FloatVector.zero(Lanes.S);
        for (long i = 0; i < 4L * Lanes.S.loopBound(n); i += Lanes.STEP) {
            FloatVector v = Lanes.load(x + i);
            s0 = Lanes.load(row0 + i).fma(v, s0);
            s1 = Lanes.load(row1 + i).fma(v, s1);
            s2 = Lanes.load(row2 + i).fma(v, s2);
            s3 = Lanes.load(row3 + i).fma(v, s3);
        }
        Tensor.poke(y, rest(row0, x, n, Lanes.sum(s0)));
        Tensor.poke(y + 4, rest(row1, x, n, Lanes.sum(s1)));
        Tensor.poke(y + 8, rest(row2, x, n, Lanes.sum(s2)));
        Tensor.poke(y + 12, rest(row3, x, n, Lanes.sum(s3)));
    }

    void bfloats(long row0, long row1, long row2, long row3, long x, int n, long y) {
        FloatVector s0 = FloatVector.zero(Lanes.S);
        FloatVector s1 = FloatVector.zero(Lanes.S);
        FloatVector s2 = FloatVector.zero(Lanes.S);
        FloatVector s3 = FloatVector.zero(Lanes.S);
        for (long i = 0; i < 2L * Lanes.S.loopBound(n); i += Lanes.STEP / 2) {
            FloatVector v = Lanes.load(x + 2 * i);
            s0 = Narrow.bfloats(row0 + i).fma(v, s0);
            s1 = Narrow.bfloats(row1 + i).fma(v, s1);
            s2 = Narrow.bfloats(row2 + i).fma(v, s2);
            s3 = Narrow.bfloats(row3 + i).fma(v, s3);
        }
        Tensor.poke(y, rest(row0, x, n, Lanes.sum(s0)));
        Tensor.poke(y + 4, rest(row1, x, n, Lanes.sum(s1)));
        Tensor.poke(y + 8, rest(row2, x, n, Lanes.sum(s2)));
        Tensor.poke(y + 12, rest(row3, x, n, Lanes.sum(s3)));
    }
}
