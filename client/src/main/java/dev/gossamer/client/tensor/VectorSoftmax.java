package dev.gossamer.client.tensor;

import static dev.gossamer.client.tensor.Lanes.I;
import static dev.gossamer.client.tensor.Lanes.LANES;
import static dev.gossamer.client.tensor.Lanes.ONE;
import static dev.gossamer.client.tensor.Lanes.ZERO;
import static dev.gossamer.client.tensor.Lanes.broadcast;
import static dev.gossamer.client.tensor.Lanes.expOfMinus;
import static dev.gossamer.client.tensor.Lanes.load;
import static dev.gossamer.client.tensor.Lanes.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Softmax down the columns of a tile of scores, a query a lane: no sum ever crosses lanes.
 *
 * <p>The keys that all lanes of a block see are a range, and before and after it are those that
 * some see; the rest is set to zero.
 */
final class VectorSoftmax {
    private static final IntVector LANE = IntVector.zero(I).addIndex(1);
    private static final FloatVector LEAST = broadcast(Float.NEGATIVE_INFINITY);

    private VectorSoftmax() {}

    /** The keys that a block of lanes sees, of a tile {@code [keys × queries]}. */
    private record Block(
            KeyRange range, int query, int someFrom, int allFrom, int allTo, int someTo) {
        static Block of(KeyRange range, int query, int last) {
            int someFrom = range.from(query);
            int someTo = range.to(last);
            int allFrom = range.from(last);
            int allTo = range.to(query);
            return allFrom < allTo
                    ? new Block(range, query, someFrom, allFrom, allTo, someTo)
                    : new Block(range, query, someFrom, someTo, someTo, someTo);
        }

        /** The lanes that see {@code key}. */
        VectorMask<Float> seeing(int key) {
            int first = Math.clamp((long) key - range.offset() - query, 0, LANES);
            long end = (long) key + range.window() - range.offset() - query;
            int last = Math.clamp(end, 0, LANES);
            return LANE.compare(VectorOperators.GE, first)
                    .and(LANE.compare(VectorOperators.LT, last))
                    .cast(Lanes.S);
        }
    }

    static void forward(
            long scores, int queries, int stride, KeyRange range, long max, long inverse) {
        for (int query = 0; query < queries; query += LANES) {
            int last = Math.min(query + LANES, queries) - 1;
            Block b = Block.of(range, query, last);
            long column = scores + 4L * query;
            FloatVector m = greatest(column, stride, b);
            FloatVector sum = exp(column, stride, b, m);
            FloatVector scale = ONE.div(sum);
            scale(column + 4L * b.someFrom() * stride, stride, b.someTo() - b.someFrom(), scale);
            clear(column, stride, 0, b.someFrom());
            clear(column, stride, b.someTo(), range.keys());
            VectorMask<Float> mask = Lanes.S.indexInRange(query, queries);
            store(m, max + 4L * query, mask);
            store(scale, inverse + 4L * query, mask);
        }
    }

    private static FloatVector greatest(long column, int stride, Block b) {
        FloatVector m = LEAST;
        for (int key = b.someFrom(); key < b.allFrom(); key++) {
            m = m.blend(greater(m, load(column + 4L * key * stride)), b.seeing(key));
        }
        m = greatest(column + 4L * b.allFrom() * stride, stride, b.allTo() - b.allFrom(), m);
        for (int key = b.allTo(); key < b.someTo(); key++) {
            m = m.blend(greater(m, load(column + 4L * key * stride)), b.seeing(key));
        }
        return m;
    }

    private static FloatVector greatest(long at, int stride, int keys, FloatVector start) {
        FloatVector m = start;
        for (int key = 0; key < keys; key++) {
            m = greater(m, load(at + 4L * key * stride));
        }
        return m;
    }

    /** By a comparison: the maximum as Java defines it takes several instructions. */
    private static FloatVector greater(FloatVector a, FloatVector b) {
        return a.blend(b, b.compare(VectorOperators.GT, a));
    }

