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
    private int lastRound;

    /** Nothing owed before round {@code firstRound}. */
    public ErrorFeedback(CodecPlan plan, int size, int firstRound) {
        this(plan, new double[size], firstRound - 1);
    }

    private ErrorFeedback(CodecPlan plan, double[] owed, int lastRound) {
        plan.requireWithin("plan");
        this.plan = plan;
        this.owed = owed;
        this.lastRound = lastRound;
    }

    /** What was owed when {@code owed} and {@code lastRound} were read from another. */
    public static ErrorFeedback restored(CodecPlan plan, double[] owed, int lastRound) {
        return new ErrorFeedback(plan, owed.clone(), lastRound);
    }

    /**
     * What to send of {@code update} and of what is owed; from now on all of it is owed.
     *
     * @param round later than that of any other call
     */
    public float[] add(int round, float[] update) {
        if (update.length != owed.length || round <= lastRound) {
            throw new IllegalArgumentException(
                    "update does not follow: values="
                            + update.length
                            + ", expected="
                            + owed.length
                            + ", round="
                            + round
                            + ", last="
                            + lastRound);
        }
        double share = share(round - lastRound - 1);
        float[] sum = new float[update.length];
        for (int i = 0; i < sum.length; i++) {
            owed[i] = owed[i] * share + update[i];
            sum[i] = (float) owed[i];
        }
        lastRound = round;
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

    /** The round of the last update. */
    public int lastRound() {
        return lastRound;
    }
}
