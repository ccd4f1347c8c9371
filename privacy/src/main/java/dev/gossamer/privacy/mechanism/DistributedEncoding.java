package dev.gossamer.privacy.mechanism;

import dev.gossamer.privacy.mechanism.FixedClip.Clipped;

/**
 * How a client's update becomes the ring elements that are masked and summed, and how their sum
 * becomes an update again.
 *
 * <ol>
 *   <li>Clip to the bound, and go to units of it.
 *   <li>Rotate by the round's public signs, padding to a power of two.
 *   <li>Round to integers at random, within the sensitivity that is charged.
 *   <li>Add the client's share of the noise.
 *   <li>Reduce into the ring, as an integer of its centred range.
 * </ol>
 *
 * <p>Up to step 3 the order is one of sensitivity: each step's outcome is bounded by the next one's
 * premise. From there on everything is an integer, and noise covers all that is sent.
 */
public final class DistributedEncoding {
    private final DistributedNoisePlan plan;
    private final FixedClip clip;
    private final RandomRotation rotation;
    private final IntegerNoise noise;

    /**
     * The encoding of a round.
     *
     * @param rotationSeed 32 bytes, public and the same for all clients of the round
     */
    public DistributedEncoding(DistributedNoisePlan plan, FixedClip clip, byte[] rotationSeed) {
        this.plan = plan;
        this.clip = clip;
        rotation = new RandomRotation(rotationSeed, plan.setting().length());
        noise = plan.localNoise();
    }

    /** A client's part of the sum. */
    public static final class Encoded {
        private final Clipped clipped;
        private final long[] elements;

        private Encoded(Clipped clipped, long[] elements) {
            this.clipped = clipped;
            this.elements = elements;
        }

        /** What clipping found. */
        public Clipped clipped() {
            return clipped;
        }

        /** Of the centred ring, {@code -2^(bits-1)} to {@code 2^(bits-1) - 1}; the caller's. */
        public long[] elements() {
            return elements;
        }
    }

    /** Encodes an update, which stays as it is. */
    public Encoded encode(double[] update, NoiseCoins coins) {
        double[] values = update.clone();
        Clipped clipped = clip.clipToUnitInPlace(values);
        double[] rotated = rotation.rotate(values);
        long[] elements = plan.grid(1).conditional(rotated, plan.squaredSensitivity(), coins);
        noise.addInPlace(elements, coins, Overflow.WRAPPED);
        centreInPlace(elements);
        return new Encoded(clipped, elements);
    }

    /** The sum of updates that the sum of their elements stands for, which stays as it is. */
    public double[] decode(long[] sum) {
        long[] centred = sum.clone();
        centreInPlace(centred);
        return rotation.inverse(plan.grid(clip.bound()).values(centred));
    }

    private void centreInPlace(long[] elements) {
        if (plan.setting().modulusBits() == Integer.SIZE) {
            for (int i = 0; i < elements.length; i++) {
                elements[i] = (int) elements[i];
            }
        }
    }
}
