package dev.gossamer.simulations.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import java.util.function.LongSupplier;

/** {@code bench}: measures parts of Gossamer on this machine. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures parts of Gossamer on this machine.")
public final class BenchCommand {
    private BenchCommand() {}

    /**
     * The command with all of its parts.
     *
     * @param cpuNanos the time that the calling thread has had a core
     */
    public static CommandLine of(LongSupplier cpuNanos) {
        return new CommandLine(new BenchCommand())
                .addSubcommand(new CodecBenchCommand(cpuNanos))
                .addSubcommand(new PrivacyBenchCommand(cpuNanos))
                .addSubcommand(new ServerMemoryCommand());
    }
}
