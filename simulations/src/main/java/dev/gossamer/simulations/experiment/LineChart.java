package dev.gossamer.simulations.experiment;

import java.util.List;
import java.util.Locale;

/** A line chart as a piece of SVG that needs nothing from elsewhere. */
record LineChart(String title, String xLabel, String yLabel, List<Line> lines) {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 300;
    private static final int LEFT = 64;
    private static final int RIGHT = 16;
    private static final int TOP = 36;
    private static final int BOTTOM = 44;
    private static final int TICKS = 5;

    /**
     * One line through its points.
     *
     * @param dashed for a baseline
     */
    @SuppressWarnings("ArrayRecordComponent") // drawn once, never compared
    record Line(String name, String colour, boolean dashed, double[] x, double[] y) {}

    private record Range(double low, double high) {
        double at(double share) {
            return low + share * (high - low);
        }

        double share(double value) {
            return (value - low) / (high - low);
        }
    }

    /** The chart as an {@code <svg>} element. */
    String toSvg() {
        Range x = range(true);
        Range y = range(false);
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH,
                HEIGHT,
                title);
        add(svg, "<text x=\"%d\" y=\"20\" class=\"title\">%s</text>", LEFT, title);
        axes(svg, x, y);
        int row = 0;
        for (Line line : lines) {
            draw(svg, line, x, y);
            legend(svg, line, row++);
        }
        return svg.append("</svg>").toString();
    }

    private void axes(StringBuilder svg, Range x, Range y) {
        for (int i = 0; i <= TICKS; i++) {
            double share = (double) i / TICKS;
            double py = HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
            double px = LEFT + share * (WIDTH - LEFT - RIGHT);
            add(
                    svg,
                    "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>",
                    LEFT,
                    WIDTH - RIGHT,
                    py,
                    py);
            add(
                    svg,
                    "<text x=\"%d\" y=\"%.1f\" class=\"tick\" text-anchor=\"end\">%s</text>",
                    LEFT - 6,
                    py + 4,
                    number(y.at(share), y));
            add(
                    svg,
                    "<text x=\"%.1f\" y=\"%d\" class=\"tick\" text-anchor=\"middle\">%s</text>",
                    px,
                    HEIGHT - BOTTOM + 16,
                    number(x.at(share), x));
        }
        add(
                svg,
                "<text x=\"%d\" y=\"%d\" class=\"tick\" text-anchor=\"middle\">%s</text>",
                (LEFT + WIDTH - RIGHT) / 2,
                HEIGHT - 8,
                xLabel);
        add(
                svg,
                "<text transform=\"translate(14 %d) rotate(-90)\" class=\"tick\""
                        + " text-anchor=\"middle\">%s</text>",
                (TOP + HEIGHT - BOTTOM) / 2,
                yLabel);
    }

    private static void draw(StringBuilder svg, Line line, Range x, Range y) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < line.x().length; i++) {
            double px = LEFT + x.share(line.x()[i]) * (WIDTH - LEFT - RIGHT);
            double py = HEIGHT - BOTTOM - y.share(line.y()[i]) * (HEIGHT - TOP - BOTTOM);
            add(points, "%.1f,%.1f ", px, py);
        }
        add(
                svg,
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>",
                points.toString().trim(),
                line.colour(),
                line.dashed() ? " stroke-dasharray=\"5 4\"" : "");
    }

    private static void legend(StringBuilder svg, Line line, int row) {
        int y = HEIGHT - BOTTOM - 12 - 16 * row;
        add(
                svg,
                "<text x=\"%d\" y=\"%d\" class=\"tick\" text-anchor=\"end\" fill=\"%s\">%s</text>",
                WIDTH - RIGHT - 6,
                y,
                line.colour(),
                line.name());
    }

    private Range range(boolean ofX) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (Line line : lines) {
            for (double value : ofX ? line.x() : line.y()) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
        }
        double margin = high > low ? (ofX ? 0 : 0.05 * (high - low)) : 0.5;
        return new Range(ofX || low - margin >= 0 ? low - margin : 0, high + margin);
    }

    private static String number(double value, Range range) {
        double span = range.high() - range.low();
        return String.format(Locale.ROOT, span >= 10 ? "%.0f" : span >= 1 ? "%.1f" : "%.3f", value);
    }

    private static void add(StringBuilder text, String form, Object... values) {
        text.append(String.format(Locale.ROOT, form, values));
    }
}
