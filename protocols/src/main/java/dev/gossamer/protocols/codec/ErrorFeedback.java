package dev.gossamer.protocols.codec;

import dev.gossamer.protocols.run.CodecPlan;

/**
 * What a node owes: the part of its updates that no message has carried yet (error feedback,
 * Karimireddy et al., arXiv 1901.09847).
 *
 * <p>Before a message is encoded, {@link #add} puts the new update on top; once it is known to have
 * arrived, {@link #sent} takes off what it carried, quantisation and all. So what was sent and what
 * is owed sum to all updates, and a report that is lost or refused loses nothing. By the rules that
 * forget, they sum to less. Kept in double precision: the difference of two floats is exact there
 * unless they are far apart.
 *
 * <p>Not for use with noise or clipping on the client: what is carried over escapes the clip bound.
 * Confined to one thread.
 */
public final class ErrorFeedback {
    private final CodecPlan plan;
    private final double[] owed;

    /** Nothing owed. */
    public ErrorFeedback(CodecPlan plan, int size) {
        this(plan, new double[size]);
    }

    private ErrorFeedback(CodecPlan plan, double[] owed) {
        plan.requireWithin("plan");
        this.plan = plan;
        this.owed = owed;
    }

    /** What was owed when {@code owed} was read from another. */
    public static ErrorFeedback restored(CodecPlan plan, double[] owed) {
        return new ErrorFeedback(plan, owed.clone());
    }

    /**
     * What to send of {@code update} and of what is owed; from now on all of it is owed.
     *
     * @param missed rounds since the last update
     */
    public float[] add(int missed, float[] update) {
        if (update.length != owed.length || missed < 0) {
            throw new IllegalArgumentException(
                    "update does not follow: values="
                            + update.length
                            + ", expected="
                            + owed.length
                            + ", missed="
                            + missed);
        }
        double share = share(missed);
        float[] sum = new float[update.length];
        for (int i = 0; i < sum.length; i++) {
            owed[i] = owed[i] * share + update[i];
            sum[i] = (float) owed[i];
        }
        return sum;
    }

    /** How much of what is owed outlives {@code missed} rounds. */
    private double share(int missed) {
        return switch (plan.feedback()) {
            case NONE -> 0;
            case KEEP -> 1;
            case DECAY -> StrictMath.pow(plan.feedbackDecay(), missed);
            case RESET -> missed > plan.feedbackRounds() ? 0 : 1;
        };
    }

    /** Takes off what has arrived. */
    public void sent(DecodedUpdate sent) {
        if (sent.size() != owed.length) {
            throw new IllegalArgumentException(
                    "update has a wrong length: values="
                            + sent.size()
                            + ", expected="
                            + owed.length);
        }
        switch (sent) {
            case DecodedUpdate.Dense dense -> {
                for (int i = 0; i < owed.length; i++) {
                    owed[i] -= dense.values()[i];
                }
            }
            case DecodedUpdate.Sparse sparse -> {
                for (int i = 0; i < sparse.kept(); i++) {
                    owed[sparse.indices()[i]] -= sparse.values()[i];
                }
            }
        }
    }

    /** What is owed, in layout order. */
    public double[] owed() {
        return owed.clone();
    }
}
