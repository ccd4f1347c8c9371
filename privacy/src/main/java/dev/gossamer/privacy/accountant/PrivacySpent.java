package dev.gossamer.privacy.accountant;

/**
 * What was spent, or may be: (epsilon, delta) under one adjacency.
 *
 * @param epsilon not negative; infinite where nothing is protected
 * @param delta in [0, 1]
 */
public record PrivacySpent(double epsilon, double delta, Adjacency adjacency) {
    /** Checks the ranges. */
    public PrivacySpent {
        if (!(epsilon >= 0)) {
            throw new IllegalArgumentException(
                    "out of range: epsilon=" + epsilon + ", bound=0 <= epsilon");
        }
        if (!(delta >= 0 && delta <= 1)) {
            throw new IllegalArgumentException(
                    "out of range: delta=" + delta + ", bound=0 <= delta <= 1");
        }
    }

    /**
     * Both together, by basic composition, which holds for whatever was released.
     *
     * @throws IllegalArgumentException if they speak of different adjacencies
     */
    public PrivacySpent plus(PrivacySpent other) {
        if (adjacency != other.adjacency) {
            throw new IllegalArgumentException(
                    "budgets of different adjacencies do not add: adjacency="
                            + adjacency
                            + ", other="
                            + other.adjacency);
        }
        return new PrivacySpent(
                epsilon + other.epsilon, Math.min(1, delta + other.delta), adjacency);
    }

    /**
     * True if this is no more than {@code budget} in both numbers.
     *
     * @throws IllegalArgumentException if they speak of different adjacencies
     */
    public boolean within(PrivacySpent budget) {
        if (adjacency != budget.adjacency) {
            throw new IllegalArgumentException(
                    "budget is of another adjacency: adjacency="
                            + adjacency
                            + ", budget="
                            + budget.adjacency);
        }
        return epsilon <= budget.epsilon && delta <= budget.delta;
    }
}
