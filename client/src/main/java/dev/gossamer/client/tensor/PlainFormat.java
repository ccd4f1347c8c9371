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
        public float dot(long row, long x, int n) {
            return rest(row, x, n, floats(row, x, n));
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
        public float dot(long row, long x, int n) {
            return rest(row, x, n, bfloats(row, x, n));
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

    /** Adds what remains behind whole vectors. */
    float rest(long row, long x, int n, float sum) {
        float all = sum;
        for (int i = Lanes.S.loopBound(n); i < n; i++) {
            all = Math.fma(value(row, i), Tensor.peek(x + 4L * i), all);
        }
        return all;
    }

    private static float floats(long row, long x, int n) {
        FloatVector even = FloatVector.zero(Lanes.S);
        FloatVector odd = FloatVector.zero(Lanes.S);
        for (int i = 0; i < Lanes.S.loopBound(n); i += Lanes.LANES) {
            FloatVector next = Lanes.load(row + 4L * i).fma(Lanes.load(x + 4L * i), even);
            even = odd;
            odd = next;
        }
        return Lanes.sum(even.add(odd));
    }

    private static float bfloats(long row, long x, int n) {
        FloatVector even = FloatVector.zero(Lanes.S);
        FloatVector odd = FloatVector.zero(Lanes.S);
        for (int i = 0; i < Lanes.S.loopBound(n); i += Lanes.LANES) {
            FloatVector next = Narrow.bfloats(row + 2L * i).fma(Lanes.load(x + 4L * i), even);
            even = odd;
            odd = next;
        }
        return Lanes.sum(even.add(odd));
    }
}
