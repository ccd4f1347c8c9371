package dev.gossamer.protocols.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.CodecPlan.Index;
import dev.gossamer.protocols.run.CodecPlan.Values;

import org.junit.jupiter.api.Test;

class AdapterDeltaTest {
    private final AdapterState start = state(1, 2, 3);

    private static AdapterState state(float... values) {
        return new AdapterState(Plans.flat(values.length), values);
    }

    @Test
    void applied_wholeDelta_leadsToTheOtherState() {
        AdapterState end = state(1.5f, 0, 3);

        DecodedUpdate delta = new DecodedUpdate.Dense(AdapterDelta.between(start, end));

        assertArrayEquals(end.values(), AdapterDelta.applied(start, delta).values());
        assertArrayEquals(new float[] {1, 2, 3}, start.values());
    }

    @Test
    void applied_sparseDelta_changesWhatWasSent() {
        DecodedUpdate delta = new DecodedUpdate.Sparse(3, new int[] {0, 2}, new float[] {1, -1});

        assertArrayEquals(new float[] {2, 2, 2}, AdapterDelta.applied(start, delta).values());
    }

    /** Both ends go on from what was decoded, so what top-k leaves out comes with later rounds. */
    @Test
    void applied_roundAfterRound_reachesATargetThatRests() throws CodecException {
        AdapterState target = state(9, -4, 5.5f);
        CodecPlan plan = Plans.topK(Values.FP32, 0.34, Index.AUTO);
        UpdateCodec codec = new UpdateCodec(plan, start.layout());
        AdapterState published = start;
        for (int round = 0; round < 3; round++) {
            float[] delta = AdapterDelta.between(published, target);
            byte[] message = codec.encode(delta, 0, Plans.coins(round)).bytes();
            published = AdapterDelta.applied(published, codec.decode(message));
        }

        assertArrayEquals(target.values(), published.values());
    }

    @Test
    void between_otherLayout_isRefused() {
        AdapterState other = state(1, 2);

        var error =
                assertThrows(
                        IllegalArgumentException.class, () -> AdapterDelta.between(start, other));

        assertEquals(
                "layouts differ: from="
                        + start.layout().fingerprint().brief()
                        + ", to="
                        + other.layout().fingerprint().brief(),
                error.getMessage());
        assertThrows(
                IllegalArgumentException.class,
                () -> AdapterDelta.applied(start, new DecodedUpdate.Dense(new float[2])));
    }
}
