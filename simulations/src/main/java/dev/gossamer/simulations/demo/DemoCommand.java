package dev.gossamer.simulations.demo;

import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.simulations.federation.ClientProcesses;
import dev.gossamer.simulations.federation.Federation;
import dev.gossamer.simulations.federation.LoopbackFederation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/** {@code demo}: a real federated run on this machine, over real sockets. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Runs a coordinator and six clients, each with its own rows only, over loopback"
                        + " WebSockets, and compares the result with its baselines.")
public final class DemoCommand implements Callable<Integer> {
    private static final List<String> CHILD_OPTIONS =
            List.of(
                    "--add-modules",
                    "jdk.incubator.vector",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Xmx512m");

    private static final int MAX_PORT = 65_535;

    @Mixin private RunOptions options;

    @Option(names = "--processes", description = "each client a process of its own")
    private boolean processes;

    @Option(
            names = "--port",
            defaultValue = "0",
            description = "where the coordinator listens on 127.0.0.1; 0, the default: any free")
    private int port;

    private final LongSupplier nanos;

    /**
     * The command.
     *
     * @param nanos the clock that baselines are timed by
     */
    public DemoCommand(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public Integer call() throws IOException {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException(
                    "port out of range: --port=" + port + ", bound=0.." + MAX_PORT);
        }
        return RunCommand.run(demoFile(), options, nanos, this::host);
    }

    private static RunFile demoFile() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(DemoCommand.class.getResourceAsStream("/demo.yaml"))) {
            return RunFileReader.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private double host(Federation federation) {
        if (processes) {
            Path java = Path.of(ProcessHandle.current().info().command().orElseThrow());
            LoopbackFederation.runProcesses(
                    federation, port, new ClientProcesses(java, CHILD_OPTIONS));
        } else {
            LoopbackFederation.run(federation, port);
        }
        return ManagementFactory.getRuntimeMXBean().getUptime() / 1e3;
    }
}
