package dev.gossamer.privacy.secagg;

/**
 * What the members of a session agree on beforehand; part of what they sign.
 *
 * @param ring of the words
 * @param words of each vector, a weight's word included
 * @param cohort the most members that advertise keys
 * @param minimum the fewest survivors of whom a sum may be opened, in each group where there are
 *     groups
 * @param colluders members that may tell the server all they know, in each group where there are
 *     groups
 * @param agreement on pair keys
 * @param topology who masks with whom
 */
public record SecAggParameters(
        Ring ring,
        int words,
        int cohort,
        int minimum,
        int colluders,
        Agreement agreement,
        Topology topology) {
    /** A gigabyte of 64-bit words is more than a message may have. */
    public static final int MAX_WORDS = 1 << 26;

    /** Lists of keys and sets of survivors go to each member whole. */
    public static final int MAX_COHORT = 10_000;

    /** Of two, each knows the other's input from the sum. One more is left to a client's policy. */
    static final int LEAST_SURVIVORS = 2;

    /**
     * Numbers that fit each other.
     *
     * @throws IllegalArgumentException otherwise, with the numbers
     */
    public SecAggParameters {
        requireWithin("words", words, 1, MAX_WORDS);
        requireWithin("cohort", cohort, LEAST_SURVIVORS, MAX_COHORT);
        switch (topology) {
            case Topology.Complete _ -> requireMajority(cohort, minimum, colluders);
            case Topology.Regular regular -> requireRegular(regular, cohort, minimum, colluders);
            case Topology.Groups groups -> requireGroups(groups, cohort, minimum, colluders);
        }
    }

    private static void requireWithin(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "out of range: " + name + "=" + value + ", bound=" + least + ".." + most);
        }
    }

    private static void requireMajority(int holders, int minimum, int colluders) {
        requireWithin("minimum", minimum, LEAST_SURVIVORS, holders);
        requireWithin("colluders", colluders, 0, holders - 1);
        int threshold = Thresholds.majority(holders, colluders);
        if (threshold > minimum) {
            throw new IllegalArgumentException(
                    "minimum is below the threshold, which is above (members + colluders) / 2:"
                            + " minimum="
                            + minimum
                            + ", threshold="
                            + threshold
                            + ", members="
                            + holders
                            + ", colluders="
                            + colluders);
        }
    }

    private static void requireRegular(
            Topology.Regular regular, int cohort, int minimum, int colluders) {
        requireWithin("minimum", minimum, LEAST_SURVIVORS, cohort);
        requireWithin("colluders", colluders, 0, cohort - 1);
        requireWithin("degree", regular.degree(), 2, cohort - 1);
        if (!SharingGraph.isSound(regular, cohort, colluders)) {
            throw new IllegalArgumentException(
                    "colluders reach the threshold in some neighbourhood too easily: degree="
                            + regular.degree()
                            + ", threshold="
                            + regular.threshold()
                            + ", colluders="
                            + colluders
                            + ", cohort="
                            + cohort
                            + ", bound=2^-"
                            + Thresholds.SOUNDNESS_BITS);
        }
    }

    private static void requireGroups(
            Topology.Groups groups, int cohort, int minimum, int colluders) {
        requireMajority(groups.size(), minimum, colluders);
        requireWithin("groups", groups.count(cohort), groups.leastCount(), cohort);
    }

    /** Whether the graph depends on joint randomness, which takes a round trip more. */
    boolean drawsGraph() {
        return !(topology instanceof Topology.Complete);
    }
}
