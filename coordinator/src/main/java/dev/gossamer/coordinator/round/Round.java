package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.cohort.Participant;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.aggregate.RingAccumulator;
import dev.gossamer.protocols.codec.DecodedUpdate;
import dev.gossamer.protocols.codec.ReportValidator;
import dev.gossamer.protocols.codec.ReportValidator.Verdict;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.method.Aggregator;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Envelope;
import dev.gossamer.protocols.wire.EnvelopeCodec;
import dev.gossamer.protocols.wire.Message.TrainReport;
import dev.gossamer.protocols.wire.Message.Update;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * One open round, or a pass of the range finder: who was asked, who has reported, and what the
 * reports come to so far.
 *
 * <p>Where the method needs no more, a report is added to one running sum and forgotten. Where it
 * does, reports are kept by node, so that their order does not hang on arrival.
 */
final class Round {
    /** What is asked of the cohort. */
    enum Stage {
        /** The sketch of a gradient. */
        SKETCH,
        /** The projection of the same gradient. */
        PROJECTION,
        /** A trained change. */
        TRAINING
    }

    private final Stage stage;
    private final int number;
    private final int attempt;
    private final TreeMap<NodeId, Participant> cohort = new TreeMap<>();
    private final Map<NodeId, Digest> reported = new HashMap<>();
    private final AdapterLayout layout;
    private final Optional<Aggregator> aggregator;
    private Optional<RingAccumulator> ring;
    private final TreeMap<NodeId, Aggregator.Report> kept = new TreeMap<>();
    private final Map<NodeId, UpdateCodec> codecs;
    private final ReportValidator validator;
    private final Set<Digest> held = new HashSet<>();
    private Optional<Checked> checked = Optional.empty();
    private boolean closing;

    /** An update that was found sound and is about to be added: it is decoded once. */
    private record Checked(NodeId node, DecodedUpdate update) {}

    /**
     * A round without reports.
     *
     * @param number of the round, or of the last one before a pass
     * @param layout of what is added up, at the server's rank
     * @param aggregator of a round that trains; without one there is the sum alone
     */
    Round(
            Stage stage,
            int number,
            int attempt,
            List<Participant> cohort,
            AdapterLayout layout,
            Optional<Aggregator> aggregator,
            Map<NodeId, UpdateCodec> codecs,
            ReportValidator validator) {
        this.stage = stage;
        this.number = number;
        this.attempt = attempt;
        this.layout = layout;
        this.aggregator = aggregator;
        this.codecs = codecs;
        this.validator = validator;
        cohort.forEach(participant -> this.cohort.put(participant.node(), participant));
        ring =
                aggregator.isEmpty() || aggregator.get().sums()
                        ? Optional.of(new RingAccumulator(validator.fixedPoint(), layout.size()))
                        : Optional.empty();
    }

    Stage stage() {
        return stage;
    }

    int number() {
        return number;
    }

    int attempt() {
        return attempt;
    }

    /** Who was asked, in order of ids. */
    List<NodeId> cohort() {
        return List.copyOf(cohort.keySet());
    }

    /** What {@code node}, which was asked, trains. */
    int rank(NodeId node) {
        return cohort.get(node).rank();
    }

    Participant participant(NodeId node) {
        return cohort.get(node);
    }

    ReportValidator validator() {
        return validator;
    }

    boolean asked(NodeId node) {
        return cohort.containsKey(node) && !reported.containsKey(node);
    }

    boolean hasReported(NodeId node) {
        return reported.containsKey(node);
    }

    /** Whether {@code envelope} says again what its sender has reported. */
    boolean repeats(Envelope envelope) {
        return content(envelope).equals(reported.get(envelope.sender()));
    }

    /** The digest of what a report says, whatever its number. */
    private static Digest content(Envelope e) {
        return Digest.of(
                EnvelopeCodec.encode(new Envelope(e.run(), e.round(), e.sender(), 0, e.body())));
    }

    /** Why {@code update}, of a report by {@code node} that was not refused, cannot be added. */
    Optional<Verdict.Refused> refusal(NodeId node, byte[] update) {
        checked = Optional.empty();
        switch (validator.check(node, update)) {
            case Verdict.Sound sound -> {
                checked = Optional.of(new Checked(node, sound.update()));
                return Optional.empty();
            }
            case Verdict.Refused refused -> {
                return Optional.of(refused);
            }
        }
    }

    /**
     * Adds a report that was found sound.
     *
     * @param update its bytes, for where it was found so before a restart
     */
    void add(Envelope envelope, TrainReport report, Supplier<byte[]> update) {
        NodeId node = envelope.sender();
        if (checked.filter(c -> c.node().equals(node)).isEmpty()) {
            Optional<Verdict.Refused> refusal = refusal(node, update.get());
            if (refusal.isPresent()) {
                throw new IllegalStateException(
                        "report that was found sound is not: " + refusal.get().detail());
            }
        }
        DecodedUpdate decoded = checked.orElseThrow().update();
        checked = Optional.empty();
        add(node, report.weight(), decoded);
        note(envelope, report);
    }

    /** Takes down who has reported, of a round that is over: nothing is added any more. */
    void note(Envelope envelope, TrainReport report) {
        reported.put(envelope.sender(), content(envelope));
        if (report.update() instanceof Update.Held update) {
            held.add(update.digest());
        }
    }

    /** The updates that are artifacts, which nobody needs once the round is over. */
    Set<Digest> held() {
        return held;
    }

    private void add(NodeId node, int weight, DecodedUpdate decoded) {
        AdapterLayout own = codecs.get(node).layout();
        if (aggregator.filter(Aggregator::keeps).isPresent()) {
            AdapterState update = new AdapterState(own, decoded.dense());
            kept.put(node, new Aggregator.Report(rank(node), weight, update));
        }
        ring.ifPresent(
                sum -> {
                    if (!own.equals(layout)) {
                        AdapterState update = new AdapterState(own, decoded.dense());
                        Aggregator aligning = aggregator.orElseThrow();
                        sum.add(aligning.aligned(update, layout).state().values(), weight);
                        return;
                    }
                    switch (decoded) {
                        case DecodedUpdate.Dense dense -> sum.add(dense.values(), weight);
                        case DecodedUpdate.Sparse sparse ->
                                sum.add(sparse.indices(), sparse.values(), weight);
                    }
                });
    }

    /** Of what is added up, at the server's rank. */
    AdapterLayout layout() {
        return layout;
    }

    int reports() {
        return reported.size();
    }

    /** Who has reported. */
    List<NodeId> reporters() {
        return reported.keySet().stream().sorted().toList();
    }

    /** The mean of the updates, where they are summed. */
    Optional<Aggregator.Mean> mean() {
        return ring.map(sum -> sum::mean);
    }

    /** From now on no report is taken. */
    void beginClosing() {
        closing = true;
    }

    boolean isClosing() {
        return closing;
    }

    /** Forgets the updates, once the next adapter is made of them. */
    void release() {
        ring = Optional.empty();
        kept.clear();
    }

    /** The reports in order of nodes, where they are kept. */
    List<Aggregator.Report> kept() {
        return List.copyOf(kept.values());
    }
}
