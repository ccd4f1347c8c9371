package dev.gossamer.privacy.secagg;

/** Who masks with whom and holds whose shares. */
public sealed interface Topology {
    /**
     * Everybody with everybody, as Bonawitz et al. (2017) have it: for up to about a hundred
     * members.
     */
    record Complete() implements Topology {}

    /**
     * A regular graph on a random circle, as Bell et al. (2020, SecAgg+) have it: each member masks
     * with the {@code degree} nearest, and any {@code threshold} of those and itself can open what
     * it shared.
     *
     * @param degree even, at least 2
     * @param threshold 1 to degree + 1
     */
    record Regular(int degree, int threshold) implements Topology {
        /** A graph that exists. */
        public Regular {
            if (degree < 2 || degree % 2 != 0 || threshold < 1 || threshold > degree + 1) {
                throw new IllegalArgumentException(
                        "no such graph: degree="
                                + degree
                                + ", bound=even and at least 2, threshold="
                                + threshold
                                + ", bound=1.."
                                + (degree + 1));
            }
        }
    }

    /**
     * Random groups, each with a sum of its own: {@link GroupedSecAgg} says what for.
     *
     * @param size of the groups, at least 3; where it does not divide the members, some are larger
     * @param liars members that may send anything, of which the rule across groups has to bear that
     *     each spoils a group
     */
    record Groups(int size, int liars) implements Topology {
        /** A sum of two is known to each of them. */
        static final int LEAST_SIZE = 3;

        /** Groups that hide anything. */
        public Groups {
            if (size < LEAST_SIZE || liars < 0) {
                throw new IllegalArgumentException(
                        "groups hide nothing: size="
                                + size
                                + ", bound="
                                + LEAST_SIZE
                                + " or more, liars="
                                + liars
                                + ", bound=0 or more");
            }
        }

        /** The number of groups of {@code members}. */
        int count(int members) {
            return members / size;
        }

        /** The fewest groups of which {@code liars} spoiled ones are a minority. */
        int leastCount() {
            return 2 * liars + 1;
        }
    }
}
