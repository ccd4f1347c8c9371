package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterState;

/**
 * Fed-SB (arXiv 2502.15436): the R of all targets and the head travel, and their mean is exact.
 *
 * <p>With frozen B and A the same for all, {@code Σ p_i B R_i A = B (Σ p_i R_i) A} for any weights
 * that sum to one.
 */
public final class FedSb implements ExchangeMethod {
    /** Called by the service loader. */
    public FedSb() {}

    @Override
    public String name() {
        return "fed-sb";
    }

    @Override
    public float[] update(AdapterState start, AdapterState trained) {
        float[] update = new float[start.values().length];
        for (int i = 0; i < update.length; i++) {
            update[i] = trained.values()[i] - start.values()[i];
        }
        return update;
    }

    @Override
    public AdapterState next(AdapterState current, double[] step) {
        float[] values = new float[step.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (current.values()[i] + step[i]);
        }
        return new AdapterState(current.layout(), values);
    }
}
