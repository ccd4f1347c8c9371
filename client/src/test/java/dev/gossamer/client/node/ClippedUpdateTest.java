package dev.gossamer.client.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.mechanism.NonFiniteValueException;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.aggregate.RingNorm;
import dev.gossamer.protocols.codec.CodecException;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.RunFileReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class ClippedUpdateTest {
    private static final FixedPoint RING = FixedPoint.planned(4, 1);
    private static final int VALUES = 500;
    private static final double BOUND = 0.5;

    private static UpdateCodec codec(String upload) {
        String yaml =
                """
                name: a
                model: {base: minilm-l6}
                data: {set: nouns, classes: [person, plant]}
                rounds: {cohort: 3}
                exchange: {upload: {%s}}
                """
                        .formatted(upload);
        return new UpdateCodec(
                RunFileReader.read(yaml).exchange().upload(),
                new AdapterLayout(List.of(new AdapterLayout.Slice("head", 1, VALUES))));
    }

    private static float[] change(double scale, int seed) {
        CounterRandom random = CounterRandom.of(seed, "change", 0, "");
        float[] change = new float[VALUES];
        for (int i = 0; i < VALUES; i++) {
            change[i] = (float) (scale * random.nextGaussian());
        }
        return change;
    }

    private static float[] sent(UpdateCodec codec, float[] change) throws CodecException {
        byte[] message =
                new ClippedUpdate(RING, BOUND)
                        .encode(codec, change, values -> encode(codec, values));
        return codec.decode(message).dense();
    }

    private static byte[] encode(UpdateCodec codec, float[] values) {
        return codec.encode(values, 3, CounterRandom.of(3, "rounding", 0, "")).bytes();
    }

    /** Random-k scales up what it keeps, and rounding to few bits lengthens by chance. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "values: fp32",
                "values: bf16",
                "values: int8",
                "values: int4",
                "values: fp32, density: 0.25",
                "values: int8, density: 0.25"
            })
    void encode_longChange_isWithinTheServersBoundAndNotMuchShorter(String upload)
            throws CodecException {
        RingNorm norm = new RingNorm(RING, BOUND);
        for (int seed = 0; seed < 20; seed++) {
            float[] sent = sent(codec(upload), change(1, seed));

            assertTrue(norm.holds(sent), upload);
            double squares = 0;
            for (float value : sent) {
                squares += (double) value * value;
            }
            assertTrue(Math.sqrt(squares) > 0.6 * BOUND, upload + ": " + Math.sqrt(squares));
        }
    }

    @Test
    void encode_shortChange_isSentAsItIs() throws CodecException {
        float[] change = change(0.01, 1);

        assertArrayEquals(change, sent(codec("values: fp32"), change));
    }

    @Test
    void encode_changeThatIsNoNumber_isRefused() {
        float[] change = change(1, 1);
        change[3] = Float.NaN;

        assertThrows(NonFiniteValueException.class, () -> sent(codec("values: fp32"), change));
    }
}
