package dev.gossamer.protocols.command;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

import java.io.PrintWriter;

/**
 * The root of a module's commands.
 *
 * <p>Exit codes are 0 done, 1 failed, 2 wrong usage. An error is one line on standard error; what a
 * run file or an option says wrong ({@link IllegalArgumentException}) is wrong usage. With {@code
 * --verbose} the stack trace follows.
 */
@Command(name = "gossamer", mixinStandardHelpOptions = true)
public final class CommandRoot {
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "stack traces with errors")
    private boolean verbose;

    private CommandRoot() {}

    /**
     * Runs the one of {@code commands} that {@code words} begin with, and returns its exit code.
     */
    public static int run(PrintWriter err, Object[] commands, String... words) {
        CommandRoot root = new CommandRoot();
        CommandLine line = new CommandLine(root).setErr(err);
        for (Object command : commands) {
            line.addSubcommand(command);
        }
        return line.setErr(err)
                .setExecutionExceptionHandler((cause, command, parsed) -> root.explain(cause, err))
                .execute(words);
    }

    /** The same with errors on the process's standard error. */
    public static int run(Object[] commands, String... words) {
        return run(new PrintWriter(System.err, true, System.err.charset()), commands, words);
    }

    private int explain(Exception cause, PrintWriter err) {
        err.println("gossamer: " + cause.getMessage());
        if (verbose) {
            cause.printStackTrace(err);
        }
        return cause instanceof IllegalArgumentException ? WRONG_USAGE : FAILED;
    }
}
