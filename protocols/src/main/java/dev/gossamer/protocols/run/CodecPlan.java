package dev.gossamer.protocols.run;

import static dev.gossamer.protocols.run.Preconditions.requireFraction;
import static dev.gossamer.protocols.run.Preconditions.requirePositive;
import static dev.gossamer.protocols.run.Preconditions.requireRange;

/**
 * How the values of one direction become bytes, in the order in which it is done: what is carried
 * over is added, some are chosen, written as {@code values}, and their indices coded.
 *
 * @param values how a value is written
 * @param block values that share a scale, of {@code int8} and {@code int4}; a multiple of 16
 * @param sparsify which values are sent
 * @param density the share of values that is sent, above 0 and at most 1
 * @param index how the indices of sent values are written
 * @param entropy what packs the sections of a message
 * @param feedback what becomes of what was not sent
 * @param feedbackDecay what is left of it for each round missed, by the rule {@code decay}
 * @param feedbackRounds the rounds missed after which it is dropped, by the rule {@code reset}
 */
public record CodecPlan(
        Values values,
        int block,
        Sparsify sparsify,
        double density,
        Index index,
        Entropy entropy,
        Feedback feedback,
        double feedbackDecay,
        int feedbackRounds) {
    /** Blocks are a multiple of this, so that each begins on a byte. */
    public static final int BLOCK_STEP = 16;

    /** One scale for more values than this saves less than a thousandth of their bytes. */
    public static final int MAX_BLOCK = 1 << 14;

    /** All values as fp32, nothing packed, nothing carried over. */
    public static final CodecPlan PLAIN =
            new CodecPlan(
                    Values.FP32,
                    128,
                    Sparsify.TOP_K,
                    1,
                    Index.AUTO,
                    Entropy.NONE,
                    Feedback.NONE,
                    0.9,
                    3);

    /** How a value is written. */
    public enum Values implements Word {
        FP32,
        /** The nearest, halves to even. */
        BF16,
        /** Multiples of a 127th of the block's largest magnitude, rounded by chance. */
        INT8,
        /** Multiples of a seventh of the block's largest magnitude, rounded by chance. */
        INT4;

        /** Whether a block of values shares a scale. */
        public boolean hasScales() {
            return this == INT8 || this == INT4;
        }
    }

    /** Which values are sent. */
    public enum Sparsify implements Word {
        /** Those largest in magnitude, of all together. */
        TOP_K,
        /** Those largest in magnitude, the same share of each tensor. */
        TOP_K_PER_TENSOR,
        /** Those that a seed draws. */
        RANDOM_K
    }

    /** How the indices of sent values are written. */
    public enum Index implements Word {
        /** Whichever is shortest for the message. */
        AUTO,
        /** One bit for each value. */
        BITMAP,
        /** Gaps, seven bits a byte. */
        VARINT,
        /** Gaps in the code of Golomb and Rice. */
        RICE,
        /** Four bytes for each index. */
        COO
    }

    /** What packs the sections of a message. */
    public enum Entropy implements Word {
        NONE,
        /** Zstandard, for the sections that it makes shorter. */
        ZSTD
    }

    /** What becomes of what was not sent. */
    public enum Feedback implements Word {
        /** It is lost. */
        NONE,
        /** It is added to the next update, whenever that is. */
        KEEP,
        /** The same, less a share for each round missed. */
        DECAY,
        /** The same, unless too many rounds were missed. */
        RESET
    }

    /**
     * Refuses values out of range and choices that cannot be combined.
     *
     * @param key where the plan stands in the run file, such as {@code exchange.upload}
     */
    public void requireWithin(String key) {
        requireRange(key + ".block", block, BLOCK_STEP, MAX_BLOCK);
        if (block % BLOCK_STEP != 0) {
            throw new RunFileException(
                    "not a multiple of " + BLOCK_STEP + ": key=" + key + ".block, value=" + block);
        }
        requirePositive(key + ".density", density);
        if (density > 1) {
            throw new RunFileException(
                    "out of range: key=" + key + ".density, value=" + density + ", bound=1.0");
        }
        if (sparsify == Sparsify.RANDOM_K && index != Index.AUTO) {
            throw new RunFileException(
                    "random-k sends a seed and no indices: key="
                            + key
                            + ".index, value="
                            + index.key()
                            + ", available=[auto]");
        }
        requireFraction(key + ".feedback-decay", feedbackDecay);
        requireRange(key + ".feedback-rounds", feedbackRounds, 1, RunFile.MAX_COUNT);
    }

    /** The same with another share of values. */
    public CodecPlan withDensity(double other) {
        return new CodecPlan(
                values,
                block,
                sparsify,
                other,
                index,
                entropy,
                feedback,
                feedbackDecay,
                feedbackRounds);
    }

    /** Whether values are left out, or may be. */
    public boolean isSparse() {
        return density < 1;
    }
}
