package dev.gossamer.simulations.experiment;

import dev.gossamer.simulations.experiment.LineChart.Line;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** The page that a run leaves behind: curves, the comparison, every round. Stands alone. */
public final class RunReport {
    /** In the place of what clients keep to themselves. */
    private static final String NOT_TOLD = "not told";

    private static final String STYLE =
            """
            :root{color-scheme:light dark;--ink:#1d2733;--soft:#5d6b7a;--line:#d8dee6;--page:#fff}
            @media(prefers-color-scheme:dark){
            :root{--ink:#e6ebf1;--soft:#9aa8b8;--line:#36424f;--page:#141a21}}
            body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);
            max-width:72rem;margin:2rem auto;padding:0 1rem}
            h1{font-size:1.6rem;margin-bottom:.2rem}h2{font-size:1.1rem;margin-top:2rem}
            .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));
            gap:1.5rem}
            svg{width:100%;height:auto}svg .grid{stroke:var(--line)}
            svg text{fill:var(--soft);font-size:11px}svg .title{font-size:13px;fill:var(--ink)}
            table{border-collapse:collapse}
            td,th{padding:.25rem .9rem .25rem 0;text-align:right;
            border-bottom:1px solid var(--line)}
            td:first-child,th:first-child{text-align:left}
            p.soft,footer{color:var(--soft)}
            @media(max-width:40rem){table{font-size:.8rem}}
            """;

    private final RunOutcome outcome;
    private final Measure measure;

    /** The report of {@code outcome}. */
    public RunReport(RunOutcome outcome) {
        this.outcome = outcome;
        measure = outcome.measure();
    }

    /** Writes the page to {@code file}, whole or not at all. */
    public void write(Path file) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(part, toHtml(), StandardCharsets.UTF_8);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The page. */
    public String toHtml() {
        StringBuilder page = new StringBuilder();
        page.append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width\"><title>")
                .append(escape(outcome.name()))
                .append("</title><style>")
                .append(STYLE)
                .append("</style></head><body>");
        add(page, "<h1>%s</h1><p class=\"soft\">%s</p>", escape(outcome.name()), outcome.verdict());
        page.append("<div class=\"charts\">");
        page.append(measureChart().toSvg()).append(bytesChart().toSvg()).append("</div>");
        comparison(page);
        rounds(page);
        add(
                page,
                "<footer><p>adapter %s · %.1f s</p></footer></body></html>",
                outcome.adapterDigest(),
                outcome.seconds());
        return page.toString();
    }

    private LineChart measureChart() {
        double[] x = column(RoundRecord::round);
        List<Line> lines = new ArrayList<>();
        lines.add(new Line("federated", "#2f6fde", false, x, column(RoundRecord::value)));
        if (outcome.rounds().stream().allMatch(r -> r.ownRows().isPresent())) {
            double[] worst = column(r -> r.ownRows().orElseThrow().worstValue());
            lines.add(new Line("worst client", "#c4572b", false, x, worst));
        }
        RunOutcome.Arms arms = outcome.arms();
        level(lines, measure.frozenName(), "#7a8896", x, arms.frozen());
        level(lines, "best client alone", "#8a5bc7", x, arms.bestClient());
        level(lines, "centralised", "#2b8a57", x, arms.centralised());
        return new LineChart(measure.title(), "round", measure.key(), lines);
    }

    private static void level(
            List<Line> lines, String name, String colour, double[] x, OptionalDouble value) {
        value.ifPresent(
                y -> {
                    double[] flat = new double[x.length];
                    Arrays.fill(flat, y);
                    lines.add(new Line(name, colour, true, x, flat));
                });
    }

    private LineChart bytesChart() {
        double[] x = column(RoundRecord::round);
        return new LineChart(
                "Bytes so far",
                "round",
                "MB",
                List.of(
                        new Line("up", "#2f6fde", false, x, column(r -> r.bytesUp() / 1e6)),
                        new Line("down", "#c4572b", false, x, column(r -> r.bytesDown() / 1e6))));
    }

    private double[] column(ToDoubleFunction<RoundRecord> value) {
        return outcome.rounds().stream().mapToDouble(value).toArray();
    }

    private void comparison(StringBuilder page) {
        RunOutcome.Arms arms = outcome.arms();
        add(page, "<h2>Compared</h2><table><tr><th>arm</th><th>%s</th></tr>", measure.key());
        row(page, "federated", OptionalDouble.of(arms.federated()));
        row(page, measure.frozenArm(), arms.frozen());
        row(page, "best client alone", arms.bestClient());
        row(page, "centralised on the pooled rows", arms.centralised());
        RunOutcome.Bytes bytes = outcome.bytes();
        double sent = bytes.up() + bytes.down();
        add(
                page,
                "</table><p>%.1f MB on the wire (%.1f up, %.1f down; %.1f of it the basis, once);"
                        + " FedAvg of LoRA r=8 on the same matrices: %.1f MB, %.1f times as"
                        + " much.</p>",
                sent / 1e6,
                bytes.up() / 1e6,
                bytes.down() / 1e6,
                bytes.basis() / 1e6,
                bytes.loraFedAvg() / 1e6,
                bytes.loraFedAvg() / sent);
    }

    private void row(StringBuilder page, String name, OptionalDouble value) {
        value.ifPresent(v -> add(page, "<tr><td>%s</td><td>%s</td></tr>", name, measure.text(v)));
    }

    private void rounds(StringBuilder page) {
        add(
                page,
                "<h2>Rounds</h2><table><tr><th>round</th><th>%s</th><th>clients</th>",
                measure.key());
        page.append("<th>worst client</th><th>reports</th><th>MB up</th><th>MB down</th>")
                .append("<th>seconds</th></tr>");
        for (RoundRecord r : outcome.rounds()) {
            add(
                    page,
                    "<tr><td>%d</td><td>%s</td><td>%s</td><td>%s</td><td>%d</td>"
                            + "<td>%.2f</td><td>%.2f</td><td>%.1f</td></tr>",
                    r.round(),
                    measure.text(r.value()),
                    r.ownRows().map(rows -> measure.text(rows.mean())).orElse(NOT_TOLD),
                    r.ownRows().map(this::worst).orElse(NOT_TOLD),
                    r.reports(),
                    r.bytesUp() / 1e6,
                    r.bytesDown() / 1e6,
                    r.seconds());
        }
        page.append("</table>");
    }

    private String worst(RoundRecord.OwnRows rows) {
        return escape(rows.worst()) + " " + measure.text(rows.worstValue());
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static void add(StringBuilder page, String form, Object... values) {
        page.append(String.format(Locale.ROOT, form, values));
    }
}
