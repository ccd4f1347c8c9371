package dev.gossamer.protocols.codec;

/**
 * The indices of the values largest in magnitude, by counting and not by sorting.
 *
 * <p>Without its sign, the pattern of a finite float rises with its magnitude. The patterns are
 * counted by their upper eleven bits, which finds the bucket of the smallest value to keep; those
 * in that bucket are counted by the next ten bits and by the last ten. Then one pass collects the
 * indices. Of equal magnitudes those at lower indices are kept.
 */
final class TopK {
    private static final int MAGNITUDE = 0x7FFF_FFFF;
    private static final int UPPER_SHIFT = 20;
    private static final int UPPER_BUCKETS = 1 << 11;
    private static final int FIRST_NOT_FINITE = 0x7F8;
    private static final int LOWER_BITS = 10;
    private static final int LOWER_BUCKETS = 1 << LOWER_BITS;

    /** Counters side by side, so that equal neighbours do not wait for each other. */
    private static final int LANES = 4;

    private TopK() {}

    /** How many of {@code size} values a density keeps: at least one. */
    static int kept(double density, int size) {
        return Math.max(1, (int) Math.floor(density * size));
    }

    /**
     * Writes to {@code indices}, from {@code at} on, the rising indices of the {@code k} values
     * largest in magnitude from {@code from} to before {@code to}.
     *
     * @throws IllegalArgumentException if a value is not finite
     */
    static void select(float[] values, int from, int to, int k, int[] indices, int at) {
        int[] counts = upperCounts(values, from, to);
        int bucket = UPPER_BUCKETS - 1;
        int above = 0;
        while (above + counts[bucket] < k) {
            above += counts[bucket--];
        }
        int[] candidates = candidates(values, from, to, bucket, counts[bucket]);
        Threshold threshold = threshold(candidates, k - above);
        collect(
                values,
                from,
                to,
                (bucket << UPPER_SHIFT) | threshold.lower(),
                threshold.ties(),
                indices,
                at,
                at + k);
    }

    private static int[] upperCounts(float[] values, int from, int to) {
        int[] lanes = new int[LANES * UPPER_BUCKETS];
        int i = from;
        for (; i <= to - LANES; i += LANES) {
            lanes[upper(values[i])]++;
            lanes[UPPER_BUCKETS + upper(values[i + 1])]++;
            lanes[2 * UPPER_BUCKETS + upper(values[i + 2])]++;
            lanes[3 * UPPER_BUCKETS + upper(values[i + 3])]++;
        }
        for (; i < to; i++) {
            lanes[upper(values[i])]++;
        }
        int[] counts = new int[UPPER_BUCKETS];
        for (int lane = 0; lane < LANES; lane++) {
            for (int b = 0; b < UPPER_BUCKETS; b++) {
                counts[b] += lanes[lane * UPPER_BUCKETS + b];
            }
        }
        for (int b = FIRST_NOT_FINITE; b < UPPER_BUCKETS; b++) {
            if (counts[b] > 0) {
                FiniteValues.require(values);
            }
        }
        return counts;
    }

    private static int magnitude(float value) {
        return Float.floatToRawIntBits(value) & MAGNITUDE;
    }

    private static int upper(float value) {
        return magnitude(value) >>> UPPER_SHIFT;
    }

    /** The lower bits of those in one bucket; the place after the last is written over. */
    private static int[] candidates(float[] values, int from, int to, int bucket, int count) {
        int[] lower = new int[count + 1];
        int at = 0;
        for (int i = from; i < to; i++) {
            int magnitude = magnitude(values[i]);
            lower[at] = magnitude & ((1 << UPPER_SHIFT) - 1);
            at += (((magnitude >>> UPPER_SHIFT) ^ bucket) - 1) >>> 31;
        }
        return lower;
    }

    /**
     * The smallest magnitude to keep.
     *
     * @param lower its lower bits
     * @param ties how many of exactly that magnitude are kept
     */
    private record Threshold(int lower, int ties) {}

    /** Of the candidates, of which the last is none, the one that is {@code k}th. */
    private static Threshold threshold(int[] candidates, int k) {
        int count = candidates.length - 1;
        int[] high = new int[LOWER_BUCKETS];
        for (int i = 0; i < count; i++) {
            high[candidates[i] >>> LOWER_BITS]++;
        }
        int middle = LOWER_BUCKETS - 1;
        int left = k;
        while (high[middle] < left) {
            left -= high[middle--];
        }
        int[] low = new int[LOWER_BUCKETS];
        for (int i = 0; i < count; i++) {
            if (candidates[i] >>> LOWER_BITS == middle) {
                low[candidates[i] & (LOWER_BUCKETS - 1)]++;
            }
        }
        int last = LOWER_BUCKETS - 1;
        while (low[last] < left) {
            left -= low[last--];
        }
        return new Threshold((middle << LOWER_BITS) | last, left);
    }

    private static void collect(
            float[] values,
            int from,
            int to,
            int threshold,
            int ties,
            int[] indices,
            int at,
            int end) {
        int left = ties;
        int next = at;
        for (int i = from; i < to && next < end; i++) {
            int magnitude = magnitude(values[i]);
            indices[next] = i;
            next += (threshold - magnitude) >>> 31;
            if (magnitude == threshold && left > 0) {
                left--;
                next++;
            }
        }
    }
}
