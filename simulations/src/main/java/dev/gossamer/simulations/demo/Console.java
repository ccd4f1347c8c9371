package dev.gossamer.simulations.demo;

import java.io.PrintStream;
import java.util.Locale;

/**
 * Lines and progress bars for a person who watches.
 *
 * <p>On a terminal a bar is redrawn in place; elsewhere only its end is printed, so that logs stay
 * readable. With JSON asked for, everything goes to standard error and standard output holds the
 * object alone.
 */
final class Console {
    private static final int BAR = 30;

    private final PrintStream out;
    private final boolean terminal;
    private boolean open;

    Console(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** Prints one line. */
    synchronized void line(String form, Object... values) {
        clear();
        out.println(String.format(Locale.ROOT, form, values));
    }

    /** Shows that {@code done} of {@code total} of {@code what} stand. */
    synchronized void progress(String what, long done, long total) {
        if (!terminal || total < 1) {
            return;
        }
        int filled = (int) Math.min(BAR, BAR * done / total);
        out.print(
                "\r\033[K  "
                        + what
                        + "  "
                        + "━".repeat(filled)
                        + "╌".repeat(BAR - filled)
                        + "  "
                        + done
                        + " of "
                        + total);
        out.flush();
        open = true;
    }

    private void clear() {
        if (open) {
            out.print("\r\033[K");
            open = false;
        }
    }
}
