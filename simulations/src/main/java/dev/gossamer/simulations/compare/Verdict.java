package dev.gossamer.simulations.compare;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Whether an assertion holds, and a line that says so with the figures. */
record Verdict(Assertion assertion, boolean holds, String line) {
    /** The verdict on {@code assertion} among {@code outcomes}, which have both of its arms. */
    static Verdict of(Assertion assertion, List<ArmOutcome> outcomes) {
        ArmOutcome better = outcome(assertion.better(), outcomes);
        ArmOutcome than = outcome(assertion.than(), outcomes);
        return switch (assertion.by()) {
            case SCORE -> byScore(assertion, better, than);
            case AGGREGATION_ERROR -> byError(assertion, better, than);
        };
    }

    private static ArmOutcome outcome(String label, List<ArmOutcome> outcomes) {
        return outcomes.stream().filter(o -> o.label().equals(label)).findFirst().orElseThrow();
    }

    private static Verdict byScore(Assertion assertion, ArmOutcome better, ArmOutcome than) {
        boolean holds = better.measure().better(better.mean(), than.mean());
        String figures =
                String.format(
                        Locale.ROOT,
                        "%s %.4f against %.4f; seed by seed %s",
                        better.measure().key(),
                        better.mean(),
                        than.mean(),
                        differences(better.values(), than.values()));
        return new Verdict(assertion, holds, line(holds, assertion, "better than", figures));
    }

    /** Both arms were scored on the same rows in the same order of seeds. */
    private static String differences(List<Double> own, List<Double> other) {
        return IntStream.range(0, own.size())
                .mapToObj(i -> String.format(Locale.ROOT, "%+.3f", own.get(i) - other.get(i)))
                .collect(Collectors.joining(" "));
    }

    /** An error that is not known holds nothing. */
    private static Verdict byError(Assertion assertion, ArmOutcome better, ArmOutcome than) {
        OptionalDouble own = better.aggregationError();
        OptionalDouble other = than.aggregationError();
        if (own.isEmpty() || other.isEmpty()) {
            return new Verdict(
                    assertion, false, line(false, assertion, "at most that of", "not known"));
        }
        boolean holds = own.getAsDouble() <= other.getAsDouble();
        String figures =
                String.format(
                        Locale.ROOT,
                        "aggregation error %.2e against %.2e",
                        own.getAsDouble(),
                        other.getAsDouble());
        return new Verdict(assertion, holds, line(holds, assertion, "at most that of", figures));
    }

    private static String line(boolean holds, Assertion of, String order, String figures) {
        return (holds ? "holds: " : "does not hold: ")
                + String.join(" ", of.better(), order, of.than())
                + " ("
                + figures
                + ")";
    }
}
