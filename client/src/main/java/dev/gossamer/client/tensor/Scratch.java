package dev.gossamer.client.tensor;

import java.util.Optional;
import java.util.function.Function;

/**
 * One worker's working memory: a block that each piece of work lays out anew.
 *
 * <p>Grows to the largest layout and stays; what it holds is undefined when a layout begins.
 * Confined to its worker.
 */
final class Scratch {
    private Optional<NativeBlock> block = Optional.empty();

    /** Hands out one piece after the other. */
    static final class Carver {
        private long at;

        private Carver(long start) {
            at = start;
        }

        /** The address of the next {@code count} floats, aligned to a cache line. */
        long floats(long count) {
            return bytes(Float.BYTES * count);
        }

        /** The address of the next {@code count} bytes, aligned to a cache line. */
        long bytes(long count) {
            long piece = at;
            long lines = (count + NativeBlock.LINE_BYTES - 1) / NativeBlock.LINE_BYTES;
            at += lines * NativeBlock.LINE_BYTES;
            return piece;
        }
    }

    /**
     * What {@code layout} makes of this memory.
     *
     * @param layout called twice, the first time only to learn how much it takes
     */
    <T> T lay(Function<Carver, T> layout) {
        Carver sizing = new Carver(0);
        T _ = layout.apply(sizing);
        return layout.apply(new Carver(reserve(sizing.at)));
    }

    private long reserve(long bytes) {
        if (bytes > bytes()) {
            block.ifPresent(NativeBlock::free);
            block = Optional.of(NativeBlock.zeros(bytes));
        }
        return block.map(NativeBlock::address).orElse(0L);
    }

    /** How many bytes the largest layout took. */
    long bytes() {
        return block.map(NativeBlock::bytes).orElse(0L);
    }
}
