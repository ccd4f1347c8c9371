package dev.gossamer.privacy.secagg;

/**
 * Secure aggregation in random groups, each with a sum of its own, so that a robust rule can look
 * for sums that stand out.
 *
 * <p>The compromise, stated: secure aggregation hides inputs in a sum, and a robust rule has to see
 * what it judges. With groups of g, the server sees sums of about g inputs instead of one of all,
 * and a member is hidden among g, not among the cohort. Of m groups, f members that lie spoil at
 * most f, and rules that bear a minority (median, trimmed mean, geometric median) need m of at
 * least 2 f + 1. Groups are drawn from joint randomness in each round, so that neither the server
 * nor colluders choose who is in a group with whom; but chance alone puts a member among g - 1
 * colluders with a probability of about (colluders / members)^(g - 1) a round.
 *
 * <p>Messages, keys and both state machines are those of {@link SecAggClient}: groups are a graph
 * of separate complete graphs. Minimum, threshold and witnesses hold in each group; a group that is
 * not opened is missing from the result, and the session fails when too few are left.
 *
 * @param groups size and liars
 * @param members of the cohort
 */
public record GroupedSecAgg(Topology.Groups groups, int members) {
    /**
     * A plan with enough groups.
     *
     * @throws IllegalArgumentException if the rule could not bear the liars, with the numbers
     */
    public GroupedSecAgg {
        if (groups.count(members) < groups.leastCount()) {
            throw new IllegalArgumentException(
                    "too few groups for a rule that bears the liars: groups="
                            + groups.count(members)
                            + ", least="
                            + groups.leastCount()
                            + ", members="
                            + members
                            + ", size="
                            + groups.size()
                            + ", liars="
                            + groups.liars());
        }
    }

    /** The number of groups if all take part. */
    public int count() {
        return groups.count(members);
    }

    /** Groups that may be lost to drop-outs before the session fails. */
    public int spare() {
        return count() - groups.leastCount();
    }

    /**
     * The session's parameters.
     *
     * @param ring by the proof that no group's sum wraps around
     * @param words of a vector
     * @param minimum survivors of a group whose sum may be opened
     * @param colluders in a group
     * @param agreement on pair keys
     */
    public SecAggParameters parameters(
            Ring ring, int words, int minimum, int colluders, Agreement agreement) {
        return new SecAggParameters(ring, words, members, minimum, colluders, agreement, groups);
    }
}
