package dev.gossamer.protocols.aggregate;

/**
 * The running sum of weighted updates in the 64-bit integer ring.
 *
 * <p>Integer addition makes the order of arrival irrelevant to the last bit, and the memory that of
 * one sum whatever the cohort. Confined to one thread.
 */
public final class RingAccumulator {
    private final FixedPoint fixedPoint;
    private final long[] sum;
    private long weightSum;
    private int reports;

    /** An empty sum of {@code size} values. */
    public RingAccumulator(FixedPoint fixedPoint, int size) {
        this.fixedPoint = fixedPoint;
        sum = new long[size];
    }

    /**
     * Adds {@code weight} times {@code update}, whole or not at all.
     *
     * @throws IllegalArgumentException if the length differs, or weight or a value is out of range
     */
    public void add(float[] update, int weight) {
        if (update.length != sum.length) {
            throw new IllegalArgumentException(
                    "update has a wrong length: values="
                            + update.length
                            + ", expected="
                            + sum.length);
        }
        if (!fixedPoint.holdsWeight(weight)) {
            throw new IllegalArgumentException("weight is out of range: weight=" + weight);
        }
        for (int i = 0; i < update.length; i++) {
            if (!fixedPoint.holds(update[i])) {
                throw new IllegalArgumentException(
                        "value is out of range: index="
                                + i
                                + ", value="
                                + update[i]
                                + ", bound="
                                + fixedPoint.bound());
            }
        }
        for (int i = 0; i < update.length; i++) {
            sum[i] += weight * fixedPoint.toRing(update[i]);
        }
        weightSum += weight;
        reports++;
    }

    /** How many updates were added. */
    public int reports() {
        return reports;
    }

    /**
     * The weighted mean of what was added.
     *
     * @throws IllegalStateException if nothing was
     */
    public double[] mean() {
        if (reports == 0) {
            throw new IllegalStateException("nothing to average: reports=0");
        }
        double[] mean = new double[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = fixedPoint.mean(sum[i], weightSum);
        }
        return mean;
    }
}
