package dev.gossamer.client.bench;

import dev.gossamer.client.command.Surroundings;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bench}: measures parts of Gossamer on this machine. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures parts of Gossamer on this machine.")
public final class BenchCommand {
    private BenchCommand() {}

    /** The command with all of its parts. */
    public static CommandLine of(Surroundings surroundings) {
        return new CommandLine(new BenchCommand())
                .addSubcommand(new EngineBenchCommand(surroundings));
    }
}
