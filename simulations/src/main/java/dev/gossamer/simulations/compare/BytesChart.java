package dev.gossamer.simulations.compare;

import dev.gossamer.simulations.compare.LabelPlacing.Box;
import dev.gossamer.simulations.experiment.Measure;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * A picture of what each arm reaches over the bytes that it sends, as an SVG file of its own.
 *
 * <p>A full dot is the mean over the seeds, its line from the least to the most; an empty one is
 * the same with the basis counted. Bytes are on a logarithmic axis.
 */
record BytesChart(String title, List<ArmOutcome> outcomes) {
    private static final int WIDTH = 960;
    private static final int HEIGHT = 600;
    private static final int LEFT = 68;
    private static final int RIGHT = 24;
    private static final int TOP = 44;
    private static final int BOTTOM = 84;
    private static final double MEGA = 1e6;
    private static final double DOT = 5;
    private static final int MOST_TICKS = 8;

    /** A basis below this share of all bytes is none: an empty one has a header still. */
    private static final double LEAST_SHARE = 0.005;

    /** Ten that are told apart on white. */
    private static final Map<String, String> COLOURS =
            Map.of(
                    "fed-sb", "#1f5fd0",
                    "cellm", "#c4480f",
                    "fedit", "#1f7a45",
                    "ffa", "#7d48c0",
                    "rolora", "#a07000",
                    "fedex", "#c2255c",
                    "flora", "#0b7f86",
                    "flexlora", "#5b6b7a",
                    "hetlora", "#6b4226",
                    "lora-fair", "#4f7d1e");

    private static final String OTHER_COLOUR = "#222222";
    private static final String INK = "#1d2733";
    private static final String SOFT = "#5d6b7a";
    private static final String GRID = "#dde3ea";
    private static final String DASHED = " stroke-dasharray=\"3 4\"";

    /** Copies the list. */
    BytesChart {
        outcomes = List.copyOf(outcomes);
    }

    /**
     * Where an arm is drawn.
     *
     * @param x of its bytes without the basis
     * @param withX of all of its bytes
     * @param y of its mean
     */
    private record Mark(ArmOutcome outcome, double x, double withX, double y) {
        Mark moved(double right) {
            return new Mark(outcome, x + right, withX, y);
        }
    }

    /** A span of an axis, in logarithms for bytes. */
    private record Span(double low, double high) {
        double share(double value) {
            return (value - low) / (high - low);
        }
    }

