package dev.gossamer.client.train;

import java.util.List;

/** A rule that turns gradients into steps over one flat array of values. */
public sealed interface Optimizer permits AdamW, Sgd {
    /** Takes one step on {@code values}. */
    void stepInPlace(float[] values, float[] gradient, double learningRate);

    /**
     * What an optimiser remembers between steps.
     *
     * @param step how many were taken
     * @param moments as many as the rule keeps, each as long as the values
     */
    record State(int step, List<float[]> moments) {
        /** Copies the list; its arrays belong to this object. */
        public State {
            moments = List.copyOf(moments);
        }
    }

    /** A copy of what it remembers. */
    State state();

    /**
     * Goes on from {@code state}.
     *
     * @throws IllegalArgumentException if it is of another rule or size
     */
    void restore(State state);

    /** Holds {@code state} to a rule that keeps {@code moments} arrays of {@code size}. */
    private static void requireFit(State state, int moments, int size) {
        if (state.moments().size() != moments
                || state.moments().stream().anyMatch(moment -> moment.length != size)) {
            throw new IllegalArgumentException(
                    "optimiser state does not fit: moments="
                            + state.moments().size()
                            + ", bound="
                            + moments
                            + ", values="
                            + size);
        }
    }

    /** Copies the arrays of {@code state} into {@code moments}. */
    static void copy(State state, List<float[]> moments) {
        requireFit(state, moments.size(), moments.getFirst().length);
        for (int i = 0; i < moments.size(); i++) {
            float[] moment = moments.get(i);
            System.arraycopy(state.moments().get(i), 0, moment, 0, moment.length);
        }
    }
}
