package dev.gossamer.simulations.compare;

import dev.gossamer.protocols.run.Word;

/**
 * An ordering of two arms that a comparison is held to.
 *
 * @param better the label of the arm that has to do better
 * @param than the other's
 */
record Assertion(String better, String than, Figure by) {
    /** What the arms are ordered by. */
    enum Figure implements Word {
        /** The mean of the measure over the seeds; better than the other's, not equal. */
        SCORE,
        /** The relative aggregation error; at most the other's. */
        AGGREGATION_ERROR
    }

    /** Two arms, not one. */
    Assertion {
        if (better.equals(than)) {
            throw new IllegalArgumentException("an arm against itself: better=" + better);
        }
    }
}
