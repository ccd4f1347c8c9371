package dev.gossamer.client.reference;

import java.util.Optional;

/**
 * A linear map with what an adapter adds to it.
 *
 * <pre>
 * y = x Wᵀ + b + s (((m * x) Aᵀ) Rᵀ) Bᵀ    rows of x are tokens, m is what dropout leaves
 * </pre>
 *
 * @param bias {@code [1 × out]}
 */
record LinearLayer(Parameter weight, Optional<Parameter> bias, Optional<Factors> factors)
        implements Layer {
    /**
     * The factors of an adapter.
     *
     * @param r empty where it is the identity
     * @param target the number of the target, whose masks are its own
     */
    record Factors(
            Parameter a,
            Optional<Parameter> r,
            Parameter b,
            double scaling,
            Masks masks,
            int target)
            implements Layer {
        @Override
        public Pass forward(Rows x, double[] values) {
            Rows a = a().at(values);
            Rows b = b().at(values);
            Optional<Rows> mask = masks.of(target, x.rows(), x.columns());
            Rows kept = mask.map(x::hadamard).orElse(x);
            Rows u = kept.timesTransposed(a);
            Rows v = r.map(m -> u.timesTransposed(m.at(values))).orElse(u);
            return new Pass(
                    v.timesTransposed(b).scaled(scaling),
                    (dy, gradient) -> {
                        Rows ds = dy.scaled(scaling);
                        b().addTo(gradient, () -> ds.transposedTimes(v));
                        Rows dv = ds.times(b);
                        r.ifPresent(m -> m.addTo(gradient, () -> dv.transposedTimes(u)));
                        Rows du = r.map(m -> dv.times(m.at(values))).orElse(dv);
                        a().addTo(gradient, () -> du.transposedTimes(kept));
                        Rows dx = du.times(a);
                        return mask.map(dx::hadamard).orElse(dx);
                    });
        }
    }

    @Override
    public Pass forward(Rows x, double[] values) {
        Rows w = weight.at(values);
        Rows plain = x.timesTransposed(w);
        Rows y = bias.map(b -> addToEach(plain, b.at(values))).orElse(plain);
        Optional<Pass> added = factors.map(f -> f.forward(x, values));
        return new Pass(
                added.map(a -> y.plus(a.output())).orElse(y),
                (dy, gradient) -> {
                    bias.ifPresent(b -> b.addTo(gradient, dy::columnSums));
                    weight.addTo(gradient, () -> dy.transposedTimes(x));
                    Rows dx = dy.times(w);
                    return added.map(a -> dx.plus(a.pullback().apply(dy, gradient))).orElse(dx);
                });
    }

    private static Rows addToEach(Rows rows, Rows bias) {
        double[] sum = rows.values().clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += bias.values()[i % bias.columns()];
        }
        return new Rows(rows.rows(), rows.columns(), sum);
    }
}
