package dev.gossamer.client;

import dev.gossamer.client.command.ClientCommand;
import dev.gossamer.client.command.ModelsCommand;
import dev.gossamer.protocols.command.CommandRoot;

/** The commands of one owner. */
public final class ClientMain {
    private ClientMain() {}

    /** Runs a command; exits with 0 when done, 1 when it failed, 2 for bad usage. */
    public static void main(String... words) {
        System.exit(
                CommandRoot.run(new Object[] {new ClientCommand(), new ModelsCommand()}, words));
    }
}
