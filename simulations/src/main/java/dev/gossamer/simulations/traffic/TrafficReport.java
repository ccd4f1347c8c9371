package dev.gossamer.simulations.traffic;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The forecast of one method beside others, for people and for machines.
 *
 * @param own of the method that was asked about
 * @param others in the order of the table
 */
record TrafficReport(TrafficPlan plan, Forecast own, List<Forecast> others) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ROW = "%-12s %6s %14s %14s %14s %12s %12s %12s %12s  %s";

    /** Copies the list. */
    TrafficReport {
        others = List.copyOf(others);
    }

    /** One JSON object: the method's numbers at its top, the others' beside it. */
    String toJson() {
        ObjectNode root = JSON.createObjectNode();
        root.put("model", plan.model().name());
        root.put("clients", plan.clients());
        root.put("targetMatrices", plan.shapes().size());
        root.put("headParameters", plan.head());
        root.put("valuesUp", plan.coding().upload().values().key());
        root.put("valuesDown", plan.coding().download().values().key());
        put(root, own);
        var table = root.putArray("others");
        for (Forecast other : others) {
            ObjectNode row = put(table.addObject(), other);
            OptionalDouble rounds = own.breakEven(other);
            if (rounds.isPresent()) {
                row.put("breakEvenRounds", rounds.getAsDouble());
            } else {
                row.putNull("breakEvenRounds");
            }
        }
        return root.toString();
    }

    private static ObjectNode put(ObjectNode node, Forecast forecast) {
        node.put("method", forecast.method());
        node.put("rank", forecast.rank());
        node.put("rounds", forecast.rounds());
        node.put("parametersUp", forecast.values().up());
        node.put("parametersDown", forecast.values().down());
        node.put("parametersOneOff", forecast.values().oneOff());
        node.put("parametersOneOffUp", forecast.values().oneOffUp());
        node.put("parametersStart", forecast.values().start());
        node.put("parametersFirst", forecast.values().first());
        node.put("bytesUp", forecast.bytes().up());
        node.put("bytesDown", forecast.bytes().down());
        node.put("bytesOneOff", forecast.bytes().oneOff());
        node.put("bytesOneOffUp", forecast.bytes().oneOffUp());
        node.put("bytesStart", forecast.bytes().start());
        node.put("bytesFirst", forecast.bytes().first());
        node.put("parametersTotal", forecast.values().total(forecast.rounds()));
        node.put("bytesTotal", forecast.bytes().total(forecast.rounds()));
        return node;
    }

    /** The lines of a table, of one client; the last column is {@code own}'s against that row. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%s: %d matrices, %d clients, %d rounds, %s up, %s down; for each client,"
                                + " up and down in a round",
                        plan.model().name(),
                        plan.shapes().size(),
                        plan.clients(),
                        plan.rounds(),
                        plan.coding().upload().values().key(),
                        plan.coding().download().values().key()));
        lines.add(
                String.format(
                        Locale.ROOT,
                        ROW,
                        "method",
                        "rank",
                        "values up",
                        "values down",
                        "once",
                        "bytes up",
                        "bytes down",
                        "once",
                        "whole run",
                        own.method() + " costs less from round"));
        lines.add(row(own, ""));
        for (Forecast other : others) {
            OptionalDouble rounds = own.breakEven(other);
            lines.add(row(other, rounds.isPresent() ? first(rounds.getAsDouble()) : "never"));
        }
        return lines;
    }

    /** The first whole round by whose end no more was sent, and where the lines cross. */
    private static String first(double rounds) {
        return String.format(
                Locale.ROOT, "%d (%.2f)", (long) Math.max(1, Math.ceil(rounds)), rounds);
    }

    private static String row(Forecast forecast, String last) {
        return String.format(
                        Locale.ROOT,
                        ROW,
                        forecast.method(),
                        forecast.rank(),
                        String.format(Locale.ROOT, "%,d", forecast.values().up()),
                        String.format(Locale.ROOT, "%,d", forecast.values().down()),
                        String.format(Locale.ROOT, "%,d", forecast.values().once()),
                        size(forecast.bytes().up()),
                        size(forecast.bytes().down()),
                        size(forecast.bytes().once()),
                        size(forecast.bytes().total(forecast.rounds())),
                        last)
                .stripTrailing();
    }

    private static String size(long bytes) {
        if (bytes < 1_000_000) {
            return String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
        }
        return bytes < 1_000_000_000
                ? String.format(Locale.ROOT, "%.2f MB", bytes / 1e6)
                : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }
}
