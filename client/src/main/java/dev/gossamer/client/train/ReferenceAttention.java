package dev.gossamer.client.train;

/** Multi-head attention of one sequence in double precision. */
final class ReferenceAttention {
    private final int heads;
    private final int size;
    private final int hidden;

    ReferenceAttention(int heads, int size) {
        this.heads = heads;
        this.size = size;
        hidden = heads * size;
    }

    /** Gradients of the three projections, each {@code [tokens × hidden]}. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Gradients(double[] query, double[] key, double[] value) {}

    double[] forward(double[] q, double[] k, double[] v) {
        int n = q.length / hidden;
        double[] context = new double[q.length];
        for (int head = 0; head < heads; head++) {
            for (int t = 0; t < n; t++) {
                double[] p = probabilities(q, k, head, t, n);
                for (int s = 0; s < n; s++) {
                    for (int i = 0; i < size; i++) {
                        context[at(t, head, i)] += p[s] * v[at(s, head, i)];
                    }
                }
            }
        }
        return context;
    }

    private int at(int token, int head, int i) {
        return token * hidden + head * size + i;
    }

    private double[] probabilities(double[] q, double[] k, int head, int t, int n) {
        double[] p = new double[n];
        double max = Double.NEGATIVE_INFINITY;
        for (int s = 0; s < n; s++) {
            for (int i = 0; i < size; i++) {
                p[s] += q[at(t, head, i)] * k[at(s, head, i)];
            }
            p[s] /= Math.sqrt(size);
            max = Math.max(max, p[s]);
        }
        double sum = 0;
        for (int s = 0; s < n; s++) {
            p[s] = Math.exp(p[s] - max);
            sum += p[s];
        }
        for (int s = 0; s < n; s++) {
            p[s] /= sum;
        }
        return p;
    }

    Gradients backward(double[] q, double[] k, double[] v, double[] dContext) {
        int n = q.length / hidden;
        Gradients d =
                new Gradients(new double[q.length], new double[q.length], new double[q.length]);
        for (int head = 0; head < heads; head++) {
            for (int t = 0; t < n; t++) {
                rowBackward(q, k, v, dContext, d, head, t, n);
            }
        }
        return d;
    }

    private void rowBackward(
            double[] q,
            double[] k,
            double[] v,
            double[] dContext,
            Gradients d,
            int head,
            int t,
            int n) {
        double[] p = probabilities(q, k, head, t, n);
        double[] dp = new double[n];
        double dot = 0;
        for (int s = 0; s < n; s++) {
            for (int i = 0; i < size; i++) {
                dp[s] += dContext[at(t, head, i)] * v[at(s, head, i)];
                d.value()[at(s, head, i)] += p[s] * dContext[at(t, head, i)];
            }
            dot += dp[s] * p[s];
        }
        for (int s = 0; s < n; s++) {
            double dScore = p[s] * (dp[s] - dot) / Math.sqrt(size);
            for (int i = 0; i < size; i++) {
                d.query()[at(t, head, i)] += dScore * k[at(s, head, i)];
                d.key()[at(s, head, i)] += dScore * q[at(t, head, i)];
            }
        }
    }
}
