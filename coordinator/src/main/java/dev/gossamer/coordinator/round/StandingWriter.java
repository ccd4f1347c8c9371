package dev.gossamer.coordinator.round;

import dev.gossamer.coordinator.journal.Standing;
import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.BaseChange;
import dev.gossamer.protocols.adapter.BaseChangeCodec;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.method.Aggregator;
import dev.gossamer.protocols.method.Publisher;
import dev.gossamer.protocols.method.Publisher.Publication;
import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.wire.ModelVersion;

import java.util.Optional;

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
