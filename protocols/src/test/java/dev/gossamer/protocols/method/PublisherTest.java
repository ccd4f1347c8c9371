package dev.gossamer.protocols.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.codec.AdapterPatch;
import dev.gossamer.protocols.codec.CodecException;
import dev.gossamer.protocols.method.Publisher.Publication;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.wire.PatchOffer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A client that follows patches alone has the adapters that were published, to the bit. */
class PublisherTest {
    private static final long SEED = 5;
    private static final int ROUNDS = 4;
    private static final AdapterLayout FACTORS =
            new AdapterLayout(
                    List.of(
                            new Slice("up.lora_A", 2, 12),
                            new Slice("up.lora_B", 9, 2),
                            new Slice("head.weight", 3, 5)));
    private static final AdapterLayout CORES =
            new AdapterLayout(List.of(new Slice("up.R", 4, 4), new Slice("head.weight", 3, 5)));
    private static final CodecPlan BF16 = plan(CodecPlan.Values.BF16, 1);
    private static final CodecPlan SPARSE = plan(CodecPlan.Values.INT8, 0.25);

    private static CodecPlan plan(CodecPlan.Values values, double density) {
        CodecPlan plain = CodecPlan.PLAIN.withDensity(density);
        return new CodecPlan(
                values,
                plain.block(),
                plain.sparsify(),
                plain.density(),
                plain.index(),
                plain.entropy(),
                plain.feedback(),
                plain.feedbackDecay(),
                plain.feedbackRounds());
    }

    private static AdapterLayout layout(ExchangeMethod method) {
        return method.hasBasis() ? CORES : FACTORS;
    }

