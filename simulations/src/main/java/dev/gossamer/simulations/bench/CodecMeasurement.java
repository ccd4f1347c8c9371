package dev.gossamer.simulations.bench;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.aggregate.RingAccumulator;
import dev.gossamer.protocols.codec.CodecException;
import dev.gossamer.protocols.codec.DecodedUpdate;
import dev.gossamer.protocols.codec.EncodedUpdate;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.random.CounterRandom;

import java.util.Arrays;
import java.util.List;

/**
 * Measures codecs and the ring on one update of normal values; every rate is in bytes of the dense
 * fp32 update a second of one core.
 */
final class CodecMeasurement {
    private static final long SEED = 1;
    private static final double DEVIATION = 1e-3;
    private static final int COHORT = 100;
    private static final int WEIGHT = 1000;

    private final Stopwatch stopwatch;
    private final float[] update;
    private final AdapterLayout layout;
    private final double copyRate;
    private final double sortRate;

    /**
     * What was measured.
     *
     * @param addRate of adding the update, as decoded, to the ring
     * @param againstCopy encoding and decoding together to a copy of the update in memory
     * @param againstSort the same to a sort of the update's magnitudes
     */
    record Result(
            String name,
            long messageBytes,
            double encodeRate,
            double decodeRate,
            double bothRate,
            double addRate,
            double againstCopy,
            double againstSort) {}

    /** Makes the update and measures the baselines. */
    CodecMeasurement(Stopwatch stopwatch, int values) {
        this.stopwatch = stopwatch;
        update = new float[values];
        CounterRandom random = CounterRandom.of(SEED, "bench-codec", 0, "");
        for (int i = 0; i < values; i++) {
            update[i] = (float) (DEVIATION * random.nextGaussian());
        }
        int half = Math.max(1, values / 2);
        layout =
                new AdapterLayout(
                        List.of(new Slice("a", half, 1), new Slice("b", values - half, 1)));
        float[] copy = new float[values];
        copyRate = rate(() -> System.arraycopy(update, 0, copy, 0, values));
        sortRate = rate(this::sort);
    }

    private void sort() {
        int[] magnitudes = new int[update.length];
        for (int i = 0; i < update.length; i++) {
            magnitudes[i] = Float.floatToRawIntBits(update[i]) & Integer.MAX_VALUE;
        }
        Arrays.sort(magnitudes);
    }

    private double rate(Runnable work) {
        return denseBytes() / stopwatch.seconds(work);
    }

    /** The bytes of the update as plain fp32. */
    double denseBytes() {
        return (double) Float.BYTES * update.length;
    }

    /** The rate of a copy in memory. */
    double copyRate() {
        return copyRate;
    }

    /** The rate of a sort of the magnitudes by {@link Arrays#sort(int[])}. */
    double sortRate() {
        return sortRate;
    }

    /** Encoding, decoding and adding to the ring. */
    Result measure(CodecCase each) {
        UpdateCodec codec = new UpdateCodec(each.plan(), layout);
        CounterRandom coins = CounterRandom.of(SEED, "bench-coins", 0, "");
        EncodedUpdate encoded = codec.encode(update, SEED, coins);
        byte[] message = encoded.bytes();
        DecodedUpdate decoded = decoded(codec, message);
        RingAccumulator ring =
                new RingAccumulator(FixedPoint.planned(COHORT, WEIGHT), update.length);
        double encode = rate(() -> consume(codec.encode(update, SEED, coins).kept()));
        double decode = rate(() -> consume(decoded(codec, message).kept()));
        double add = rate(() -> add(ring, decoded));
        double both = 1 / (1 / encode + 1 / decode);
        return new Result(
                each.name(),
                message.length,
                encode,
                decode,
                both,
                add,
                both / copyRate,
                both / sortRate);
    }

    private static DecodedUpdate decoded(UpdateCodec codec, byte[] message) {
        try {
            return codec.decode(message);
        } catch (CodecException e) {
            throw new IllegalStateException("message of our own was refused", e);
        }
    }

    private static void add(RingAccumulator ring, DecodedUpdate decoded) {
        switch (decoded) {
            case DecodedUpdate.Dense dense -> ring.add(dense.values(), 1);
            case DecodedUpdate.Sparse sparse -> ring.add(sparse.indices(), sparse.values(), 1);
        }
    }

    /** Keeps the compiler from leaving out what nobody looks at. */
    private static void consume(int kept) {
        if (kept < 1) {
            throw new IllegalStateException("nothing was kept: kept=" + kept);
        }
    }
}