    private static FloatVector exp(long column, int stride, Block b, FloatVector max) {
        FloatVector sum = ZERO;
        for (int key = b.someFrom(); key < b.allFrom(); key++) {
            sum = sum.add(exp(column + 4L * key * stride, max, b.seeing(key)));
        }
        sum = exp(column + 4L * b.allFrom() * stride, stride, b.allTo() - b.allFrom(), max, sum);
        for (int key = b.allTo(); key < b.someTo(); key++) {
            sum = sum.add(exp(column + 4L * key * stride, max, b.seeing(key)));
        }
        return sum;
    }

    private static FloatVector exp(long at, FloatVector max, VectorMask<Float> mask) {
        FloatVector e = ZERO.blend(expOfMinus(max.sub(load(at))), mask);
        store(e, at);
        return e;
    }

    private static FloatVector exp(
            long at, int stride, int keys, FloatVector max, FloatVector start) {
        FloatVector sum = start;
        for (int key = 0; key < keys; key++) {
            long i = at + 4L * key * stride;
            FloatVector e = expOfMinus(max.sub(load(i)));
            store(e, i);
            sum = sum.add(e);
        }
        return sum;
    }

    private static void scale(long at, int stride, int keys, FloatVector factor) {
        for (int key = 0; key < keys; key++) {
            long i = at + 4L * key * stride;
            store(load(i).mul(factor), i);
        }
    }

    private static void clear(long column, int stride, int from, int to) {
        for (int key = from; key < to; key++) {
            store(ZERO, column + 4L * key * stride);
        }
    }

    static void againBackward(
            long scores,
            long dp,
            int queries,
            int stride,
            KeyRange range,
            long max,
            long inverse,
            float scale) {
        for (int query = 0; query < queries; query += LANES) {
            int last = Math.min(query + LANES, queries) - 1;
            Block b = Block.of(range, query, last);
            VectorMask<Float> mask = Lanes.S.indexInRange(query, queries);
            FloatVector m = load(max + 4L * query, mask);
            FloatVector inverses = load(inverse + 4L * query, mask);
            long p = scores + 4L * query;
            long d = dp + 4L * query;
            FloatVector dot = again(p, d, stride, b, m, inverses);
            long first = 4L * b.someFrom() * stride;
            int seen = b.someTo() - b.someFrom();
            scoresBackward(p + first, d + first, stride, seen, dot, broadcast(scale));
            clear(p, stride, 0, b.someFrom());
            clear(p, stride, b.someTo(), range.keys());
            clear(d, stride, 0, b.someFrom());
            clear(d, stride, b.someTo(), range.keys());
        }
    }

    private static FloatVector again(
            long p, long dp, int stride, Block b, FloatVector max, FloatVector inverse) {
        FloatVector dot = ZERO;
        for (int key = b.someFrom(); key < b.allFrom(); key++) {
            long at = 4L * key * stride;
            dot = again(p + at, max, inverse, b.seeing(key)).fma(load(dp + at), dot);
        }
        long all = 4L * b.allFrom() * stride;
        dot = again(p + all, dp + all, stride, b.allTo() - b.allFrom(), max, inverse, dot);
        for (int key = b.allTo(); key < b.someTo(); key++) {
            long at = 4L * key * stride;
            dot = again(p + at, max, inverse, b.seeing(key)).fma(load(dp + at), dot);
        }
        return dot;
    }

    private static FloatVector again(
            long at, FloatVector max, FloatVector inverse, VectorMask<Float> mask) {
        FloatVector e = expOfMinus(max.sub(load(at))).mul(inverse);
        FloatVector p = ZERO.blend(e, mask);
        store(p, at);
        return p;
    }

    private static FloatVector again(
            long p,
            long dp,
            int stride,
            int keys,
            FloatVector max,
            FloatVector inverse,
            FloatVector start) {
        FloatVector dot = start;
        for (int key = 0; key < keys; key++) {
            long at = 4L * key * stride;
            FloatVector e = expOfMinus(max.sub(load(p + at))).mul(inverse);
            store(e, p + at);
            dot = e.fma(load(dp + at), dot);
        }
        return dot;
    }

    private static void scoresBackward(
            long p, long dp, int stride, int keys, FloatVector dot, FloatVector scale) {
        for (int key = 0; key < keys; key++) {
            long at = 4L * key * stride;
            FloatVector d = load(dp + at).sub(dot).mul(load(p + at));
            store(d.mul(scale), dp + at);
        }
    }
}
