package dev.gossamer.protocols.method;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.codec.AdapterDelta;
import dev.gossamer.protocols.codec.AdapterPatch;
import dev.gossamer.protocols.codec.AdapterPatch.Change;
import dev.gossamer.protocols.codec.CodecException;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.wire.PatchOffer;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a server sends of its adapter, by the method and the run's codec for downloads.
 *
 * <p>Clients are sent what they cannot know: the factors that the method says, written in one of
 * three ways.
 *
 * <ul>
 *   <li>A codec that loses nothing replaces the factors that are not what clients foresee.
 *   <li>A method that publishes leading values replaces all of them, the rest by zero.
 *   <li>Any other codec adds what has changed since the last version that was sent. The server goes
 *       on from what that comes to at the clients, so that nothing lost adds up.
 * </ul>
 *
 * <p>What clients train from and are scored with is therefore a version of its own, and may differ
 * from the adapter that the server's optimiser moves.
 *
 * @param seed the run's, of foreseen factors and of rounding by chance
 */
public record Publisher(ExchangeMethod method, CodecPlan plan, long seed) {
    /**
     * A published version.
     *
     * @param adapter as every client has it
     * @param kept the factors that a client must have to use the patch
     * @param keptValues the digest of their values
     */
    public record Publication(
            AdapterState adapter, AdapterPatch patch, Set<Factor> kept, Digest keptValues) {
        /** The offer of this patch, once it is kept as {@code artifact}. */
        public PatchOffer offer(Digest artifact) {
            return new PatchOffer(artifact, kept, keptValues);
        }
    }

    /** The version of {@code global} that the first round starts from. */
    public Publication first(AdapterState global) {
        AdapterState nothing = new AdapterState(global.layout(), new float[global.layout().size()]);
        return publish(method.foreseen(nothing, seed, 0), global, 0, !method.masks());
    }

    /**
     * The version that {@code round} starts from.
     *
     * @param last version that was published
     * @param round counted from 0, at least 1
     */
    public Publication next(AdapterState last, AdapterState global, int round) {
        boolean plain = plan.values() == CodecPlan.Values.FP32 && !plan.isSparse();
        AdapterState known = method.foreseen(last, seed, round);
        return plain || method.masks()
                ? publish(known, global, round, false)
                : addition(known, global, round);
    }

    /** A version by replacement: factors that clients know already stay. */
    private Publication publish(AdapterState known, AdapterState global, int round, boolean plain) {
        AdapterState published = method.published(global);
        Set<Factor> present = present(global.layout());
        Set<Factor> kept = EnumSet.copyOf(present);
        kept.removeIf(factor -> !sameValues(known, published, factor));
        Set<Factor> sent = EnumSet.copyOf(present);
        sent.removeAll(kept);
        AdapterPatch patch =
                sent.isEmpty()
                        ? new AdapterPatch(Change.REPLACES, plain, sent, new byte[0])
                        : patch(
                                Change.REPLACES,
                                plain,
                                sent,
                                published.only(global.layout().only(sent)),
                                round);
        return publication(known, patch, kept, published);
    }

    private static boolean sameValues(AdapterState one, AdapterState other, Factor factor) {
        AdapterLayout part = one.layout().only(Set.of(factor));
        return Arrays.equals(one.only(part).values(), other.only(part).values());
    }

    private Publication addition(AdapterState known, AdapterState global, int round) {
        Set<Factor> present = present(global.layout());
        Set<Factor> sent = EnumSet.copyOf(present);
        sent.retainAll(method.received(round));
        if (sent.isEmpty()) {
            return publication(
                    known,
                    new AdapterPatch(Change.ADDS, false, sent, new byte[0]),
                    present,
                    global);
        }
        AdapterLayout part = global.layout().only(sent);
        float[] delta = AdapterDelta.between(known.only(part), global.only(part));
        AdapterPatch patch = patch(Change.ADDS, false, sent, new AdapterState(part, delta), round);
        return publication(known, patch, present, global);
    }

    private AdapterPatch patch(
            Change change, boolean plain, Set<Factor> factors, AdapterState part, int round) {
        UpdateCodec codec = new UpdateCodec(plain ? CodecPlan.PLAIN : plan, part.layout());
        CounterRandom coins = CounterRandom.of(seed, "download", round, "");
        byte[] update = codec.encode(part.values(), 0, coins).bytes();
        return new AdapterPatch(change, plain, factors, update);
    }

    /** The version is what the patch comes to at a client, by the client's own code. */
    private Publication publication(
            AdapterState known, AdapterPatch patch, Set<Factor> kept, AdapterState meant) {
        try {
            AdapterState made = patch.applied(known, plan);
            // What was lost nowhere is not kept twice.
            boolean exact = Arrays.equals(made.values(), meant.values());
            return new Publication(exact ? meant : made, patch, kept, keptValues(known, kept));
        } catch (CodecException e) {
            throw new IllegalStateException("patch that was just written cannot be read", e);
        }
    }

    /** The digest of the values of {@code kept} in {@code known}, as offers name them. */
    public static Digest keptValues(AdapterState known, Set<Factor> kept) {
        boolean none = kept.stream().noneMatch(known.layout()::has);
        return none ? PatchOffer.NOTHING : known.only(known.layout().only(kept)).digest();
    }

    private static Set<Factor> present(AdapterLayout layout) {
        Set<Factor> present = EnumSet.allOf(Factor.class);
        present.removeIf(factor -> !layout.has(factor));
        return present;
    }
}
