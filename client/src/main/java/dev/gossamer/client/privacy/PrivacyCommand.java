package dev.gossamer.client.privacy;

import dev.gossamer.client.command.Surroundings;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code privacy}: what noisy releases cost. */
@Command(
        name = "privacy",
        mixinStandardHelpOptions = true,
        description = "What noisy releases cost in privacy, and how much noise a cost allows.")
public final class PrivacyCommand {
    private PrivacyCommand() {}

    /** The command with all of its parts. */
    public static CommandLine of(Surroundings surroundings) {
        return new CommandLine(new PrivacyCommand())
                .addSubcommand(new AccountCommand(surroundings))
                .addSubcommand(new CalibrateCommand(surroundings));
    }
}
