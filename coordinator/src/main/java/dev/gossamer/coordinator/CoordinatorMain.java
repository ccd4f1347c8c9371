package dev.gossamer.coordinator;

import dev.gossamer.coordinator.journal.FileJournal;
import dev.gossamer.coordinator.round.Coordinator;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.coordinator.round.RunLog;
import dev.gossamer.protocols.artifact.FolderArtifacts;
import dev.gossamer.protocols.artifact.FolderState;
import dev.gossamer.protocols.command.CommandRoot;
import dev.gossamer.protocols.host.HostRuntime;
import dev.gossamer.protocols.host.NodeServer;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** {@code coordinator}: serves one run to the clients that connect, until it is over. */
@Command(
        name = "coordinator",
        mixinStandardHelpOptions = true,
        description =
                "Serves a run to the clients that connect. Started again on the same folder, it"
                        + " goes on where it stood.")
public final class CoordinatorMain implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;

    @Parameters(paramLabel = "RUN.yaml")
    private Path file;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "address to listen on")
    private String host;

    @Option(names = "--port", defaultValue = "7411", description = "0: any that is free")
    private int port;

    @Option(
            names = "--population",
            description = "clients that must be ready before it begins; the cohort by default")
    private Integer population;

    @Option(
            names = "--folder",
            defaultValue = "coordinator",
            description = "keeps journal and artifacts")
    private Path folder;

    private CoordinatorMain() {}

    /** Runs the service; exits with 0 when the run is done, 1 when it failed, 2 for bad usage. */
    public static void main(String... words) {
        System.exit(CommandRoot.run(new Object[] {new CoordinatorMain()}, words));
    }

    @Override
    public Integer call() throws IOException {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException(
                    "port out of range: --port=" + port + ", bound=0.." + MAX_PORT);
        }
        RunFile run = RunFileReader.read(file);
        int expected = population == null ? run.rounds().cohort() : population;
        Files.createDirectories(folder);
        CompletableFuture<RunEvent.Ended> ended = new CompletableFuture<>();
        RunLog log = new RunLog(run);
        try (HostRuntime runtime = new HostRuntime(1);
                FileJournal journal = new FileJournal(folder.resolve("journal"))) {
            Coordinator coordinator =
                    new Coordinator(
                            run,
                            expected,
                            journal,
                            event -> {
                                log.accept(event);
                                if (event instanceof RunEvent.Ended end) {
                                    ended.complete(end);
                                }
                            });
            return serve(runtime, coordinator, ended);
        }
    }

    private int serve(
            HostRuntime runtime, Coordinator coordinator, CompletableFuture<RunEvent.Ended> ended) {
        FolderArtifacts artifacts = new FolderArtifacts(folder.resolve("artifacts"));
        try (NodeServer _ =
                NodeServer.start(
                        runtime.resources(artifacts, new FolderState(folder.resolve("state"))),
                        NodeId.COORDINATOR,
                        coordinator,
                        ended::completeExceptionally,
                        host,
                        port)) {
            RunEvent.Ended end = ended.join();
            return end.adapter().isPresent() ? 0 : 1;
        } catch (CompletionException e) {
            throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
        }
    }
}
