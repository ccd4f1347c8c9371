package dev.gossamer.client.tensor;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.nio.ByteOrder;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** How fast workers read native memory from end to end, each its own part. */
public final class MemoryRate {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final long STEP = SPECIES.vectorByteSize();

    /** Bytes that one turn of the loop reads. */
    private static final long TURN = 8 * STEP;

    private final Workers workers;
    private final LongSupplier nanos;
    private final NativeBlock block;

    /**
     * A block of {@code bytes}, every page of it written.
     *
     * @param nanos a clock
     */
    public MemoryRate(long bytes, Workers workers, LongSupplier nanos) {
        this.workers = workers;
        this.nanos = nanos;
        block = NativeBlock.zeros(bytes);
        Tensor.MEMORY.asSlice(block.address(), bytes).fill((byte) 1);
    }

    /** Bytes a second of one reading of all. */
    public double bytesPerSecond() {
        List<Integer> parts = IntStream.range(0, workers.threads()).boxed().toList();
        long begun = nanos.getAsLong();
        List<Float> sums = workers.map(parts, this::read);
        long elapsed = Math.max(1, nanos.getAsLong() - begun);
        if (sums.contains(Float.NaN)) {
            throw new IllegalStateException("memory changed while it was read");
        }
        return block.bytes() * 1e9 / elapsed;
    }

    private float read(int part) {
        long turns = block.bytes() / TURN;
        long from = block.address() + TURN * (turns * part / workers.threads());
        long to = block.address() + TURN * (turns * (part + 1) / workers.threads());
        return sum(from, to);
    }

    /** Two chains of additions, so that they wait for memory and not for one another. */
    private static float sum(long from, long to) {
        FloatVector a = FloatVector.zero(SPECIES);
        FloatVector b = a;
        for (long i = from; i < to; i += TURN) {
            a = a.add(load(i).add(load(i + STEP))).add(load(i + 2 * STEP).add(load(i + 3 * STEP)));
            b =
                    b.add(load(i + 4 * STEP).add(load(i + 5 * STEP)))
                            .add(load(i + 6 * STEP).add(load(i + 7 * STEP)));
        }
        return a.add(b).reduceLanes(VectorOperators.ADD);
    }

    private static FloatVector load(long at) {
        return FloatVector.fromMemorySegment(SPECIES, Tensor.MEMORY, at, ByteOrder.nativeOrder());
    }
}
