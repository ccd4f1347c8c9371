package dev.gossamer.simulations.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.bench.ProcessMemory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/** {@code bench server-memory}: the resident memory of one process that serves one round. */
@Command(
        name = "server-memory",
        mixinStandardHelpOptions = true,
        description =
                "Serves one round of large updates on this process's heap, and prints the most"
                    + " memory that was resident. bench codec runs it in processes of their own.")
final class ServerMemoryCommand implements Callable<Integer> {
    private static final int MOST_CLIENTS = 10_000;

    @Option(names = "--clients", defaultValue = "10", paramLabel = "N", description = "reporting")
    private int clients;

    @Option(
            names = "--values",
            defaultValue = "25000000",
            paramLabel = "N",
            description = "of an update, 4 bytes each; 25000000 if not given")
    private int values;

    @Override
    public Integer call() throws IOException {
        if (clients < 1
                || clients > MOST_CLIENTS
                || values < 1
                || values > CodecBenchCommand.MOST) {
            throw new IllegalArgumentException(
                    "out of range: --clients="
                            + clients
                            + ", bound=1.."
                            + MOST_CLIENTS
                            + ", --values="
                            + values
                            + ", bound=1.."
                            + CodecBenchCommand.MOST);
        }
        Path folder = Files.createTempDirectory("gossamer-server-memory");
        try {
            long before = ProcessMemory.peakResidentBytes();
            ServerMemory.serve(clients, values, folder);
            ObjectNode record = JsonNodeFactory.instance.objectNode();
            record.put("case", "server-memory");
            record.put("clients", clients);
            record.put("updateBytes", 4L * values);
            record.put("idleBytes", before);
            record.put("peakBytes", ProcessMemory.peakResidentBytes());
            System.out.println(record);
        } finally {
            remove(folder);
        }
        return 0;
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
