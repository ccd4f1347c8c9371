package dev.gossamer.client.node;

import dev.gossamer.privacy.mechanism.FixedClip;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.aggregate.RingNorm;
import dev.gossamer.protocols.codec.CodecException;
import dev.gossamer.protocols.codec.UpdateCodec;

import java.util.function.Function;

/**
 * An update no longer than a bound as the server will add it, whatever the codec makes of it.
 *
 * <p>It is clipped and encoded, and what the server will decode is held to the server's own check;
 * where rounding has made it longer, it is clipped a little shorter and encoded again. The sum's
 * noise covers every update within the bound, however it came there.
 */
final class ClippedUpdate {
    private static final int TRIES = 16;

    /** What each further try is shorter by: more than 16 bits round away. */
    private static final double SHORTER = 0x1.0p-6;

    private final RingNorm norm;

    ClippedUpdate(FixedPoint fixedPoint, double bound) {
        norm = new RingNorm(fixedPoint, bound);
    }

    /**
     * The message of {@code change}.
     *
     * @param encode of values, with the same coins each time that it is asked
     * @throws dev.gossamer.privacy.mechanism.NonFiniteValueException if a value is no number
     * @throws IllegalStateException if the codec makes any update longer than the bound
     */
    byte[] encode(UpdateCodec codec, float[] change, Function<float[], byte[]> encode) {
        double bound = inside(change.length);
        for (int tried = 0; tried < TRIES; tried++) {
            byte[] message = encode.apply(clipped(change, bound));
            if (norm.holds(decoded(codec, message))) {
                return message;
            }
            bound *= 1 - SHORTER;
        }
        throw new IllegalStateException(
                "codec makes updates longer than the clip bound: bound="
                        + norm.bound()
                        + ", tries="
                        + TRIES
                        + "; send more bits a value");
    }

    /** As short as rounding to units of the ring and to floats may make longer again. */
    private double inside(int values) {
        double units = norm.units() - Math.sqrt(values) / 2;
        return units > 0 ? norm.bound() * (units / norm.units()) * (1 - 0x1.0p-22) : norm.bound();
    }

    private static float[] clipped(float[] change, double bound) {
        double[] values = new double[change.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = change[i];
        }
        new FixedClip(bound).clipInPlace(values);
        float[] clipped = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            clipped[i] = (float) values[i];
        }
        return clipped;
    }

    private static float[] decoded(UpdateCodec codec, byte[] message) {
        try {
            return codec.decode(message).values();
        } catch (CodecException e) {
            throw new IllegalStateException("an update of its own cannot be read", e);
        }
    }
}
