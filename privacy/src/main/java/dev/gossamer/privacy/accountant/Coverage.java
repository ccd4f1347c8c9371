package dev.gossamer.privacy.accountant;

/** Whether an accountant can account for an event. */
public sealed interface Coverage {
    /** It can, and its epsilon is an upper bound. */
    record Covered() implements Coverage {}

    /**
     * It cannot.
     *
     * @param reason one clause, for people
     */
    record NotCovered(String reason) implements Coverage {}

    /** True if it can. */
    default boolean covered() {
        return switch (this) {
            case Covered _ -> true;
            case NotCovered _ -> false;
        };
    }
}
