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
        requireWeight(weight);
        requireHeld(update);
        // Exactly FixedPoint.toRing: a product with a power of two is exact, as values are floats.
        double scale = Math.scalb(1.0, fixedPoint.fractionBits());
        for (int i = 0; i < update.length; i++) {
            sum[i] += weight * (long) Math.rint(update[i] * scale);
        }
        weightSum += weight;
        reports++;
    }

    /**
     * Adds {@code weight} times the update that is {@code values} at {@code indices} and zero
     * elsewhere, whole or not at all.
     *
     * @throws IllegalArgumentException if indices are not strictly rising or out of range, or
     *     weight or a value is out of range
     */
    public void add(int[] indices, float[] values, int weight) {
        requireIndices(indices, values.length);
        requireWeight(weight);
        requireHeld(values);
        double scale = Math.scalb(1.0, fixedPoint.fractionBits());
        for (int i = 0; i < values.length; i++) {
            sum[indices[i]] += weight * (long) Math.rint(values[i] * scale);
        }
        weightSum += weight;
        reports++;
    }

    private void requireIndices(int[] indices, int values) {
        if (indices.length != values) {
            throw new IllegalArgumentException(
                    "indices and values differ: indices=" + indices.length + ", values=" + values);
        }
        int last = -1;
        for (int index : indices) {
            if (index <= last || index >= sum.length) {
                throw new IllegalArgumentException(
                        "index out of order or range: index="
                                + index
                                + ", after="
                                + last
                                + ", size="
                                + sum.length);
            }
            last = index;
        }
    }

    private void requireWeight(int weight) {
        if (!fixedPoint.holdsWeight(weight)) {
            throw new IllegalArgumentException("weight is out of range: weight=" + weight);
        }
    }

    private void requireHeld(float[] values) {
        // The largest, or NaN if there is one: one pass without a branch.
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        if (fixedPoint.holds(largest)) {
            return;
        }
        int i = 0;
        while (fixedPoint.holds(values[i])) {
            i++;
        }
        throw new IllegalArgumentException(
                "value is out of range: index="
                        + i
                        + ", value="
                        + values[i]
                        + ", bound="
                        + fixedPoint.bound());
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
        return mean(0, sum.length);
    }

    /**
     * The weighted mean of the values at {@code from} to before {@code to}.
     *
     * @throws IllegalStateException if nothing was added
     */
    public double[] mean(int from, int to) {
        if (reports == 0) {
            throw new IllegalStateException("nothing to average: reports=0");
        }
        double[] mean = new double[to - from];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = fixedPoint.mean(sum[from + i], weightSum);
        }
        return mean;
    }
}
