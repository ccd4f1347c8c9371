package dev.gossamer.simulations.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.simulations.experiment.Measure;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a comparison came to, as a table for people and as an object for machines. */
record ComparisonReport(Comparison comparison, List<ArmOutcome> outcomes, List<Verdict> verdicts) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double MEGA = 1e6;

    /** Copies the lists. */
    ComparisonReport {
        outcomes = List.copyOf(outcomes);
        verdicts = List.copyOf(verdicts);
    }

    /** The report of {@code outcomes}. */
    static ComparisonReport of(Comparison comparison, List<ArmOutcome> outcomes) {
        return new ComparisonReport(
                comparison,
                outcomes,
                comparison.assertions().stream().map(a -> Verdict.of(a, outcomes)).toList());
    }

    /** Whether every assertion holds. */
    boolean holds() {
        return verdicts.stream().allMatch(Verdict::holds);
    }

    /** A table in Markdown, and below it what it was asserted to show. */
    String toMarkdown() {
        StringBuilder page = new StringBuilder();
        Measure measure = outcomes.getFirst().measure();
        add(
                page,
                "| arm | values up | values down | MB up | MB down | MB once | MB in all"
                        + " | without once | rate | %s | seeds %s | aggregation error |\n",
                measure.key(),
                comparison.seeds().stream().map(String::valueOf).collect(Collectors.joining(", ")));
        page.append("|").append(" --- |".repeat(12)).append("\n");
        outcomes.forEach(outcome -> row(page, outcome));
        add(
                page,
                "\nValues are of one client in one round, means over rounds; MB are frames on the"
                        + " wire, of one client in the whole run. The rate was chosen on validation"
                        + " rows, seed %d; * is the least or the largest that was tried.\n",
                comparison.sweepSeed());
        if (!verdicts.isEmpty()) {
            add(page, "\n");
        }
        verdicts.forEach(verdict -> add(page, "- %s\n", verdict.line()));
        return page.toString();
    }

    private static void row(StringBuilder page, ArmOutcome outcome) {
        Measure measure = outcome.measure();
        add(
                page,
                "| %s | %,d | %,d | %.2f | %.2f | %.2f | %.2f | %.2f | %s%s | %s | %s | %s |\n",
                outcome.label(),
                outcome.forecast().values().up(),
                outcome.forecast().values().down(),
                outcome.up() / MEGA,
                outcome.down() / MEGA,
                outcome.once() / MEGA,
                outcome.total() / MEGA,
                outcome.withoutOnce() / MEGA,
                outcome.rate(),
                outcome.atEdge() ? "*" : "",
                measure.text(outcome.mean()),
                outcome.values().stream().map(measure::text).collect(Collectors.joining(", ")),
                outcome.aggregationError().isPresent()
                        ? error(outcome.aggregationError().getAsDouble())
                        : "");
    }

    /** What rounding leaves of an exact mean is none. */
    private static String error(double relative) {
        return relative < 1e-9 ? "0" : String.format(Locale.ROOT, "%.3g", relative);
    }

    /** One JSON object. */
    String toJson() {
        ObjectNode root = JSON.createObjectNode();
        root.put("name", comparison.name());
        root.put("sweepSeed", comparison.sweepSeed());
        ArrayNode seeds = root.putArray("seeds");
        comparison.seeds().forEach(seeds::add);
        root.put("measure", outcomes.getFirst().measure().key());
        ArrayNode arms = root.putArray("arms");
        outcomes.forEach(outcome -> put(arms.addObject(), outcome));
        ArrayNode list = root.putArray("assertions");
        for (Verdict verdict : verdicts) {
            ObjectNode node = list.addObject();
            node.put("better", verdict.assertion().better());
            node.put("than", verdict.assertion().than());
            node.put("by", verdict.assertion().by().key());
            node.put("holds", verdict.holds());
        }
        return root.toPrettyString() + "\n";
    }

    private static void put(ObjectNode node, ArmOutcome outcome) {
        node.put("arm", outcome.label());
        node.put("method", outcome.forecast().method());
        node.put("rank", outcome.forecast().rank());
        node.put("rounds", outcome.forecast().rounds());
        node.put("clients", outcome.clients());
        node.put("parametersUp", outcome.forecast().values().up());
        node.put("parametersDown", outcome.forecast().values().down());
        node.put("parametersOneOff", outcome.forecast().values().oneOff());
        node.put("bytesUp", Math.round(outcome.up()));
        node.put("bytesDown", Math.round(outcome.down()));
        node.put("bytesOneOff", Math.round(outcome.once()));
        node.put("bytesTotal", Math.round(outcome.total()));
        node.put("bytesWithoutOneOff", Math.round(outcome.withoutOnce()));
        node.put("rate", outcome.rate().client());
        outcome.rate().server().ifPresent(rate -> node.put("serverRate", rate));
        node.put("rateAtEdge", outcome.atEdge());
        node.put("mean", outcome.mean());
        ArrayNode values = node.putArray("values");
        outcome.values().forEach(values::add);
        outcome.aggregationError().ifPresent(error -> node.put("aggregationError", error));
    }

    private static void add(StringBuilder page, String form, Object... values) {
        page.append(String.format(Locale.ROOT, form, values));
    }
}
