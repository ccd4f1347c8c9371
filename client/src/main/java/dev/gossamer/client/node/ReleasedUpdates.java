package dev.gossamer.client.node;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.StatePort;
import dev.gossamer.protocols.wire.ModelVersion;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Noised updates of one node in one run, kept before they are sent, so that no round's noise is
 * drawn twice.
 *
 * <p>Two noised updates of one round would say more of the rows than was promised, and their mean
 * has less noise than either. So whatever is lost on the way (the report, its acknowledgement, this
 * process) is answered with the bytes that were kept, and what cannot be kept is not sent. Confined
 * to the node's thread.
 */
final class ReleasedUpdates {
    private static final String NAME = "released-update";
    private static final double[] NOTHING_OWED = {};

    private final Digest run;
    private final StatePort state;

    /**
     * The updates of a run.
     *
     * @param runFile its text
     */
    ReleasedUpdates(String runFile, StatePort state) {
        run = Digest.of(runFile.getBytes(StandardCharsets.UTF_8));
        this.state = state;
    }

    /**
     * The report of {@code round} from {@code version}, if its noise was drawn already.
     *
     * @throws dev.gossamer.protocols.node.StateException if what is kept cannot be read
     */
    Optional<MadeReport> made(int round, ModelVersion version) {
        return state.get(NAME)
                .flatMap(KeptReport::decode)
                .filter(kept -> kept.run().equals(run))
                .filter(kept -> kept.round() == round && kept.version().equals(version))
                .map(KeptReport::report);
    }

    /**
     * Keeps {@code report}, which may be sent once this returns.
     *
     * @throws dev.gossamer.protocols.node.StateException if it cannot be kept
     */
    void keep(int round, ModelVersion version, MadeReport report) {
        state.put(NAME, new KeptReport(run, round, version, report, NOTHING_OWED).encode());
    }
}
