package dev.gossamer.client.tensor;

import static dev.gossamer.client.tensor.Lanes.I;
import static dev.gossamer.client.tensor.Lanes.LANES;
import static dev.gossamer.client.tensor.Lanes.ONE;
import static dev.gossamer.client.tensor.Lanes.S;
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
 * <p>A block of lanes computes on all keys that some of them see. Lanes that do not see such a key
 * are given the least score before and zero afterwards, as are all lanes for other keys.
 *
 * <p>Each step is a small method called where many are, so that the compiler never inlines it into
 * one whose budget of nodes is spent, which would box its vectors; for the same reason steps hand
 * vectors on through memory, and sums do not begin with constants.
 */
final class VectorSoftmax {
    private static final IntVector LANE = IntVector.zero(I).addIndex(1);
    private static final FloatVector LEAST = broadcast(Float.NEGATIVE_INFINITY);

    private static final Step[] FORWARD = {
        VectorSoftmax::greatest, VectorSoftmax::expAndSum, VectorSoftmax::scale
    };
    private static final Step[] BACKWARD = {
        VectorSoftmax::again, VectorSoftmax::dot, VectorSoftmax::scoresBackward
    };

    /** One pass over a block's scores. */
    private interface Step {
        void over(Block b);
    }

    /**
     * A block of up to a vector of queries.
     *
     * @param p the scores of the first key that is seen, later probabilities
     * @param d the gradient of the probabilities
     * @param step bytes from one key to the next
     * @param end of {@code p}
     * @param line scratch of a vector
     */
    private record Block(
            long p,
            long d,
            long step,
            long end,
            long max,
            long inverse,
            long line,
            float scale,
            int lanes) {}

    private VectorSoftmax() {}

    private static void run(Step[] steps, Block block) {
        for (Step step : steps) {
            step.over(block);
        }
    }

    static void forward(
            long scores, int queries, int stride, KeyRange range, long max, long inverse) {
        for (int query = 0; query < queries; query += LANES) {
            int lanes = Math.min(LANES, queries - query);
            int from = range.from(query);
            int keys = range.to(query + lanes - 1) - from;
            long column = scores + 4L * query;
            long seen = column + 4L * from * stride;
            long maxes = max + 4L * query;
            long inverses = inverse + 4L * query;
            fillHidden(column, stride, range, query, lanes, LEAST);
            long step = 4L * stride;
            run(
                    FORWARD,
                    new Block(seen, 0, step, seen + keys * step, maxes, inverses, 0, 1, lanes));
            fillHidden(column, stride, range, query, lanes, ZERO);
            clear(column, stride, 0, from);
            clear(column, stride, from + keys, range.keys());
        }
    }

    /** Fills the lanes of keys that only others of the block see. */
    private static void fillHidden(
            long column, int stride, KeyRange range, int query, int lanes, FloatVector value) {
        int last = query + lanes - 1;
        int allFrom = Math.min(range.from(last), range.to(last));
        int allTo = Math.max(range.to(query), allFrom);
        for (int key = range.from(query); key < allFrom; key++) {
            fillHidden(column + 4L * key * stride, range, key - range.offset() - query, value);
        }
        for (int key = allTo; key < range.to(last); key++) {
            fillHidden(column + 4L * key * stride, range, key - range.offset() - query, value);
        }
    }

    /** Lanes from {@code first} on, as many as the window has, see the key. */
    private static void fillHidden(long at, KeyRange range, int first, FloatVector value) {
        int end = Math.clamp((long) first + range.window(), 0, LANES);
        VectorMask<Integer> seen =
                LANE.compare(VectorOperators.GE, first).and(LANE.compare(VectorOperators.LT, end));
        store(value.blend(load(at), seen.cast(S)), at);
    }

    private static void clear(long column, int stride, int from, int to) {
        for (int key = from; key < to; key++) {
            store(ZERO, column + 4L * key * stride);
        }
    }

    private static void greatest(Block b) {
        FloatVector m = broadcast(Float.NEGATIVE_INFINITY);
        for (long i = b.p(); i < b.end(); i += b.step()) {
            FloatVector v = load(i);
            // By a comparison: the maximum as Java defines it takes several instructions.
            m = m.blend(v, v.compare(VectorOperators.GT, m));
        }
        store(m, b.max(), S.indexInRange(0, b.lanes()));
    }

    private static void expAndSum(Block b) {
        FloatVector m = load(b.max(), S.indexInRange(0, b.lanes()));
        FloatVector sum = FloatVector.zero(S);
        for (long i = b.p(); i < b.end(); i += b.step()) {
            FloatVector e = expOfMinus(m.sub(load(i)));
            store(e, i);
            sum = sum.add(e);
        }
        store(ONE.div(sum), b.inverse(), S.indexInRange(0, b.lanes()));
    }

    private static void scale(Block b) {
        FloatVector factor = load(b.inverse(), S.indexInRange(0, b.lanes()));
        for (long i = b.p(); i < b.end(); i += b.step()) {
            store(load(i).mul(factor), i);
        }
    }

    /**
     * The probabilities once more, and the gradient of the scores.
     *
     * @param line scratch of a vector
     */
    static void againBackward(
            long scores,
            long dp,
            int queries,
            int stride,
            KeyRange range,
            long max,
            long inverse,
            float scale,
            long line) {
        for (int query = 0; query < queries; query += LANES) {
            int lanes = Math.min(LANES, queries - query);
            int from = range.from(query);
            int keys = range.to(query + lanes - 1) - from;
            long p = scores + 4L * query;
            long d = dp + 4L * query;
            long seen = 4L * from * stride;
            fillHidden(p, stride, range, query, lanes, LEAST);
            long step = 4L * stride;
            run(
                    BACKWARD,
                    new Block(
                            p + seen,
                            d + seen,
                            step,
                            p + seen + keys * step,
                            max + 4L * query,
                            inverse + 4L * query,
                            line,
                            scale,
                            lanes));
            fillHidden(p, stride, range, query, lanes, ZERO);
            fillHidden(d, stride, range, query, lanes, ZERO);
            clear(p, stride, 0, from);
            clear(p, stride, from + keys, range.keys());
            clear(d, stride, 0, from);
            clear(d, stride, from + keys, range.keys());
        }
    }

    private static void again(Block b) {
        FloatVector m = load(b.max(), S.indexInRange(0, b.lanes()));
        FloatVector factor = load(b.inverse(), S.indexInRange(0, b.lanes()));
        for (long i = b.p(); i < b.end(); i += b.step()) {
            store(expOfMinus(m.sub(load(i))).mul(factor), i);
        }
    }

    private static void dot(Block b) {
        FloatVector sum = FloatVector.zero(S);
        for (long i = b.p(); i < b.end(); i += b.step()) {
            sum = load(i).fma(load(i - b.p() + b.d()), sum);
        }
        store(sum, b.line());
    }

    private static void scoresBackward(Block b) {
        FloatVector sum = load(b.line());
        FloatVector factor = broadcast(b.scale());
        for (long i = b.p(); i < b.end(); i += b.step()) {
            long d = i - b.p() + b.d();
            store(load(d).sub(sum).mul(load(i)).mul(factor), d);
        }
    }
}
