package dev.gossamer.simulations.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.simulations.SimulationsMain;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs {@code bench server-memory} in a process whose heap holds four and a half updates: what it
 * needs more than that ends it.
 */
final class ServerMemoryProcess {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LEAST_HEAP = 64_000_000;

    private ServerMemoryProcess() {}

    /**
     * The record of one run.
     *
     * @throws IllegalStateException if the process failed, with what it said last
     */
    static JsonNode measure(int clients, int values) {
        try {
            Process process =
                    new ProcessBuilder(command(clients, values)).redirectErrorStream(true).start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            List<String> lines = said.lines().toList();
            String last = lines.isEmpty() ? "" : lines.getLast();
            if (process.waitFor() != 0 || !last.startsWith("{")) {
                throw new IllegalStateException(
                        "server does not get by with its heap: clients="
                                + clients
                                + ", values="
                                + values
                                + ", said="
                                + lines.stream()
                                        .filter(line -> line.contains("Error"))
                                        .findFirst()
                                        .orElse(last));
            }
            return JSON.readTree(last);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run a server", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while measuring", e);
        }
    }

    private static List<String> command(int clients, int values) {
        List<String> command = new ArrayList<>();
        command.add(
                ProcessHandle.current()
                        .info()
                        .command()
                        .orElse(System.getProperty("java.home") + "/bin/java"));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:MaxNewSize=16m"));
        command.add("-Xmx" + Math.max(LEAST_HEAP, 18L * values));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(SimulationsMain.class.getName(), "bench", "server-memory"));
        command.addAll(List.of("--clients", Integer.toString(clients)));
        command.addAll(List.of("--values", Integer.toString(values)));
        return command;
    }
}
