package dev.gossamer.client.bench;

import dev.gossamer.client.ClientMain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** Another process of this very Java, class path and options. */
final class ThisJava {
    private ThisJava() {}

    /** Starts the client's commands with {@code words}; errors go where this process's go. */
    static Process start(List<String> words) {
        List<String> command = new ArrayList<>();
        command.add(
                ProcessHandle.current()
                        .info()
                        .command()
                        .orElse(System.getProperty("java.home") + "/bin/java"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-agent") && !option.startsWith("-javaagent"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(ClientMain.class.getName());
        command.addAll(words);
        try {
            return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.PIPE).start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a process: command=" + command, e);
        }
    }
}
