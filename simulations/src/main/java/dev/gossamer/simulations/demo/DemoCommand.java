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
                    "-Xmx512m");

    @Mixin private RunOptions options;

    @Option(names = "--processes", description = "each client a process of its own")
    private boolean processes;

    @Override
    public Integer call() throws IOException {
        return RunCommand.run(demoFile(), options, this::host);
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
            LoopbackFederation.runProcesses(federation, new ClientProcesses(java, CHILD_OPTIONS));
        } else {
            LoopbackFederation.run(federation);
        }
        return ManagementFactory.getRuntimeMXBean().getUptime() / 1e3;
    }
}
