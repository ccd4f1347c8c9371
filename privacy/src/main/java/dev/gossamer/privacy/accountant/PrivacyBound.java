package dev.gossamer.privacy.accountant;

import java.util.List;
import java.util.OptionalDouble;

/**
 * An accountant's answer.
 *
 * @param value an upper bound on the epsilon, or the delta, that was asked for
 * @param order of the Renyi divergence that gave it, where one did
 * @param warnings what makes it looser than it need be; it holds all the same
 */
public record PrivacyBound(double value, OptionalDouble order, List<String> warnings) {
    /** Copies the list. */
    public PrivacyBound {
        warnings = List.copyOf(warnings);
    }

    static PrivacyBound of(double value) {
        return new PrivacyBound(value, OptionalDouble.empty(), List.of());
    }
}
