package dev.gossamer.client;

import dev.gossamer.client.bench.BenchCommand;
import dev.gossamer.client.command.ClientCommand;
import dev.gossamer.client.command.EvaluateCommand;
import dev.gossamer.client.command.ExportCommand;
import dev.gossamer.client.command.GenerateCommand;
import dev.gossamer.client.command.ModelsCommand;
import dev.gossamer.client.command.PredictCommand;
import dev.gossamer.client.command.Surroundings;
import dev.gossamer.client.command.TrainCommand;
import dev.gossamer.client.privacy.PrivacyCommand;
import dev.gossamer.protocols.command.CommandRoot;

/** The commands of one owner. */
public final class ClientMain {
    private ClientMain() {}

    /** Runs a command; exits with 0 when done, 1 when it failed, 2 for bad usage. */
    public static void main(String... words) {
        System.exit(CommandRoot.run(commands(Surroundings.ofProcess(System::nanoTime)), words));
    }

    static Object[] commands(Surroundings surroundings) {
        return new Object[] {
            new ClientCommand(surroundings),
            new ModelsCommand(),
            new TrainCommand(surroundings),
            new EvaluateCommand(surroundings),
            new PredictCommand(surroundings),
            new GenerateCommand(surroundings),
            new ExportCommand(surroundings),
            BenchCommand.of(surroundings),
            PrivacyCommand.of(surroundings)
        };
    }
}
