package dev.gossamer.client.command;

import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * What a command has around it: where it writes, and what time it is.
 *
 * @param out for results
 * @param err for progress
 * @param terminal whether a person watches {@code err}
 * @param nanos a clock for rates
 */
public record Surroundings(PrintStream out, PrintStream err, boolean terminal, LongSupplier nanos) {
    /** The process's own streams, in UTF-8 whatever the locale says. */
    public static Surroundings ofProcess(LongSupplier nanos) {
        return new Surroundings(
                new PrintStream(System.out, true, StandardCharsets.UTF_8),
                new PrintStream(System.err, true, StandardCharsets.UTF_8),
                Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent(),
                nanos);
    }
}
