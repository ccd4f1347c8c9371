package dev.gossamer.simulations;

import dev.gossamer.simulations.demo.DemoCommand;
import dev.gossamer.simulations.demo.SimulateCommand;
import dev.gossamer.simulations.demo.SweepCommand;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

import java.io.PrintWriter;

/** The commands of several nodes in one process. */
@Command(
        name = "gossamer",
        mixinStandardHelpOptions = true,
        subcommands = {DemoCommand.class, SimulateCommand.class, SweepCommand.class})
public final class SimulationsMain {
    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "stack traces with errors")
    private boolean verbose;

    private SimulationsMain() {}

    /** Runs a command; exits with 0 when done, 1 when it failed, 2 for bad usage. */
    public static void main(String... words) {
        System.exit(run(words));
    }

    static int run(String... words) {
        SimulationsMain main = new SimulationsMain();
        return new CommandLine(main)
                .setExecutionExceptionHandler(
                        (cause, command, parsed) -> explain(cause, command.getErr(), main.verbose))
                .execute(words);
    }

    /** One line for people; what a run file or an option says wrong is bad usage. */
    private static int explain(Exception cause, PrintWriter err, boolean verbose) {
        err.println("gossamer: " + cause.getMessage());
        if (verbose) {
            cause.printStackTrace(err);
        }
        return cause instanceof IllegalArgumentException ? 2 : 1;
    }
}
