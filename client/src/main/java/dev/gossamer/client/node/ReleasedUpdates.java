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
 * process) is answered with the bytes that were kept, and what cannot be kept is not sent. Rounds
 * are taken in rising order and none beyond the run's last: whatever a coordinator asks, no more is
 * released than the promise was reckoned with. Confined to the node's thread.
 */
final class ReleasedUpdates {
    private static final String NAME = "released-update";
    private static final double[] NOTHING_OWED = {};

    private final Digest run;
    private final int rounds;
    private final StatePort state;

    /**
     * The updates of a run.
     *
     * @param runFile its text
     * @param rounds that it has
     */
    ReleasedUpdates(String runFile, int rounds, StatePort state) {
        run = Digest.of(runFile.getBytes(StandardCharsets.UTF_8));
        this.rounds = rounds;
        this.state = state;
    }

    /**
     * The report of {@code round} from {@code version}, if its noise was drawn already.
     *
     * @throws IllegalStateException if another update of this round, or of a later one, was noised,
     *     the run has no such round, or what is kept is damaged
     * @throws dev.gossamer.protocols.node.StateException if what is kept cannot be read
     */
    Optional<MadeReport> made(int round, ModelVersion version) {
        Optional<KeptReport> kept =
                state.get(NAME)
                        .map(ReleasedUpdates::decoded)
                        .filter(report -> report.run().equals(run));
        if (kept.filter(k -> k.round() == round && k.version().equals(version)).isPresent()) {
            return kept.map(KeptReport::report);
        }
        int last = kept.map(KeptReport::round).orElse(0);
        if (round <= last || round > rounds) {
            throw new IllegalStateException(
                    "nothing is promised for another update: round="
                            + round
                            + ", noised="
                            + last
                            + ", bound="
                            + rounds
                            + "; a run that begins again needs another name or seed");
        }
        return Optional.empty();
    }

    private static KeptReport decoded(byte[] content) {
        return KeptReport.decode(content)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "kept update is damaged, and may be drawn no second time:"
                                                + " state="
                                                + NAME
                                                + ", bytes="
                                                + content.length));
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
