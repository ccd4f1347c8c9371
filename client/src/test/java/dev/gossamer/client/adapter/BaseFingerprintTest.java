package dev.gossamer.client.adapter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.weights.FloatMatrix;

import org.junit.jupiter.api.Test;

final class BaseFingerprintTest {
    @Test
    void of_equalWeights_isEqual() {
        assertEquals(
                BaseFingerprint.of(TinyTransformers.bert(1)),
                BaseFingerprint.of(TinyTransformers.bert(1)));
    }

    @Test
    void of_otherWeights_isAnother() {
        assertNotEquals(
                BaseFingerprint.of(TinyTransformers.bert(1)),
                BaseFingerprint.of(TinyTransformers.bert(2)));
    }

    @Test
    void of_oneOtherMatrix_isAnother() {
        Transformer base = TinyTransformers.llama(1);
        Linear last = base.linears().getLast();
        float[] values = last.weight().toArray();
        values[0] += 1;
        Linear other =
                new Linear(last.name(), FloatMatrix.of(values, last.out(), last.in()), last.bias());

        Transformer changed = base.withLinears(map -> map.name().equals(last.name()) ? other : map);

        assertNotEquals(BaseFingerprint.of(base), BaseFingerprint.of(changed));
    }
}
