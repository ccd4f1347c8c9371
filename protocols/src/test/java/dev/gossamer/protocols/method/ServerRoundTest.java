package dev.gossamer.protocols.method;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.aggregate.RingAccumulator;
import dev.gossamer.protocols.aggregate.ServerOptimizer;
import dev.gossamer.protocols.aggregate.ServerOptimizer.Adaptivity;
import dev.gossamer.protocols.aggregate.ServerOptimizer.FedAdam;
import dev.gossamer.protocols.aggregate.ServerOptimizer.FedAvg;

import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Set;

class ServerRoundTest {
    private static final ServerOptimizer ADAM =
            new FedAdam(new Adaptivity(0.1, 0.9, 0.99, 1e-8, 0.01));

    private final AdapterValues start = RandomRound.random(RandomRound.layout(2), 1);

    private AdapterValues mean(SumMethod method, int round) {
        return RandomRound.random(start.layout().only(method.trained(round)), 10 + round);
    }

    /** What each factor's step costs in decay and moments, only where it was trained. */
    @Test
    void factorNotTrained_neitherStepsNorDecaysNorForgets() {
        RoLora method = new RoLora();
        ServerRound one = ServerRound.first(start).next(method, ADAM, mean(method, 0));
        ServerRound two = one.next(method, ADAM, mean(method, 1));

        assertEquals(0, RandomRound.distance(a(start), a(one.adapter())));
        assertEquals(0, RandomRound.distance(b(one.adapter()), b(two.adapter())));
        assertTrue(RandomRound.distance(a(one.adapter()), a(two.adapter())) > 0.1);
        assertEquals(1, two.memories().get(Factor.A).steps());
        assertEquals(1, two.memories().get(Factor.B).steps());
        assertEquals(2, two.memories().get(Factor.HEAD).steps());
    }

    private static DMatrixRMaj a(AdapterValues values) {
        return values.matrix("up.lora_A");
    }

    private static DMatrixRMaj b(AdapterValues values) {
        return values.matrix("up.lora_B");
    }

    @Test
    void factorsTrainedTogether_stepAsOneVector() {
        FedIt method = new FedIt();
        AdapterValues mean = mean(method, 0);

        double[] whole =
                ADAM.step(
                                ServerOptimizer.Memory.fresh(mean.values().length),
                                start.values(),
                                mean.values())
                        .step();

        assertArrayEquals(
                start.plus(new AdapterValues(start.layout(), whole)).values(),
                ServerRound.first(start).next(method, ADAM, mean).adapter().values());
    }

    @ParameterizedTest
    @ValueSource(strings = {"fedex", "flora", "flexlora", "lora-fair"})
    void optimiserThatRemembers_ofFactorsThatAreNewEachRound_isRefused(String name) {
        ExchangeMethod method = ExchangeMethod.named(name);

        var error =
                assertThrows(
                        IllegalArgumentException.class, () -> ServerRound.requireFit(method, ADAM));

        assertTrue(
                error.getMessage()
                        .endsWith(
                                "key=server.optimizer, value=fedadam, method="
                                        + name
                                        + ", available=[fedavg]"),
                error.getMessage());
        ServerRound.requireFit(method, new FedAvg());
    }

    /**
     * Updates in fp32, added in the ring: rounding an update costs at most 2^-24 of its magnitude,
     * below 2 here, the ring half a step, and the next adapter 2^-24 of its own, below 4.
     */
    @Test
    void ring_againstTheMeanInDoublePrecision_isWithinItsRounding() {
        FedIt method = new FedIt();
        int[] weights = {5, 3, 2};
        AdapterLayout layout = start.layout();
        FixedPoint fixed = FixedPoint.planned(weights.length, 10);
        RingAccumulator ring = new RingAccumulator(fixed, layout.size());
        AdapterState begin = start.state();
        AdapterValues mean = AdapterValues.zero(layout);
        for (int i = 0; i < weights.length; i++) {
            AdapterValues change = RandomRound.random(layout, 20 + i);
            AdapterState trained = AdapterValues.of(begin).plus(change).state();
            AdapterState update = method.update(0, begin, trained);
            ring.add(update.values(), weights[i]);
            mean = mean.plus(weights[i] / 10.0, change);
        }

        AdapterState next =
                ServerRound.first(AdapterValues.of(begin))
                        .next(method, new FedAvg(), new AdapterValues(layout, ring.mean()))
                        .adapter()
                        .state();

        double bound = 0x1p-22 + 0x1p-23 + Math.scalb(0.5, -fixed.fractionBits()) + 0x1p-22;
        double[] exact = AdapterValues.of(begin).plus(mean).values();
        for (int i = 0; i < exact.length; i++) {
            assertEquals(exact[i], next.values()[i], bound);
        }
    }

    @Test
    void cellm_messages_holdTheirLargestValuesOfAllSlices() {
        Cellm method = new Cellm(0.25, 0.5);
        AdapterState global = start.state();

        AdapterState sent = method.published(global);
        AdapterState update = method.update(0, sent, global);

        assertEquals(global.values().length / 2, nonZero(sent.values()));
        assertEquals(global.values().length / 4, nonZero(update.values()));
        assertTrue(least(sent.values()) >= most(global.values(), sent.values()));
    }

    private static int nonZero(float[] values) {
        int count = 0;
        for (float value : values) {
            count += value == 0 ? 0 : 1;
        }
        return count;
    }

    private static float least(float[] kept) {
        float least = Float.MAX_VALUE;
        for (float value : kept) {
            least = value == 0 ? least : Math.min(least, Math.abs(value));
        }
        return least;
    }

    /** The largest of what was left out. */
    private static float most(float[] values, float[] kept) {
        float most = 0;
        for (int i = 0; i < values.length; i++) {
            most = kept[i] == 0 ? Math.max(most, Math.abs(values[i])) : most;
        }
        return most;
    }

    @Test
    void leadingValues_ofEqualMagnitude_areThoseThatComeFirst() {
        float[] values = {1, -2, 2, 2, -1, 0};

        assertArrayEquals(new float[] {0, -2, 2, 0, 0, 0}, LeadingValues.kept(values, 0.34));
        assertArrayEquals(values, LeadingValues.kept(values, 1));
        assertArrayEquals(new float[6], LeadingValues.kept(values, 0.1));
        assertArrayEquals(new float[] {1, -2, 2, 2, 0, 0}, LeadingValues.kept(values, 0.7));
    }

    @Test
    void update_ofWhatARoundTrains_leavesTheRestOut() {
        AdapterState begin = start.state();
        AdapterState update = new FfaLora().update(3, begin, begin);

        assertEquals(begin.layout().only(Set.of(Factor.B, Factor.HEAD)), update.layout());
        assertArrayEquals(new float[update.layout().size()], update.values());
    }
}
