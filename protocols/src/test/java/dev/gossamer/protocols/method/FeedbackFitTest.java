package dev.gossamer.protocols.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which methods can carry over what an update leaves out. */
class FeedbackFitTest {
    private static RunFile run(String method, String feedback, int rounds) {
        return RunFileReader.read(
                """
                name: fit
                model: {base: minilm-l6}
                data: {set: rows, classes: [a, b]}
                adapter: {method: %s, rank: 4}
                rounds: {count: %d, cohort: 3}
                exchange: {upload: {density: 0.25, feedback: %s}, download: {density: 0.25}}
                """
                        .formatted(method, rounds, feedback));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fed-sb", "fedit", "ffa", "cellm"})
    void of_aMethodWhoseUpdatesAddUp_isGiven(String method) {
        for (String rule : new String[] {"none", "keep", "decay", "reset"}) {
            assertEquals(method, ExchangeMethod.of(run(method, rule, 3)).name());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fedex, updates of this method do not add up over rounds",
        "flora, updates of this method do not add up over rounds",
        "flexlora, updates of this method do not add up over rounds",
        "lora-fair, updates of this method do not add up over rounds",
        "hetlora, updates of this method do not add up over rounds",
        "rolora, rounds of this method train other factors than those before"
    })
    void of_aMethodThatCannotCarryOver_isRefusedByName(String method, String why) {
        RunFile run = run(method, "keep", 3);

        var refusal = assertThrows(IllegalArgumentException.class, () -> ExchangeMethod.of(run));

        assertEquals(
                why
                        + ", so that nothing can be carried over: key=exchange.upload.feedback,"
                        + " value=keep, method="
                        + method
                        + ", available=[none]",
                refusal.getMessage());
        assertEquals(method, ExchangeMethod.of(run(method, "none", 3)).name());
    }

    /** One round carries nothing over, whatever the next would train. */
    @Test
    void of_alternatingFactors_isGivenForOneRound() {
        assertEquals("rolora", ExchangeMethod.of(run("rolora", "keep", 1)).name());
    }
}
