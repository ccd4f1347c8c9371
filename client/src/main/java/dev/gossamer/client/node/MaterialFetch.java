package dev.gossamer.client.node;

import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.BaseChangeCodec;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.artifact.ArtifactTransfer;
import dev.gossamer.protocols.artifact.ArtifactTransfer.Fetched;
import dev.gossamer.protocols.basis.ShapesCodec;
import dev.gossamer.protocols.codec.AdapterPatch;
import dev.gossamer.protocols.codec.CodecException;
import dev.gossamer.protocols.method.Publisher;
import dev.gossamer.protocols.node.ArtifactPort;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.wire.ModelVersion;
import dev.gossamer.protocols.wire.PatchOffer;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * Gets what a task names from the node's own store, else from the coordinator.
 *
 * <p>An adapter is made of what the node has and a patch, where one is offered and fits: the result
 * is held to the version's digest, and where it is not the one, the adapter is fetched whole. A
 * version of the base is followed back, change by change, to the base itself.
 */
final class MaterialFetch {
    private final ArtifactPort artifacts;
    private final ArtifactTransfer transfer;

    /** How a fetch ended. */
    sealed interface Outcome {
        record Ready(Materials materials) implements Outcome {}

        record Failed(Exception cause) implements Outcome {}
    }

    /**
     * What is wanted.
     *
     * @param known of the adapter, before anything is fetched
     * @param plan of the run's downloads
     */
    record Wanted(
            ModelVersion version, Optional<PatchOffer> patch, AdapterState known, CodecPlan plan) {}

    MaterialFetch(ArtifactPort artifacts, ArtifactTransfer transfer) {
        this.artifacts = artifacts;
        this.transfer = transfer;
    }

    /** Fetches what {@code wanted} names. */
    void fetch(Wanted wanted, Consumer<Outcome> done) {
        base(
                wanted.version().base(),
                wanted.version().base(),
                done,
                base ->
                        basis(
                                wanted,
                                done,
                                basis ->
                                        adapter(
                                                wanted,
                                                done,
                                                adapter ->
                                                        done.accept(
                                                                ready(
                                                                        wanted, base, basis,
                                                                        adapter)))));
    }

    private static Outcome ready(
            Wanted wanted, BaseVersion base, Basis basis, AdapterState adapter) {
        return new Outcome.Ready(new Materials(base, wanted.version().basis(), basis, adapter));
    }

    /** Fetches {@code missing} and those before it; {@code name} is the last of them all. */
    private void base(
            Optional<Digest> name,
            Optional<Digest> missing,
            Consumer<Outcome> done,
            Consumer<BaseVersion> next) {
        if (missing.isEmpty()) {
            next.accept(BaseVersion.of(name, artifacts));
            return;
        }
        content(
                missing.get(),
                done,
                bytes ->
                        decode(
                                () -> BaseChangeCodec.decode(bytes),
                                done,
                                change -> base(name, change.previous(), done, next)));
    }

    private void basis(Wanted wanted, Consumer<Outcome> done, Consumer<Basis> next) {
        content(wanted.version().basis(), done, bytes -> decode(() -> basis(bytes), done, next));
    }

    /** While a run's basis is being made, its targets' shapes stand for it. */
    private static Basis basis(byte[] content) throws ArtifactFormatException {
        return ShapesCodec.writes(content) ? Basis.NONE : BasisCodec.decode(content);
    }

    private void adapter(Wanted wanted, Consumer<Outcome> done, Consumer<AdapterState> next) {
        Digest name = wanted.version().adapter();
        Optional<PatchOffer> usable =
                wanted.patch()
                        .filter(offer -> !artifacts.holds(name))
                        .filter(offer -> fits(offer, wanted.known()));
        if (usable.isEmpty()) {
            whole(name, done, next);
            return;
        }
        transfer.fetch(
                NodeId.COORDINATOR,
                usable.get().patch(),
                fetched -> {
                    Optional<AdapterState> made =
                            fetched instanceof Fetched.Held held
                                    ? patched(wanted, held.content())
                                    : Optional.empty();
                    if (made.isPresent()) {
                        next.accept(made.get());
                    } else {
                        whole(name, done, next);
                    }
                });
    }

    private static boolean fits(PatchOffer offer, AdapterState known) {
        return Publisher.keptValues(known, offer.kept()).equals(offer.values());
    }

    /** What the patch makes of what is known, if it is the version that is wanted. */
    private Optional<AdapterState> patched(Wanted wanted, byte[] patch) {
        try {
            AdapterState made = AdapterPatch.decode(patch).applied(wanted.known(), wanted.plan());
            byte[] content = AdapterCodec.encode(made);
            if (!Digest.of(content).equals(wanted.version().adapter())) {
                return Optional.empty();
            }
            artifacts.put(content);
            return Optional.of(made);
        } catch (CodecException e) {
            return Optional.empty();
        }
    }

    /** Fetches what the first pass of the range finder found, where there was one. */
    void range(
            Optional<Digest> name,
            Consumer<Exception> failed,
            Consumer<Optional<AdapterState>> next) {
        if (name.isEmpty()) {
            next.accept(Optional.empty());
            return;
        }
        whole(
                name.get(),
                outcome -> {
                    if (outcome instanceof Outcome.Failed failure) {
                        failed.accept(failure.cause());
                    }
                },
                range -> next.accept(Optional.of(range)));
    }

    private void whole(Digest name, Consumer<Outcome> done, Consumer<AdapterState> next) {
        content(name, done, bytes -> decode(() -> AdapterCodec.decode(bytes), done, next));
    }

    private void content(Digest name, Consumer<Outcome> done, Consumer<byte[]> next) {
        transfer.fetch(
                NodeId.COORDINATOR,
                name,
                fetched -> {
                    switch (fetched) {
                        case Fetched.Held held -> next.accept(held.content());
                        case Fetched.Failed failed ->
                                done.accept(
                                        new Outcome.Failed(
                                                new IllegalStateException(failed.detail())));
                    }
                });
    }

    /** Reads an artifact. */
    private interface Decoding<T> {
        T decode() throws ArtifactFormatException;
    }

    private static <T> void decode(Decoding<T> decoding, Consumer<Outcome> done, Consumer<T> next) {
        T decoded;
        try {
            decoded = decoding.decode();
        } catch (ArtifactFormatException e) {
            done.accept(new Outcome.Failed(e));
            return;
        }
        next.accept(decoded);
    }
}