    private static AdapterState random(AdapterLayout layout, long seed) {
        CounterRandom coins = CounterRandom.of(seed, "test", 0, "");
        float[] values = new float[layout.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) coins.nextGaussian();
        }
        return new AdapterState(layout, values);
    }

    /** What the designated node starts from: factors by the seed, a head of its own. */
    private static AdapterState first(ExchangeMethod method) {
        AdapterState drawn = random(layout(method), 1);
        return method.hasBasis()
                ? drawn
                : FreshFactors.drawn(AdapterValues.of(drawn), SEED, 0).state();
    }

    /** The server's adapter after a round: what the method trains is new. */
    private static AdapterState after(ExchangeMethod method, AdapterState global, int round) {
        AdapterState changed =
                global.with(
                        random(layout(method), 10 + round)
                                .only(layout(method).only(method.trained(round - 1))));
        return method instanceof Flora
                ? FreshFactors.drawn(AdapterValues.of(changed), SEED, round).state()
                : changed;
    }

    @ParameterizedTest
    @CsvSource({
        "fed-sb, fp32",
        "fed-sb, bf16",
        "fed-sb, int8",
        "fedit, fp32",
        "fedit, bf16",
        "fedit, int8",
        "ffa, fp32",
        "ffa, bf16",
        "rolora, fp32",
        "rolora, int8",
        "flora, fp32",
        "flora, bf16",
        "cellm, fp32",
        "cellm, int8"
    })
    void client_followingPatches_hasWhatWasPublished(String name, String values)
            throws CodecException {
        CodecPlan plan =
                switch (values) {
                    case "bf16" -> BF16;
                    case "int8" -> SPARSE;
                    default -> CodecPlan.PLAIN.withDensity(name.equals("cellm") ? 0.25 : 1);
                };
        ExchangeMethod method = ExchangeMethod.named(name).at(0.5, plan.density());
        Publisher publisher = new Publisher(method, plan, SEED);
        AdapterState global = first(method);
        Publication published = publisher.first(global);
        AdapterState client = method.foreseen(AdapterValues.zero(layout(method)).state(), SEED, 0);
        client = followed(client, published, plan);

        for (int round = 1; round <= ROUNDS; round++) {
            global = after(method, global, round);
            published = publisher.next(published.adapter(), global, round);
            client = followed(method.foreseen(client, SEED, round), published, plan);
        }
    }

    private static AdapterState followed(AdapterState known, Publication published, CodecPlan plan)
            throws CodecException {
        assertEquals(published.keptValues(), Publisher.keptValues(known, published.kept()));
        AdapterState made = AdapterPatch.decode(published.patch().encode()).applied(known, plan);
        assertArrayEquals(published.adapter().values(), made.values());
        return made;
    }

    /** What a codec of a quarter of the values leaves out is sent later, and not forgotten. */
    @Test
    void published_byALossyCodec_comesToTheServersAdapterOnceThatStands() {
        ExchangeMethod method = new FedIt();
        Publisher publisher = new Publisher(method, SPARSE, SEED);
        AdapterState global = first(method);
        Publication published = publisher.first(global);
        global = after(method, global, 1);

        double before = distance(published.adapter(), global);
        for (int round = 1; round <= 12; round++) {
            published = publisher.next(published.adapter(), global, round);
        }

        assertTrue(distance(published.adapter(), global) < 0.01 * before);
    }

    private static double distance(AdapterState one, AdapterState other) {
        double squares = 0;
        for (int i = 0; i < one.values().length; i++) {
            squares += Math.pow(one.values()[i] - other.values()[i], 2);
        }
        return Math.sqrt(squares);
    }

    @ParameterizedTest
    @CsvSource({"ffa, A", "rolora, A", "flora, A", "fedit, ''"})
    void patch_ofWhatClientsKnow_leavesItOut(String name, String kept) {
        ExchangeMethod method = ExchangeMethod.named(name);
        Publisher publisher = new Publisher(method, CodecPlan.PLAIN, SEED);
        AdapterState global = first(method);

        Publication second =
                publisher.next(publisher.first(global).adapter(), after(method, global, 1), 1);

        Set<Factor> expected =
                name.equals("flora")
                        ? Set.of(Factor.A, Factor.B)
                        : kept.isEmpty() ? Set.of() : Set.of(Factor.valueOf(kept));
        assertEquals(expected, second.kept());
    }

    /** A start that does not follow from the seed is sent whole. */
    @Test
    void first_factorsOfAnotherOrigin_areSent() {
        ExchangeMethod method = new FfaLora();
        AdapterState other = random(FACTORS, 3);

        Publication first = new Publisher(method, CodecPlan.PLAIN, SEED).first(other);

        assertEquals(Set.of(), first.kept());
        assertEquals(PatchOffer.NOTHING, first.keptValues());
        assertArrayEquals(other.values(), first.adapter().values());
    }

    @Test
    void keptValues_ofOtherFactors_differ() {
        AdapterState state = random(FACTORS, 3);

        assertNotEquals(
                Publisher.keptValues(state, Set.of(Factor.A)),
                Publisher.keptValues(state, Set.of(Factor.B)));
        assertEquals(PatchOffer.NOTHING, Publisher.keptValues(state, Set.of(Factor.R)));
    }

    /** Cuts, flips and random bytes are refused, or are a patch: nothing else comes out. */
    @Test
    void patch_damaged_isRefusedOrDecodes() {
        Publisher publisher = new Publisher(new FedIt(), SPARSE, SEED);
        AdapterState global = first(new FedIt());
        Publication next =
                publisher.next(publisher.first(global).adapter(), after(new FedIt(), global, 1), 1);
        byte[] content = next.patch().encode();
        int refused = 0;
        for (int length = 0; length < content.length; length++) {
            byte[] cut = Arrays.copyOf(content, length);
            assertThrows(CodecException.class, () -> applied(cut, global), "length=" + length);
        }
        for (int bit = 0; bit < 8 * content.length; bit++) {
            byte[] flipped = content.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            try {
                applied(flipped, global);
            } catch (CodecException e) {
                refused++;
            }
        }
        assertTrue(refused > 200, "refused=" + refused);
    }

    private static AdapterState applied(byte[] patch, AdapterState from) throws CodecException {
        return AdapterPatch.decode(patch).applied(from, SPARSE);
    }
}
