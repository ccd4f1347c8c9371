package dev.gossamer.privacy.secagg;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * A weighted input as one vector, w·x and then w: sums of both come out of one session, and their
 * quotient is the weighted mean.
 */
public final class WeightedVector {
    private WeightedVector() {}

    /**
     * The vector of quantised {@code values} under {@code weight}, one word longer.
     *
     * @throws IllegalArgumentException if a value or the weight is outside of what the proof holds
     *     for
     */
    public static RingVector encode(OverflowProof proof, long[] values, long weight) {
        if (weight < 1 || weight > proof.maxWeight()) {
            throw new IllegalArgumentException(
                    "weight is out of range: weight=" + weight + ", bound=1.." + proof.maxWeight());
        }
        long[] words = new long[values.length + 1];
        for (int i = 0; i < values.length; i++) {
            if (values[i] < -proof.maxValue() || values[i] > proof.maxValue()) {
                throw new IllegalArgumentException(
                        "value is out of range: index="
                                + i
                                + ", value="
                                + values[i]
                                + ", bound="
                                + proof.maxValue());
            }
            words[i] = weight * values[i];
        }
        words[values.length] = weight;
        return RingVector.ofSigned(proof.ring(), words);
    }

    /**
     * The two sums in an opened vector.
     *
     * @param values sums of w·x
     * @param weight sum of w
     */
    @SuppressWarnings("ArrayRecordComponent") // made and used once, never compared
    public record Sums(long[] values, long weight) {}

    /**
     * The sums of {@code members} inputs.
     *
     * @throws IllegalArgumentException if the weights' sum is one that no honest inputs have
     */
    public static Sums decode(OverflowProof proof, RingVector opened, int members) {
        long[] words = opened.signed();
        long weight = words[words.length - 1];
        BigInteger most =
                BigInteger.valueOf(members).multiply(BigInteger.valueOf(proof.maxWeight()));
        if (weight < members || BigInteger.valueOf(weight).compareTo(most) > 0) {
            throw new IllegalArgumentException(
                    "sum of weights is out of range: weight="
                            + weight
                            + ", bound="
                            + members
                            + ".."
                            + most);
        }
        return new Sums(Arrays.copyOf(words, words.length - 1), weight);
    }
}
