package dev.gossamer.protocols.aggregate;

/** Turns the mean update of a round into the server's step; the names are those of a run file. */
public enum ServerOptimizer {
    /** The mean itself (McMahan et al., arXiv 1602.05629). */
    FEDAVG {
        @Override
        public double[] step(double[] mean) {
            return mean.clone();
        }
    };

    /** The step for {@code mean}, in layout order. */
    public abstract double[] step(double[] mean);
}
