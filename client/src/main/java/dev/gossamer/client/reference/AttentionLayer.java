package dev.gossamer.client.reference;

import dev.gossamer.client.model.Architecture;

import java.util.ArrayList;
import java.util.List;

/**
 * Multi-head attention with its projections.
 *
 * <pre>
 * q, k, v = Q x, K x, V x                            or one map, cut into three
 * q, k    = rotary(norm(q)), rotary(norm(k))         where there are any
 * P       = softmax(mask(q kᵀ / sqrt(headSize)))     head by head; heads / keyValueHeads
 * y       = O (P v)                                  neighbours share a key and a value
 * </pre>
 *
 * @param projections query, key and value, or one map of all three
 * @param queryLayer norm and rotary positions of the queries
 * @param keyLayer the same of the keys
 */
record AttentionLayer(
        Architecture architecture,
        List<Layer> projections,
        Layer queryLayer,
        Layer keyLayer,
        Layer output)
        implements Layer {
    @Override
    public Pass forward(Rows x, double[] values) {
        List<Pass> projected = new ArrayList<>();
        for (Layer projection : projections) {
            projected.add(projection.forward(x, values));
        }
        List<Rows> parts = parts(projected);
        Pass q = queryLayer.forward(parts.get(0), values);
        Pass k = keyLayer.forward(parts.get(1), values);
        Rows v = parts.get(2);
        Pass y = output.forward(context(q.output(), k.output(), v), values);
        return new Pass(
                y.output(),
                (dy, gradient) -> {
                    Rows dContext = y.pullback().apply(dy, gradient);
                    List<Rows> d = contextBackward(q.output(), k.output(), v, dContext);
                    Rows dq = q.pullback().apply(d.get(0), gradient);
                    Rows dk = k.pullback().apply(d.get(1), gradient);
                    return projectionsBackward(projected, List.of(dq, dk, d.get(2)), gradient);
                });
    }

    private List<Rows> parts(List<Pass> projected) {
        if (projected.size() == 3) {
            return projected.stream().map(Pass::output).toList();
        }
        Rows all = projected.getFirst().output();
        int q = architecture.queryWidth();
        int kv = architecture.keyValueWidth();
        return List.of(all.slice(0, q), all.slice(q, kv), all.slice(q + kv, kv));
    }

    private Rows projectionsBackward(List<Pass> projected, List<Rows> d, double[] gradient) {
        if (projected.size() == 3) {
            Rows dq = projected.get(0).pullback().apply(d.get(0), gradient);
            Rows dk = projected.get(1).pullback().apply(d.get(1), gradient);
            Rows dv = projected.get(2).pullback().apply(d.get(2), gradient);
            return dq.plus(dk).plus(dv);
        }
        int q = architecture.queryWidth();
        int kv = architecture.keyValueWidth();
        Rows all = Rows.zero(d.getFirst().rows(), q + 2 * kv);
        all.addInPlace(0, d.get(0));
        all.addInPlace(q, d.get(1));
        all.addInPlace(q + kv, d.get(2));
        return projected.getFirst().pullback().apply(all, gradient);
    }

    private Rows context(Rows q, Rows k, Rows v) {
        Rows context = Rows.zero(q.rows(), q.columns());
        for (int head = 0; head < architecture.heads(); head++) {
            Rows p = probabilities(ofHead(q, head), ofShared(k, head));
            context.addInPlace(column(head), p.times(ofShared(v, head)));
        }
        return context;
    }

    /** The gradients of queries, keys and values. */
    private List<Rows> contextBackward(Rows q, Rows k, Rows v, Rows dContext) {
        Rows dq = Rows.zero(q.rows(), q.columns());
        Rows dk = Rows.zero(k.rows(), k.columns());
        Rows dv = Rows.zero(v.rows(), v.columns());
        for (int head = 0; head < architecture.heads(); head++) {
            Rows p = probabilities(ofHead(q, head), ofShared(k, head));
            Rows dc = ofHead(dContext, head);
            dv.addInPlace(sharedColumn(head), p.transposedTimes(dc));
            Rows dScores =
                    softmaxBackward(p, dc.timesTransposed(ofShared(v, head))).scaled(scale());
            dq.addInPlace(column(head), dScores.times(ofShared(k, head)));
            dk.addInPlace(sharedColumn(head), dScores.transposedTimes(ofHead(q, head)));
        }
        return List.of(dq, dk, dv);
    }

    private double scale() {
        return 1 / Math.sqrt(architecture.headSize());
    }

    private int column(int head) {
        return head * architecture.headSize();
    }

    private int sharedColumn(int head) {
        int sharing = architecture.heads() / architecture.keyValueHeads();
        return head / sharing * architecture.headSize();
    }

    private Rows ofHead(Rows rows, int head) {
        return rows.slice(column(head), architecture.headSize());
    }

    private Rows ofShared(Rows rows, int head) {
        return rows.slice(sharedColumn(head), architecture.headSize());
    }

    private Rows probabilities(Rows q, Rows k) {
        Rows scores = q.timesTransposed(k).scaled(scale());
        int n = scores.rows();
        Rows p = Rows.zero(n, n);
        for (int t = 0; t < n; t++) {
            double max = Double.NEGATIVE_INFINITY;
            for (int s = 0; s < n; s++) {
                max = sees(t, s) ? Math.max(max, scores.at(t, s)) : max;
            }
            double sum = 0;
            for (int s = 0; s < n; s++) {
                p.values()[t * n + s] = sees(t, s) ? Math.exp(scores.at(t, s) - max) : 0;
                sum += p.at(t, s);
            }
            for (int s = 0; s < n; s++) {
                p.values()[t * n + s] /= sum;
            }
        }
        return p;
    }

    /** Whether token {@code t} sees token {@code s}. */
    private boolean sees(int t, int s) {
        if (!architecture.causal()) {
            return true;
        }
        return s <= t && t - s < architecture.window().orElse(Integer.MAX_VALUE);
    }

    private static Rows softmaxBackward(Rows p, Rows dp) {
        int n = p.rows();
        Rows d = Rows.zero(n, n);
        for (int t = 0; t < n; t++) {
            double dot = 0;
            for (int s = 0; s < n; s++) {
                dot += p.at(t, s) * dp.at(t, s);
            }
            for (int s = 0; s < n; s++) {
                d.values()[t * n + s] = p.at(t, s) * (dp.at(t, s) - dot);
            }
        }
        return d;
    }
}
