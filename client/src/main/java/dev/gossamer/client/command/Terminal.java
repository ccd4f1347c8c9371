package dev.gossamer.client.command;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Lines and a progress bar for a person who watches, on standard error, so that standard output
 * holds results alone.
 *
 * <p>Where nobody watches there is no bar, and lines stay readable in a log.
 */
final class Terminal {
    private static final int BAR = 24;
    private static final double NANOS = 1e9;
    private static final int MINUTE = 60;
    private static final int HOUR = 3600;

    /** Redrawing more often helps nobody. */
    private static final long REDRAW_NANOS = 100_000_000;

    private final PrintStream err;
    private final boolean terminal;
    private final LongSupplier nanos;
    private boolean open;
    private long drawnNanos;

    Terminal(Surroundings surroundings) {
        err = surroundings.err();
        terminal = surroundings.terminal();
        nanos = surroundings.nanos();
        drawnNanos = nanos.getAsLong() - REDRAW_NANOS;
    }

    /** Prints one line. */
    synchronized void line(String form, Object... values) {
        if (open) {
            err.print("\r\033[K");
            open = false;
        }
        err.println(values.length == 0 ? form : String.format(Locale.ROOT, form, values));
    }

    /** Shows that {@code done} of {@code total} of {@code what} stand, and what else is known. */
    synchronized void progress(String what, long done, long total, String more) {
        long now = nanos.getAsLong();
        if (!terminal || total < 1 || (done < total && now - drawnNanos < REDRAW_NANOS)) {
            return;
        }
        drawnNanos = now;
        int filled = (int) Math.min(BAR, BAR * done / total);
        err.print(
                "\r\033[K  "
                        + what
                        + "  "
                        + "━".repeat(filled)
                        + "╌".repeat(BAR - filled)
                        + "  "
                        + done
                        + " of "
                        + total
                        + "  "
                        + more);
        err.flush();
        open = true;
    }

    /** Seconds since {@code startNanos}. */
    double secondsSince(long startNanos) {
        return (nanos.getAsLong() - startNanos) / NANOS;
    }

    long now() {
        return nanos.getAsLong();
    }

    /** A duration as people say it. */
    static String duration(double seconds) {
        long whole = Math.round(seconds);
        if (whole < MINUTE) {
            return whole + " s";
        }
        return whole < HOUR
                ? String.format(Locale.ROOT, "%d min %02d s", whole / MINUTE, whole % MINUTE)
                : String.format(Locale.ROOT, "%d h %02d min", whole / HOUR, whole % HOUR / MINUTE);
    }
}
