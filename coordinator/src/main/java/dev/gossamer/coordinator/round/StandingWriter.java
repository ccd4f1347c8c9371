package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.journal.Standing;
import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.BaseChange;
import dev.gossamer.protocols.adapter.BaseChangeCodec;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.aggregate.ServerOptimizer.Memory;
import dev.gossamer.protocols.basis.Rebasing;
import dev.gossamer.protocols.basis.ShapesCodec;
import dev.gossamer.protocols.method.Aggregator;
import dev.gossamer.protocols.method.Publisher;
import dev.gossamer.protocols.method.Publisher.Publication;
import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.wire.ModelVersion;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps all that the next round needs as artifacts, before the journal names it and anyone is told.
 */
final class StandingWriter {
    private final ArtifactPort artifacts;
    private final Aggregator aggregator;
    private final Publisher publisher;
    private final int rank;

    StandingWriter(ArtifactPort artifacts, Aggregator aggregator, Publisher publisher, int rank) {
        this.rank = rank;
        this.artifacts = artifacts;
        this.aggregator = aggregator;
        this.publisher = publisher;
    }

    /**
     * Where the run stands with the first adapter, which is held as an artifact.
     *
     * @throws IllegalArgumentException if the adapter is not of the run's rank
     */
    Standing first(Digest basis, Digest global, AdapterState adapter) {
        aggregator.method().startLayout(adapter.layout(), rank);
        return standing(
                Optional.empty(), basis, global, publisher.first(adapter), Optional.empty());
    }

    /** Where it stands after {@code round}, counted from 1. */
    Standing after(int round, Standing before, AdapterState published, Aggregator.Outcome outcome) {
        AdapterState next = outcome.adapter();
        Optional<Digest> base = before.version().base();
        if (!outcome.residuals().isEmpty()) {
            base =
                    Optional.of(
                            artifacts.put(
                                    BaseChangeCodec.encode(
                                            new BaseChange(base, outcome.residuals()))));
        }
        Optional<Digest> memory =
                aggregator.optimizer().remembers()
                        ? Optional.of(artifacts.put(MemoryCodec.encode(outcome.memories())))
                        : Optional.empty();
        return standing(
                base,
                before.version().basis(),
                artifacts.put(AdapterCodec.encode(next)),
                publisher.next(published, next, round),
                memory);
    }

    /**
     * Where it stands before a basis is made; {@code shapes} are those of its targets.
     *
     * @throws IllegalArgumentException if the adapter is not of the run's rank
     */
    Standing due(byte[] shapes, AdapterState adapter) {
        aggregator.method().startLayout(adapter.layout(), rank);
        return whole(Optional.empty(), artifacts.put(shapes), adapter, Optional.empty());
    }

    /** Where it stands with a new basis and the adapter that belongs to it. */
    Standing with(Standing before, Digest basis, AdapterState adapter) {
        return whole(before.version().base(), basis, adapter, before.memory());
    }

    /**
     * Where it stands once what R has learnt is in the base.
     *
     * <p>It is the server's own R that goes there, so that what the codec of the downloads held
     * back is not lost. The optimiser forgets R: its coordinates mean something else on another
     * basis. The head's mean what they meant, and the model is the same function, so that what is
     * remembered of the head stays.
     */
    Standing merged(
            Standing before, Basis basis, AdapterState global, Map<Factor, Memory> memories) {
        BaseChange change = new BaseChange(before.version().base(), Rebasing.merged(basis, global));
        Map<Factor, Memory> kept = new EnumMap<>(Factor.class);
        kept.putAll(memories);
        kept.keySet().retainAll(Set.of(Factor.HEAD));
        return whole(
                Optional.of(artifacts.put(BaseChangeCodec.encode(change))),
                artifacts.put(ShapesCodec.encode(ShapesCodec.of(basis))),
                global.with(AdapterValues.zero(global.layout().only(Set.of(Factor.R))).state()),
                kept.isEmpty()
                        ? Optional.empty()
                        : Optional.of(artifacts.put(MemoryCodec.encode(kept))));
    }

    /** A standing whose adapter is published whole, whatever clients have. */
    private Standing whole(
            Optional<Digest> base, Digest basis, AdapterState adapter, Optional<Digest> memory) {
        return standing(
                base,
                basis,
                artifacts.put(AdapterCodec.encode(adapter)),
                publisher.first(adapter),
                memory);
    }

    private Standing standing(
            Optional<Digest> base,
            Digest basis,
            Digest global,
            Publication publication,
            Optional<Digest> memory) {
        Digest patch = artifacts.put(publication.patch().encode());
        Digest adapter = artifacts.put(AdapterCodec.encode(publication.adapter()));
        return new Standing(
                new ModelVersion(base, basis, adapter),
                global,
                Optional.of(publication.offer(patch)),
                memory);
    }
}
