package dev.gossamer.protocols.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** A run made in code is held to the bounds of one that was read. */
class RunFileTest {
    private final RunFile run = RunFileReader.read(RunFileReaderTest.COMPLETE);

    @Test
    void withSeed_changesTheSeedAlone() {
        RunFile other = run.withSeed(-9);

        assertEquals(-9, other.seed());
        assertEquals(run, other.withSeed(7));
    }

    @Test
    void withThreads_changesTheThreadsAlone() {
        RunFile other = run.withThreads(8);

        assertEquals(8, other.train().threads());
        assertEquals(run, other.withThreads(2));
    }

    @Test
    void withThreads_outOfRange_isRefused() {
        var error = assertThrows(RunFileException.class, () -> run.withThreads(0));

        assertEquals("out of range: key=train.threads, value=0, bound=1..256", error.getMessage());
    }

    @Test
    void rounds_deadlineFinerThanAMillisecond_isRefused() {
        var error =
                assertThrows(
                        RunFileException.class,
                        () ->
                                new RunFile.Rounds(
                                        1,
                                        1,
                                        1,
                                        0,
                                        Duration.ofNanos(1_500_000),
                                        RunFile.Rounds.Weights.UNIFORM,
                                        1000));

        assertEquals(
                "out of range: key=rounds.deadline, value=PT0.0015S, bound=1ms..720h",
                error.getMessage());
    }

    @Test
    void rounds_deadlineForever_isRefused() {
        var error =
                assertThrows(
                        RunFileException.class,
                        () ->
                                new RunFile.Rounds(
                                        1,
                                        1,
                                        1,
                                        0,
                                        Duration.ofSeconds(Long.MAX_VALUE),
                                        RunFile.Rounds.Weights.UNIFORM,
                                        1000));

        assertEquals(
                "out of range: key=rounds.deadline, value=PT2562047788015215H30M7S,"
                        + " bound=1ms..720h",
                error.getMessage());
    }

    @Test
    void basisPlan_rateNotFinite_isRefused() {
        var error =
                assertThrows(
                        RunFileException.class,
                        () ->
                                new RunFile.BasisPlan(
                                        RunFile.BasisPlan.From.GRADIENT,
                                        "s",
                                        1,
                                        Double.NaN,
                                        RunFile.BasisPlan.Values.FP32,
                                        0,
                                        0));

        assertEquals("not finite: key=basis.learning-rate, value=NaN", error.getMessage());
    }

    /** A file cannot tell it from no test. */
    @Test
    void evaluationPlan_testCalledNone_isRefused() {
        var error =
                assertThrows(
                        RunFileException.class,
                        () -> new RunFile.EvaluationPlan(1, Optional.of("none"), true));

        assertEquals(
                "none is no data set: key=evaluation.public-test, value=none", error.getMessage());
    }

    @Test
    void adapter_listChangedLater_keepsItsTargets() {
        List<String> targets = new ArrayList<>(List.of("key"));
        AdapterPlan adapter =
                new AdapterPlan("fed-sb", 4, OptionalDouble.empty(), new TreeMap<>(), targets);

        targets.clear();

        assertEquals(List.of("key"), adapter.targets());
    }

    @Test
    void factor_linear_fallsByTheSameAmountEachRound() {
        TrainPlan.Schedule linear = TrainPlan.Schedule.LINEAR;

        assertEquals(1, linear.factor(1, 4));
        assertEquals(0.75, linear.factor(2, 4));
        assertEquals(0.25, linear.factor(4, 4));
        assertEquals(1, TrainPlan.Schedule.CONSTANT.factor(4, 4));
    }

    /** A file cannot tell it from no second text. */
    @Test
    void dataPlan_secondTextCalledNone_isRefused() {
        Map<Column, String> columns =
                Map.of(Column.TEXT, "text", Column.SECOND_TEXT, "none", Column.LABEL, "label");
        var error =
                assertThrows(
                        RunFileException.class,
                        () ->
                                new DataPlan(
                                        "set",
                                        columns,
                                        List.of("a", "b"),
                                        64,
                                        DataPlan.Truncate.END,
                                        0.2));

        assertEquals("none is no column: key=data.second-text, value=none", error.getMessage());
    }

    @Test
    void distance_countsASwapAsOneSlip() {
        assertEquals(0, Spelling.distance("rank", "rank"));
        assertEquals(1, Spelling.distance("rnak", "rank"));
        assertEquals(1, Spelling.distance("ran", "rank"));
        assertEquals(4, Spelling.distance("", "rank"));
    }
}
