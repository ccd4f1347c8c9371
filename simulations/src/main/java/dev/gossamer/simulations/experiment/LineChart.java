package dev.gossamer.simulations.experiment;

import java.util.List;
import java.util.Locale;

/** A line chart as a piece of SVG that needs nothing from elsewhere. */
record LineChart(String title, String xLabel, String yLabel, List<Line> lines) {
    private static final int WIDTH = 560;
    private static final int PLOT_HEIGHT = 300;
    private static final int LEFT = 56;
    private static final int RIGHT = 16;
    private static final int TOP = 36;
    private static final int BOTTOM = 44;
    private static final int LEGEND_ROW = 18;
    private static final int LEGEND_COLUMNS = 3;
    private static final int MOST_TICKS = 8;

    /**
     * One line through its points.
     *
     * @param dashed for a baseline
     */
    @SuppressWarnings("ArrayRecordComponent") // drawn once, never compared
    record Line(String name, String colour, boolean dashed, double[] x, double[] y) {}

    /** A span of values that begins and ends at a tick. */
    private record Axis(double low, double high, double step) {
        /** Steps of 1, 2 or 5 times a power of ten, at least {@code leastStep}. */
        static Axis over(double low, double high, double leastStep) {
            double span = Math.max(high - low, leastStep);
            double power = Math.pow(10, Math.floor(Math.log10(span / MOST_TICKS)));
            double step = power;
            for (double factor : new double[] {1, 2, 5, 10}) {
                step = factor * power;
                if (span / step <= MOST_TICKS) {
                    break;
                }
            }
            step = Math.max(step, leastStep);
            return new Axis(Math.floor(low / step) * step, Math.ceil(high / step) * step, step);
        }

        int ticks() {
            return (int) Math.round((high - low) / step);
        }

        double share(double value) {
            return (value - low) / (high - low);
        }

        String label(int tick) {
            int places = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
            return String.format(Locale.ROOT, "%." + places + "f", low + tick * step);
        }
    }

    /** The chart as an {@code <svg>} element. */
    String toSvg() {
        Axis x = axis(true, 1);
        Axis y = axis(false, 1e-3);
        int legendRows = (lines.size() + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
        StringBuilder svg = new StringBuilder();
        add(
                svg,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH,
                PLOT_HEIGHT + legendRows * LEGEND_ROW,
                title);
        add(svg, "<text x=\"%d\" y=\"20\" class=\"title\">%s</text>", LEFT, title);
        drawX(svg, x);
        drawY(svg, y);
        int index = 0;
        for (Line line : lines) {
            draw(svg, line, x, y);
            legend(svg, line, index++);
        }
        return svg.append("</svg>").toString();
    }

    /** The axis over all lines; one that is near zero begins there. */
    private Axis axis(boolean ofX, double leastStep) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (Line line : lines) {
            for (double value : ofX ? line.x() : line.y()) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
        }
        boolean nearZero = low >= 0 && low < high / 2;
        return Axis.over(nearZero ? 0 : low, high, leastStep);
    }

    private void drawX(StringBuilder svg, Axis x) {
        for (int tick = 0; tick <= x.ticks(); tick++) {
            add(
                    svg,
                    "<text x=\"%.1f\" y=\"%d\" class=\"tick\" text-anchor=\"middle\">%s</text>",
                    LEFT + (double) tick / x.ticks() * (WIDTH - LEFT - RIGHT),
                    PLOT_HEIGHT - BOTTOM + 16,
                    x.label(tick));
        }
        add(
                svg,
                "<text x=\"%d\" y=\"%d\" class=\"tick\" text-anchor=\"middle\">%s</text>",
                (LEFT + WIDTH - RIGHT) / 2,
                PLOT_HEIGHT - 10,
                xLabel);
    }

    private void drawY(StringBuilder svg, Axis y) {
        for (int tick = 0; tick <= y.ticks(); tick++) {
            double height = (double) tick / y.ticks() * (PLOT_HEIGHT - TOP - BOTTOM);
            double py = PLOT_HEIGHT - BOTTOM - height;
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
                    y.label(tick));
        }
        add(
                svg,
                "<text transform=\"translate(14 %d) rotate(-90)\" class=\"tick\""
                        + " text-anchor=\"middle\">%s</text>",
                (TOP + PLOT_HEIGHT - BOTTOM) / 2,
                yLabel);
    }

    private static void draw(StringBuilder svg, Line line, Axis x, Axis y) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < line.x().length; i++) {
            double px = LEFT + x.share(line.x()[i]) * (WIDTH - LEFT - RIGHT);
            double height = y.share(line.y()[i]) * (PLOT_HEIGHT - TOP - BOTTOM);
            add(points, "%.1f,%.1f ", px, PLOT_HEIGHT - BOTTOM - height);
        }
        stroke(svg, line, points.toString().trim());
    }

    private static void stroke(StringBuilder svg, Line line, String points) {
        add(
                svg,
                "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>",
                points,
                line.colour(),
                line.dashed() ? " stroke-dasharray=\"5 4\"" : "");
    }

    /** A sample of the line and its name, below the plot. */
    private static void legend(StringBuilder svg, Line line, int index) {
        int column = (WIDTH - LEFT - RIGHT) / LEGEND_COLUMNS;
        int x = LEFT + index % LEGEND_COLUMNS * column;
        int y = PLOT_HEIGHT + index / LEGEND_COLUMNS * LEGEND_ROW + 4;
        stroke(svg, line, String.format(Locale.ROOT, "%d,%d %d,%d", x, y, x + 24, y));
        add(svg, "<text x=\"%d\" y=\"%d\" class=\"tick\">%s</text>", x + 30, y + 4, line.name());
    }

    private static void add(StringBuilder text, String form, Object... values) {
        text.append(String.format(Locale.ROOT, form, values));
    }
}
