package dev.gossamer.simulations.federation;

import dev.gossamer.client.ClientMain;
import dev.gossamer.client.node.ClientEvent;
import dev.gossamer.client.node.OwnerFiles;
import dev.gossamer.protocols.node.NodeId;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Starts clients as processes: the daemon that an owner runs, with this process's Java and class
 * path.
 *
 * @param java the Java to start
 * @param options its options
 */
public record ClientProcesses(Path java, List<String> options) {
    /** Copies the options. */
    public ClientProcesses {
        options = List.copyOf(options);
    }

    /** Starts the client called {@code node}; closing it kills the process. */
    AutoCloseable start(Federation federation, NodeId node, String address, Ending ending) {
        Path folder = federation.folder().resolve(node.value());
        List<String> command =
                command(address, node, folder, federation.files().get(node), federation);
        Process process = started(command, folder.resolve("log.txt"));
        AtomicBoolean killed = new AtomicBoolean();
        var _ =
                process.onExit()
                        .thenAccept(
                                ended -> {
                                    if (!killed.get()) {
                                        exited(node, ended, folder, ending);
                                    }
                                });
        return () -> {
            killed.set(true);
            process.destroyForcibly().onExit().join();
        };
    }

    private List<String> command(
            String address, NodeId node, Path folder, OwnerFiles files, Federation federation) {
        List<String> command = new ArrayList<>();
        command.add(java.toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(ClientMain.class.getName(), "client"));
        command.addAll(List.of("--coordinator", address));
        command.addAll(List.of("--id", node.value(), "--folder", folder.toString()));
        command.addAll(List.of("--threads", Integer.toString(federation.run().train().threads())));
        command.addAll(List.of("--rank", Integer.toString(files.rank())));
        files.sets().forEach((set, file) -> command.addAll(List.of("--data", set + "=" + file)));
        return command;
    }

    private static Process started(List<String> command, Path log) {
        File file = log.toFile();
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(file))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a client: log=" + log, e);
        }
    }

    private static void exited(NodeId node, Process process, Path folder, Ending ending) {
        if (process.exitValue() == 0) {
            ending.watchingClients((id, event) -> {})
                    .accept(node, new ClientEvent.Ended("done", Optional.empty()));
        } else {
            String where = "exit=" + process.exitValue() + ", log=" + folder.resolve("log.txt");
            ending.failed(node, new IllegalStateException("process ended: " + where));
        }
    }
}
