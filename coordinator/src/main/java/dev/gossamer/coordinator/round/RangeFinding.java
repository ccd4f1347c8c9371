package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.cohort.Members;
import dev.gossamer.coordinator.cohort.Participant;
import dev.gossamer.coordinator.journal.Entry;
import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.basis.RangeFinder;
import dev.gossamer.protocols.basis.Rebasing;
import dev.gossamer.protocols.basis.ShapesCodec;
import dev.gossamer.protocols.method.Setting.Shape;
import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.wire.Message.SketchTask;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The stage of a run in which all clients find the basis, by the two passes of {@link RangeFinder}.
 *
 * <ol>
 *   <li>whoever is here returns a sketch of its gradient; orthonormal columns of the mean are kept;
 *   <li>those whose sketch is in that mean return the projection of the same gradient; the mean of
 *       these becomes the basis, and the R that training starts from.
 * </ol>
 *
 * <p>A pass is a round in all but what is asked: reports are held to their layout, journaled,
 * acknowledged and added in the ring, and too few of them by the deadline are none. The second pass
 * asks the same clients, as the columns are those of their mean gradient. One that has gone since
 * is not waited for beyond the deadline: what the others return is the projection of the mean of
 * theirs, whose directions the columns span no less.
 */
final class RangeFinding {
    private final RunFile run;
    private final RunState state;
    private final Members members;
    private final StandingWriter writer;
    private final ArtifactPort artifacts;
    private final Desk desk;

    RangeFinding(
            RunFile run,
            RunState state,
            Members members,
            StandingWriter writer,
            ArtifactPort artifacts,
            Desk desk) {
        this.run = run;
        this.state = state;
        this.members = members;
        this.writer = writer;
        this.artifacts = artifacts;
        this.desk = desk;
    }

    /**
     * The finder of a basis whose targets' shapes are in {@code shapes}.
     *
     * @param adapter has the R of each, and the head
     * @throws IllegalArgumentException if the two do not fit each other
     */
    static RangeFinder finder(byte[] shapes, AdapterLayout adapter, long coins) {
        List<Shape> targets;
        try {
            targets = ShapesCodec.decode(shapes);
        } catch (ArtifactFormatException e) {
            throw new IllegalArgumentException("shapes cannot be read: " + e.getMessage(), e);
        }
        List<Slice> cores =
                adapter.slices().stream().filter(s -> Factor.of(s.name()) == Factor.R).toList();
        int rank = cores.isEmpty() ? 0 : cores.getFirst().rows();
        List<Slice> expected =
                targets.stream().map(t -> new Slice(Factor.R.slice(t.name()), rank, rank)).toList();
        if (!cores.equals(expected)) {
            throw new IllegalArgumentException(
                    "shapes are not those of the adapter's targets: shapes="
                            + targets.size()
                            + ", targets="
                            + cores.size());
        }
        return new RangeFinder(targets, rank, coins, RangeFinder.EXPONENT);
    }

    /** Opens the pass that is due, unless somebody may come who would be left out. */
    void open() {
        boolean first = state.basis().range().isEmpty();
        if (first && !desk.enoughAreHere()) {
            return;
        }
        int rank = run.adapter().rank();
        List<Participant> cohort =
                first
                        ? members.present().stream()
                                .limit(RunFile.Rounds.MAX_COHORT)
                                .map(node -> new Participant(node, rank))
                                .toList()
                        : state.basis().sketched();
        int pass = first ? 1 : 2;
        int attempt = state.attempts() + 1;
        desk.record(new Entry.SketchOpened(pass, attempt, cohort));
        List<NodeId> asked = cohort.stream().map(Participant::node).toList();
        desk.tell(new RunEvent.SketchOpened(pass, attempt, asked));
        desk.opened(state.open().orElseThrow());
    }

    /** What the cohort of {@code pass} is asked. */
    SketchTask task(Round pass, Duration deadline) {
        return new SketchTask(
                state.standing().version(),
                state.standing().patch(),
                state.basis().range(),
                pass.validator().fixedPoint(),
                state.basis().coins(),
                deadline.toMillis());
    }

    /** Makes of {@code pass} what it came to. */
    void close(Round pass) {
        AdapterLayout layout = pass.layout();
        double[] values = pass.mean().orElseThrow().of(0, layout.size());
        AdapterValues mean = new AdapterValues(layout, values);
        pass.release();
        Optional<Digest> range = state.basis().range();
        if (range.isEmpty()) {
            byte[] found = AdapterCodec.encode(state.finder().range(mean));
            desk.record(new Entry.RangeFound(artifacts.put(found)));
        } else {
            make(state.adapter(range.get()), mean);
        }
        desk.advance();
    }

    private void make(AdapterState range, AdapterValues mean) {
        RangeFinder.Found found = state.finder().found(range, mean, stepSize());
        AdapterState cores = found.cores();
        byte[] content =
                switch (run.basis().values()) {
                    case FP32 -> BasisCodec.encode(found.basis());
                    case BF16 -> BasisCodec.encodeBfloat16(found.basis());
                };
        if (run.basis().values() == RunFile.BasisPlan.Values.BF16) {
            cores = Rebasing.carried(found.basis(), cores, decoded(content));
        }
        Digest basis = artifacts.put(content);
        AdapterState adapter = state.global().with(cores);
        desk.record(new Entry.BasisMade(writer.with(state.standing(), basis, adapter)));
        Digest published = state.standing().version().adapter();
        desk.tell(new RunEvent.BasisMade(basis, published, content.length));
    }

    /** The learning rate over the mini-batches of as many rows as a client may use. */
    private double stepSize() {
        int batch = run.train().batchSize();
        return run.basis().learningRate() / Math.ceilDiv(run.basis().rows(), batch);
    }

    private static Basis decoded(byte[] content) {
        try {
            return BasisCodec.decode(content);
        } catch (ArtifactFormatException e) {
            throw new IllegalStateException("basis does not survive rounding", e);
        }
    }
}
