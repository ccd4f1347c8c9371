package dev.gossamer.client.train;

/** A training whose loss or gradient is no number any more. */
public final class DivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** At which step, with which loss and gradient norm. */
    public DivergedException(int step, double loss, double norm) {
        super(
                "training diverged: step="
                        + step
                        + ", loss="
                        + loss
                        + ", gradient norm="
                        + norm
                        + "; lower the learning rate or clip the norm");
    }
}