    /** The picture. */
    String toSvg() {
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
                        + " height=\"%d\" font-family=\"system-ui, sans-serif\" role=\"img\""
                        + " aria-label=\"%s\">\n",
                WIDTH,
                HEIGHT,
                WIDTH,
                HEIGHT,
                escaped(title));
        add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n", WIDTH, HEIGHT);
        text(svg, LEFT, 26, "start", INK, 15, title);
        drawX(svg);
        drawY(svg);
        List<Mark> marks = marks();
        marks.forEach(mark -> drawArm(svg, mark));
        drawLabels(svg, marks);
        drawKey(svg);
        return svg.append("</svg>\n").toString();
    }

    private Measure measure() {
        return outcomes.getFirst().measure();
    }

    private Span xSpan() {
        double low = least(ArmOutcome::withoutOnce) / MEGA;
        double high = most(ArmOutcome::total) / MEGA;
        return new Span(Math.log10(low / 1.4), Math.log10(high * 1.4));
    }

    private Span ySpan() {
        double low = least(ArmOutcome::least);
        double high = most(ArmOutcome::most);
        double room = Math.max(1e-3, high - low) * 0.08;
        return new Span(low - room, high + room);
    }

    private double least(ToDoubleFunction<ArmOutcome> value) {
        return outcomes.stream().mapToDouble(value).min().orElseThrow();
    }

    private double most(ToDoubleFunction<ArmOutcome> value) {
        return outcomes.stream().mapToDouble(value).max().orElseThrow();
    }

    private double x(double bytes) {
        return LEFT + xSpan().share(Math.log10(bytes / MEGA)) * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - ySpan().share(value) * (HEIGHT - TOP - BOTTOM);
    }

    private void drawX(StringBuilder svg) {
        Span span = xSpan();
        for (int power = (int) Math.floor(span.low()); power <= span.high(); power++) {
            for (int digit : new int[] {1, 2, 5}) {
                double value = digit * Math.pow(10, power);
                if (Math.log10(value) >= span.low() && Math.log10(value) <= span.high()) {
                    double at = x(value * MEGA);
                    line(svg, at, TOP, at, HEIGHT - BOTTOM, GRID, "");
                    int places = Math.max(0, -power);
                    String label = String.format(Locale.ROOT, "%." + places + "f", value);
                    text(svg, at, HEIGHT - BOTTOM + 18, "middle", SOFT, 12, label);
                }
            }
        }
        text(
                svg,
                (LEFT + WIDTH - RIGHT) / 2.0,
                HEIGHT - BOTTOM + 38,
                "middle",
                INK,
                13,
                "MB on the wire, both ways, of one client in the whole run (logarithmic)");
    }

    private void drawY(StringBuilder svg) {
        Span span = ySpan();
        double step = step(span.high() - span.low());
        int places = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        for (double tick = Math.ceil(span.low() / step) * step; tick <= span.high(); tick += step) {
            line(svg, LEFT, y(tick), WIDTH - RIGHT, y(tick), GRID, "");
            String label = String.format(Locale.ROOT, "%." + places + "f", tick);
            text(svg, LEFT - 8, y(tick) + 4, "end", SOFT, 12, label);
        }
        add(
                svg,
                "<text transform=\"translate(20 %d) rotate(-90)\" text-anchor=\"middle\""
                        + " fill=\"%s\" font-size=\"13\">%s on the public test</text>\n",
                (TOP + HEIGHT - BOTTOM) / 2,
                INK,
                measure().key());
    }

    /** 1, 2 or 5 times a power of ten. */
    private static double step(double span) {
        double power = Math.pow(10, Math.floor(Math.log10(span / MOST_TICKS)));
        for (double factor : new double[] {1, 2, 5}) {
            if (span / (factor * power) <= MOST_TICKS) {
                return factor * power;
            }
        }
        return 10 * power;
    }

    private static String colour(ArmOutcome outcome) {
        return COLOURS.getOrDefault(outcome.forecast().method(), OTHER_COLOUR);
    }

    private static boolean hasBasis(ArmOutcome outcome) {
        return outcome.once() > LEAST_SHARE * outcome.total();
    }

    /** The marks from left to right; those that would lie on each other stand side by side. */
    private List<Mark> marks() {
        List<Mark> sorted =
                outcomes.stream()
                        .map(o -> new Mark(o, x(o.withoutOnce()), x(o.total()), y(o.mean())))
                        .sorted(Comparator.comparingDouble(Mark::x))
                        .toList();
        List<Mark> marks = new ArrayList<>();
        for (int from = 0; from < sorted.size(); ) {
            int to = from + 1;
            while (to < sorted.size() && sorted.get(to).x() - sorted.get(to - 1).x() < DOT) {
                to++;
            }
            for (int i = from; i < to; i++) {
                marks.add(sorted.get(i).moved(2 * DOT * (i - (from + to - 1) / 2.0)));
            }
            from = to;
        }
        return marks;
    }

    private void drawArm(StringBuilder svg, Mark mark) {
        ArmOutcome outcome = mark.outcome();
        String colour = colour(outcome);
        double least = y(outcome.least());
        line(svg, mark.x(), least, mark.x(), y(outcome.most()), colour, " stroke-width=\"1.5\"");
        if (hasBasis(outcome)) {
            line(svg, mark.x(), mark.y(), mark.withX(), mark.y(), colour, DASHED);
            dot(svg, mark.withX(), mark.y(), "#ffffff", colour);
        }
        dot(svg, mark.x(), mark.y(), colour, colour);
    }

    private void drawLabels(StringBuilder svg, List<Mark> marks) {
        LabelPlacing placing =
                new LabelPlacing(new Box(LEFT + 2, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM - 2));
        for (Mark mark : marks) {
            double least = y(mark.outcome().least());
            placing.avoid(dotBox(mark.x(), mark.y()));
            placing.avoid(new Box(mark.x() - 1, y(mark.outcome().most()), mark.x() + 1, least));
            if (hasBasis(mark.outcome())) {
                placing.avoid(dotBox(mark.withX(), mark.y()));
                placing.avoid(new Box(mark.x(), mark.y() - 1, mark.withX(), mark.y() + 1));
            }
        }
        marks.forEach(mark -> drawLabel(svg, mark, placing));
    }

    /** The label, and a line to its mark where it is far from it. */
    private static void drawLabel(StringBuilder svg, Mark mark, LabelPlacing placing) {
        String label = mark.outcome().label();
        String colour = colour(mark.outcome());
        Box box = placing.place(mark.x(), mark.y(), label);
        double nearX = Math.clamp(mark.x(), box.left(), box.right());
        double nearY = Math.clamp(mark.y(), box.top(), box.bottom());
        if (Math.hypot(nearX - mark.x(), nearY - mark.y()) > 2.5 * DOT) {
            line(svg, mark.x(), mark.y(), nearX, nearY, colour, " stroke-width=\"0.6\"");
        }
        double left = box.left() + LabelPlacing.PAD;
        double base = box.bottom() - LabelPlacing.PAD - 2;
        text(svg, left, base, "start", colour, LabelPlacing.FONT, label);
    }

    private static Box dotBox(double x, double y) {
        return new Box(x - DOT, y - DOT, x + DOT, y + DOT);
    }

    private void drawKey(StringBuilder svg) {
        double at = HEIGHT - 20;
        dot(svg, LEFT + 6, at - 4, SOFT, SOFT);
        line(svg, LEFT + 6, at - 14, LEFT + 6, at + 6, SOFT, " stroke-width=\"1.5\"");
        text(svg, LEFT + 18, at, "start", INK, 12, "mean, from the least seed to the most");
        dot(svg, LEFT + 286, at - 4, "#ffffff", SOFT);
        text(svg, LEFT + 298, at, "start", INK, 12, "with the basis, which is sent once");
        text(svg, LEFT + 526, at, "start", INK, 12, "arms of equal bytes stand side by side");
    }

    private static void dot(StringBuilder svg, double x, double y, String fill, String stroke) {
        add(
                svg,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\" stroke=\"%s\""
                        + " stroke-width=\"1.5\"/>\n",
                x,
                y,
                DOT,
                fill,
                stroke);
    }

    private static void line(
            StringBuilder svg,
            double x1,
            double y1,
            double x2,
            double y2,
            String colour,
            String style) {
        add(
                svg,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"%s/>\n",
                x1,
                y1,
                x2,
                y2,
                colour,
                style);
    }

    private static void text(
            StringBuilder svg,
            double x,
            double y,
            String anchor,
            String colour,
            int size,
            String words) {
        add(
                svg,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\" font-size=\"%d\""
                        + " stroke=\"#ffffff\" stroke-width=\"2.5\" paint-order=\"stroke\">"
                        + "%s</text>\n",
                x,
                y,
                anchor,
                colour,
                size,
                escaped(words));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static void add(StringBuilder svg, String form, Object... values) {
        svg.append(String.format(Locale.ROOT, form, values));
    }
}
