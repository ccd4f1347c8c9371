package dev.gossamer.client.command;

import dev.gossamer.client.node.ClientEvent;
import dev.gossamer.client.node.FederatedClient;
import dev.gossamer.client.node.ModelWork;
import dev.gossamer.client.node.OwnerFiles;
import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.tensor.ProductRates;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.protocols.artifact.FolderArtifacts;
import dev.gossamer.protocols.artifact.FolderState;
import dev.gossamer.protocols.host.HostRuntime;
import dev.gossamer.protocols.host.NodeClient;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** The client daemon: one owner's node, connected to one coordinator until its run is over. */
@Command(
        name = "client",
        mixinStandardHelpOptions = true,
        description = "Takes part in a run with this machine's own rows.")
public final class ClientCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ClientCommand.class);

    /** How long the last message may take to leave. */
    private static final int FAREWELL_MILLIS = 200;

    @Option(names = "--coordinator", required = true, paramLabel = "HOST:PORT")
    private String coordinator;

    @Option(names = "--id", required = true, description = "a-z, 0-9 and -, at most 64")
    private String id;

    @Option(
            names = "--data",
            paramLabel = "SET=FILE|DIR",
            description = "which file or folder stands for a data set that a run names; repeatable")
    private Map<String, Path> data = Map.of();

    @Option(names = "--folder", defaultValue = "client", description = "keeps artifacts and state")
    private Path folder;

    @Option(names = "--threads", defaultValue = "2", description = "cores to compute on")
    private int threads;

    @Option(
            names = "--rank",
            defaultValue = "0",
            description = "the most that this machine trains, where a run allows it; 0 for any")
    private int rank;

    private final Surroundings surroundings;

    /** The command. */
    public ClientCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        int colon = coordinator.lastIndexOf(':');
        if (colon < 1 || !coordinator.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException(
                    "not an address: --coordinator=" + coordinator + ", form=HOST:PORT");
        }
        String host = coordinator.substring(0, colon);
        int port = Integer.parseInt(coordinator.substring(colon + 1));
        return run(new NodeId(id), host, port);
    }

    private int run(NodeId node, String host, int port) {
        CompletableFuture<String> outcome = new CompletableFuture<>();
        OwnerFiles files = new OwnerFiles(data, rank);
        try (Workers workers = new Workers(threads);
                HostRuntime runtime = new HostRuntime(1)) {
            SharedModels models = new SharedModels(workers);
            FederatedClient client =
                    new FederatedClient(
                            (run, self) -> {
                                tellRates(run.model(), models);
                                return new ModelWork(run, self, files, models);
                            },
                            event -> watch(event, outcome));
            try (NodeClient _ =
                    NodeClient.start(
                            runtime.resources(
                                    new FolderArtifacts(folder.resolve("artifacts")),
                                    new FolderState(folder.resolve("state"))),
                            node,
                            client,
                            outcome::completeExceptionally,
                            host,
                            port)) {
                String ended = outcome.join();
                LOG.info("run is over: outcome={}", ended);
                return ended.equals("done") ? 0 : 1;
            } catch (CompletionException e) {
                throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
            }
        }
    }

    private void tellRates(RunFile.Model model, SharedModels models) {
        ProductRates rates =
                ProductRates.measure(
                        models.open(model.base()).base(), models.workers(), surroundings.nanos());
        LOG.info(rates.sentence(SharedModels.precision(model.precision())));
    }

    private static void watch(ClientEvent event, CompletableFuture<String> outcome) {
        switch (event) {
            case ClientEvent.Connected e -> LOG.info("connected");
            case ClientEvent.Disconnected e -> LOG.warn("disconnected; connecting again");
            case ClientEvent.Ready e ->
                    LOG.info(
                            "ready: training={}, heldOut={}, truncated={}",
                            e.trainingRows(),
                            e.heldOutRows(),
                            e.truncatedRows());
            case ClientEvent.Promised e -> LOG.info(e.promise().sentence());
            case ClientEvent.MakingBasis e -> LOG.info("making the basis");
            case ClientEvent.Sketching e ->
                    LOG.info("sketching the gradient: pass={} of 2", e.pass());
            case ClientEvent.Training e -> LOG.info("training: round={}", e.round());
            case ClientEvent.Trained e ->
                    LOG.info("trained: round={}, loss={}", e.round(), e.meanLoss());
            case ClientEvent.Forgotten e ->
                    LOG.warn("nothing is owed any more: round={}, cause={}", e.round(), e.cause());
            case ClientEvent.Refused e ->
                    LOG.warn("refused: reason={}, detail={}", e.reason(), e.detail());
            case ClientEvent.Failed e ->
                    CompletableFuture.delayedExecutor(FAREWELL_MILLIS, TimeUnit.MILLISECONDS)
                            .execute(() -> outcome.completeExceptionally(e.cause()));
            case ClientEvent.Ended e -> outcome.complete(e.outcome());
        }
    }
}
