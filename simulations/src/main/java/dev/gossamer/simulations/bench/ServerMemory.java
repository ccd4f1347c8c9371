package dev.gossamer.simulations.bench;

import dev.gossamer.coordinator.journal.FileJournal;
import dev.gossamer.coordinator.round.Coordinator;
import dev.gossamer.coordinator.round.RunEvent;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.artifact.FolderArtifacts;
import dev.gossamer.protocols.artifact.MemoryArtifacts;
import dev.gossamer.protocols.artifact.MemoryState;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.simulations.engine.DeviceProfile;
import dev.gossamer.simulations.engine.LinkProfile;
import dev.gossamer.simulations.engine.VirtualWorld;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One round of a real coordinator with its journal and store, which many {@link NullClient}s report
 * large updates to.
 */
final class ServerMemory {
    /** Values of one slice; the last one has what is left. */
    private static final int SLICE = 1 << 22;

    private static final long MAX_EVENTS = 100_000_000;

    private ServerMemory() {}

    /**
     * Serves the round.
     *
     * @param values of an update, 4 bytes each
     * @param folder keeps journal and artifacts
     * @throws IllegalStateException if the run does not end well
     */
    static void serve(int clients, int values, Path folder) {
        RunFile run = run(clients);
        AdapterLayout layout = layout(values);
        VirtualWorld world = new VirtualWorld(new LinkProfile(Duration.ofMillis(1), 1e9));
        DeviceProfile device = new DeviceProfile(1000);
        List<String> outcome = new ArrayList<>();
        try (FileJournal journal = new FileJournal(folder.resolve("journal"))) {
            world.add(
                    NodeId.COORDINATOR,
                    new Coordinator(
                            run,
                            clients,
                            journal,
                            event -> {
                                if (event instanceof RunEvent.Ended ended) {
                                    outcome.add(ended.outcome());
                                }
                            }),
                    device,
                    new FolderArtifacts(folder.resolve("artifacts")),
                    new MemoryState());
            for (int i = 1; i <= clients; i++) {
                NodeId node = new NodeId("client-" + i);
                world.add(
                        node,
                        new NullClient(run, layout, i),
                        device,
                        new MemoryArtifacts(),
                        new MemoryState());
                world.connect(node, NodeId.COORDINATOR);
            }
            world.run(() -> !outcome.isEmpty(), MAX_EVENTS);
        }
        if (!outcome.equals(List.of("done"))) {
            throw new IllegalStateException("the round did not end well: outcome=" + outcome);
        }
    }

    private static RunFile run(int clients) {
        return RunFileReader.read(
                """
                name: memory
                model: {base: none}
                data: {set: none, classes: [a, b]}
                adapter: {method: fed-sb, rank: 1}
                rounds: {count: 1, cohort: %d, minimum: %d, deadline: 24h}
                """
                        .formatted(clients, clients));
    }

    private static AdapterLayout layout(int values) {
        List<Slice> slices = new ArrayList<>();
        for (int from = 0; from < values; from += SLICE) {
            int size = Math.min(SLICE, values - from);
            slices.add(new Slice("layer." + slices.size() + ".R", 1, size));
        }
        return new AdapterLayout(slices);
    }
}
