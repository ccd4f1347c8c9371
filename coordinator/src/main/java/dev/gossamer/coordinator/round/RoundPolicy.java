package dev.gossamer.coordinator.round;

import java.time.Duration;

/**
 * When a round ends.
 *
 * @param minimum reports that a mean needs
 * @param deadline after which no more is waited for
 * @param grace how long a node that went is waited for before the deadline, once all others are
 *     done
 * @param attempts of one round before the run is given up
 */
public record RoundPolicy(int minimum, Duration deadline, Duration grace, int attempts) {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final int ATTEMPTS = 3;

    /** A policy that can end. */
    public RoundPolicy {
        if (minimum < 1
                || attempts < 1
                || deadline.isNegative()
                || deadline.isZero()
                || grace.isNegative()) {
            throw new IllegalArgumentException(
                    "bad policy: minimum="
                            + minimum
                            + ", deadline="
                            + deadline
                            + ", grace="
                            + grace
                            + ", attempts="
                            + attempts);
        }
    }

    /** The policy with the usual grace and attempts. */
    public static RoundPolicy of(int minimum, Duration deadline) {
        return new RoundPolicy(minimum, deadline, GRACE, ATTEMPTS);
    }

    /** What to do now. */
    enum Decision {
        WAIT,
        CLOSE,
        ABANDON
    }

    /**
     * Decides on a round with {@code reports} reports.
     *
     * @param awaited whether some of the cohort may still report
     */
    Decision decide(int reports, boolean awaited, boolean overdue) {
        if (reports >= minimum && (!awaited || overdue)) {
            return Decision.CLOSE;
        }
        return overdue ? Decision.ABANDON : Decision.WAIT;
    }
}
