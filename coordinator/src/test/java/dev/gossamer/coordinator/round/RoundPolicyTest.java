package dev.gossamer.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.coordinator.round.RoundPolicy.Decision;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

class RoundPolicyTest {
    @ParameterizedTest
    @CsvSource({
        "0, true, false, WAIT",
        "0, false, false, WAIT",
        "1, false, false, WAIT",
        "2, true, false, WAIT",
        "2, false, false, CLOSE",
        "3, true, false, WAIT",
        "3, false, false, CLOSE",
        "0, true, true, ABANDON",
        "0, false, true, ABANDON",
        "1, true, true, ABANDON",
        "1, false, true, ABANDON",
        "2, true, true, CLOSE",
        "2, false, true, CLOSE"
    })
    void decide_minimumOfTwo_isAsTabled(
            int reports, boolean awaited, boolean overdue, Decision expected) {
        RoundPolicy policy = RoundPolicy.of(2, Duration.ofSeconds(60));

        assertEquals(expected, policy.decide(reports, awaited, overdue));
    }

    @Test
    void of_minimumAndDeadline_hasTheUsualGraceAndAttempts() {
        assertEquals(
                new RoundPolicy(2, Duration.ofSeconds(60), Duration.ofSeconds(30), 3),
                RoundPolicy.of(2, Duration.ofSeconds(60)));
    }

    @ParameterizedTest
    @CsvSource({
        "0, PT60S, PT30S, 3",
        "2, PT0S, PT30S, 3",
        "2, PT-1S, PT30S, 3",
        "2, PT60S, PT-1S, 3",
        "2, PT60S, PT30S, 0"
    })
    void policy_thatCannotEnd_isRefused(
            int minimum, Duration deadline, Duration grace, int attempts) {
        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new RoundPolicy(minimum, deadline, grace, attempts));

        assertEquals(
                "bad policy: minimum="
                        + minimum
                        + ", deadline="
                        + deadline
                        + ", grace="
                        + grace
                        + ", attempts="
                        + attempts,
                error.getMessage());
    }
}
