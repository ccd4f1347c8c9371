package dev.gossamer.client.adapter;

/**
 * Dropout of an adapter's inputs: each is 0 with a probability, and else divided by what remains of
 * it, so that its mean stays (Srivastava and others, JMLR 15, 2014; LoRA's {@code lora_dropout}).
 *
 * <pre>
 * y = W x + b + s B R A (m * x)       m one of 0 and 1 / (1 - probability), for each target its own
 * </pre>
 *
 * <p>Which inputs are kept is a pure function of key, example, token, target and place, so that
 * every engine on any number of workers drops the same ones.
 *
 * @param probability in [0, 1)
 * @param key of a step: another one drops others
 */
public record Dropout(double probability, long key) {
    /** Drops nothing. */
    public static final Dropout NONE = new Dropout(0, 0);

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final int GOLDEN_INT = 0x9E3779B9;

    /** A dropout that leaves something. */
    public Dropout {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException(
                    "dropout out of range: probability=" + probability + ", bound=[0,1)");
        }
    }

    /** Whether anything is dropped. */
    public boolean drops() {
        return probability > 0;
    }

    /** The key of a token's row. */
    public long row(int example, int token) {
        return mix(mix(key + GOLDEN * (example + 1L)) + GOLDEN * (token + 1L));
    }

    /**
     * Writes what the first {@code count} inputs of a row are multiplied with.
     *
     * @param row its key: {@link #row}
     * @param target the number of the target within the adapter
     */
    public void mask(long row, int target, float[] into, int count) {
        long own = mix(row + GOLDEN * (target + 1L));
        int seed = (int) (own ^ own >>> 32);
        // 24 bits, which floats hold exactly: the smallest probability above 0 drops something.
        int dropped = (int) Math.max(drops() ? 1 : 0, Math.round(probability * (1 << 24)));
        float kept = (float) (1 / (1 - dropped * 0x1.0p-24));
        for (int i = 0; i < count; i++) {
            into[i] = scrambled(seed + i * GOLDEN_INT) >>> 8 < dropped ? 0 : kept;
        }
    }

    /** A bijection of 32 bits in which each bit of the input moves about half of the output's. */
    private static int scrambled(int bits) {
        int x = (bits ^ bits >>> 16) * 0x7FEB352D;
        x = (x ^ x >>> 15) * 0x846CA68B;
        return x ^ x >>> 16;
    }

    private static long mix(long bits) {
        long z = (bits ^ bits >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
