package dev.gossamer.protocols.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.run.PrivacyPlan.Clip;
import dev.gossamer.protocols.run.PrivacyPlan.Mode;
import dev.gossamer.protocols.run.PrivacyPlan.Sampler;
import dev.gossamer.protocols.run.RunFile.BasisPlan.From;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.OptionalDouble;

class PrivacyPlanTest {
    private static RunFile run(String privacy) {
        return run(privacy, "uniform", "");
    }

    private static RunFile run(String privacy, String weights, String rest) {
        return RunFileReader.read(
                """
                name: private
                model: {base: minilm-l6}
                data: {set: nouns, classes: [person, plant]}
                rounds: {cohort: 3, weights: %s}
                privacy: {%s}
                %s
                """
                        .formatted(weights, privacy, rest));
    }

    @Test
    void read_exampleMode_hasDefaultsThatNeedNoData() {
        RunFile run = run("mode: example, epsilon: 3");

        assertEquals(
                new PrivacyPlan(
                        Mode.EXAMPLE,
                        OptionalDouble.of(3),
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        new Clip(false, 1),
                        Sampler.POISSON,
                        0),
                run.privacy());
        assertEquals(From.WEIGHTS, run.basis().from());
        assertEquals(run, RunFileReader.read(RunFileWriter.write(run)));
    }

    @Test
    void read_allKeys_areWrittenAndReadAgain() {
        RunFile run =
                run(
                        "mode: example, noise-multiplier: 1.1, delta: 1e-5, clip: fixed 0.25,"
                                + " sampler: all");

        assertEquals(new Clip(false, 0.25), run.privacy().clip());
        assertEquals(OptionalDouble.of(1e-5), run.privacy().delta());
        assertEquals(run, RunFileReader.read(RunFileWriter.write(run)));
    }

    @Test
    void delta_notGiven_followsFromRows() {
        assertEquals(Math.pow(2500, -1.1), run("mode: example, epsilon: 1").privacy().delta(2500));
        assertEquals(1e-6, run("mode: example, epsilon: 1, delta: 1e-6").privacy().delta(2500));
        assertThrows(
                IllegalArgumentException.class,
                () -> run("mode: example, epsilon: 1").privacy().delta(1));
    }

    @Test
    void method_withoutBasis_runsUnderTheDefaultsOfPrivacy() {
        RunFile run = run("mode: example, epsilon: 3", "uniform", "adapter: {method: fedit}");

        assertEquals("fedit", ExchangeMethod.of(run).name());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "mode: none, epsilon: 3 | key=privacy.epsilon, value=3",
                "mode: example | key=privacy.epsilon, value=none, privacy.noise-multiplier=none",
                "mode: example, epsilon: 3, noise-multiplier: 1 | privacy.noise-multiplier=1.0",
                "mode: example, epsilon: 0 | key=privacy.epsilon, value=0.0, bound=above 0",
                "mode: example, epsilon: -1 | key=privacy.epsilon, value=-1.0",
                "mode: example, epsilon: .nan | key=privacy.epsilon, value=.nan",
                "mode: example, noise-multiplier: 0 | key=privacy.noise-multiplier, value=0.0",
                "mode: example, noise-multiplier: 1001 | noise-multiplier, value=1001.0,"
                        + " bound=1000",
                "mode: example, noise-multiplier: .inf | key=privacy.noise-multiplier, value=.inf",
                "mode: example, epsilon: 3, delta: 0 | key=privacy.delta, value=0.0",
                "mode: example, epsilon: 3, delta: 1 | key=privacy.delta, value=1.0",
                "mode: example, epsilon: 3, delta: .nan | key=privacy.delta, value=.nan",
                "mode: example, epsilon: 3, clip: 1.0 | expected=fixed 1.0 or adaptive 1.0",
                "mode: example, epsilon: 3, clip: fixed 0 | key=privacy.clip, value=0.0",
                "mode: example, epsilon: 3, clip: fixed 1.0.0 | key=privacy.clip",
                "mode: example, epsilon: 3, clip: fixed NaN | key=privacy.clip",
                "mode: example, epsilon: 3, clip: adaptive 1 | key=privacy.clip",
                "mode: example, epsilon: 3, sampler: shuffle | key=privacy.sampler, value=shuffle",
                "mode: example, epsilon: 3, colluders: 1 | key=privacy.colluders, value=1",
            })
    void read_promiseThatCannotBeKept_isRefusedByKeyAndValue(String privacy, String part) {
        String message = assertThrows(RunFileException.class, () -> run(privacy)).getMessage();

        assertTrue(message.contains(part), message);
    }

    @Test
    void read_weightsByRows_areRefused() {
        String message =
                assertThrows(
                                RunFileException.class,
                                () -> run("mode: example, epsilon: 3", "examples", ""))
                        .getMessage();

        assertTrue(message.contains("key=rounds.weights, value=examples"), message);
    }

    @Test
    void method_whoseBasisAllFind_isRefused() {
        RunFile run = run("mode: example, epsilon: 3", "uniform", "basis: {from: range-finder}");

        String message =
                assertThrows(IllegalArgumentException.class, () -> ExchangeMethod.of(run))
                        .getMessage();

        assertTrue(message.contains("key=basis.from, value=range-finder"), message);
    }
}
