package dev.gossamer.privacy.mechanism;

import dev.gossamer.privacy.mechanism.StepEnvelope.Step;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;

/**
 * A sampler of a law on the integers by rejection from a staircase, without any rounded
 * probability.
 *
 * <h2>The algorithm</h2>
 *
 * <p>1. A word draws a slot of the {@link StepEnvelope}'s table by its upper 12 bits, and a place
 * in the slot's step by its lower bits. A step's width is a power of two, so that both are uniform.
 * In a tail, a coin is tossed for each strip until one falls on its other side.<br>
 * 2. The place x is kept with probability p(x) = (f(x) / f(m)) (unit / weight) 2^strip, by
 * comparison with a real number U, uniform in [0, 1), of which only as many bits are drawn as the
 * comparison needs.<br>
 * 3. Otherwise all begins again.
 *
 * <h2>Why the law is exact</h2>
 *
 * <p>A try ends at x of a step of the body with probability (weight / 4096) (1 / width) p(x) = f(x)
 * c, where c = unit / (4096 width f(m)) is the same for all x. A tail has 8 slots, so a place in
 * its strip number k is drawn with probability (8 / 4096) 2^-(k+1) / (4 width) = 2^-k / (4096
 * width), and kept it ends at x with probability f(x) c too. Steps and strips cover each integer
 * once. Tries are independent, so what is kept at last has the law f, whatever the weights: these
 * decide only how often one begins again. What has to hold is p(x) &le; 1, and does: a step's
 * weight is at least the unit times its first mass over f(m), its first mass is its largest, and in
 * a tail masses at least halve from strip to strip, which for a log-concave law they do for ever
 * once they did ({@link StepEnvelope}).
 *
 * <h2>Why the comparison is exact</h2>
 *
 * <p>After n bits U is known to lie in [u, u + 1) 2^-n. U &lt; p is certain once (u + 1) 2^-n &le;
 * p, and false once u 2^-n &ge; p; either is read off any interval that holds p. Three are tried,
 * each only where the one before did not decide: (a) the step's smallest p, computed beforehand,
 * which nearly always keeps x at the cost of one comparison of integers; (b) p in double precision,
 * give or take an error bound that the law derives; (c) p by integers of any length, rounded
 * outwards, with more bits of U until both intervals part. Steps (b) and (c) decide no other than
 * exact arithmetic would, they only decide sooner. (c) ends with probability 1, as U equals p with
 * probability 0, and at once where p is 1; (b) leaves it fewer than one try in 2^35.
 *
 * <p>The time of a sample depends on coins and on the law, never on the value that noise is added
 * to. A sample of more than 63 bits throws {@link ArithmeticException}; it would need a tail of
 * more than 2^10 heads in a row.
 *
 * <p>The scheme is the strip method of Devroye ("Non-Uniform Random Variate Generation", 1986,
 * VIII) with integer widths, as in the discrete ziggurat of Buchmann, Cabarcas, Göpfert, Hülsing
 * and Weiden ("Discrete Ziggurat", 2013), and the lazily drawn comparison that of von Neumann and
 * of Karney ("Sampling exactly from the normal distribution", 2016).
 */
final class EnvelopeSampler {
    /** The marker of a try that failed. */
    private static final long AGAIN = Long.MIN_VALUE;

    static final int FIRST_BITS = 63;
    private static final double TWO_TO_FIRST_BITS = 0x1.0p63;

    /** Bits of p beyond those of U, so that the two intervals overlap by chance only. */
    private static final int GUARD_BITS = 32;

    /** For U as a double: its rounding is relative, what is not is below its last bits. */
    private static final double UNIFORM_SLACK = 0x1.0p-60;

    private final UnimodalLaw law;
    private final BigInteger unit;
    private final double unitAsDouble;
    private final List<Step> steps;

    private final byte[] table = new byte[StepEnvelope.SLOTS];
    private final long[] places;
    private final long[] origins;
    private final long[] flips;
    private final long[] surelyKept;

    /** A sampler of offsets from the mode of {@code law}. */
    EnvelopeSampler(UnimodalLaw law) {
        this.law = law;
        StepEnvelope envelope = new StepEnvelope(law);
        unit = BigInteger.valueOf(envelope.unit());
        unitAsDouble = envelope.unit();
        steps = envelope.steps();
        int nothing = steps.size();
        places = new long[nothing + 1];
        origins = new long[nothing + 1];
        flips = new long[nothing + 1];
        surelyKept = new long[nothing + 1];
        int slot = 0;
        for (int i = 0; i < nothing; i++) {
            Step step = steps.get(i);
            Arrays.fill(table, slot, slot + step.slots(), (byte) i);
            slot += step.slots();
            places[i] = step.width() - 1;
            // Below the mode, ~place - (start - 1) is -(start + place).
            origins[i] = step.side() > 0 ? step.start() : 1 - step.start();
            flips[i] = step.side() > 0 ? 0 : -1;
            surelyKept[i] = envelope.surelyKept(step, FIRST_BITS);
        }
        Arrays.fill(table, slot, table.length, (byte) nothing);
    }

    /** An offset from the mode. */
    long sample(WordSource coins) {
        while (true) {
            long word = coins.next();
            int step = table[(int) (word >>> 52)] & 0xff;
            long place = word & places[step];
            long uniform = coins.next() >>> 1;
            if (uniform < surelyKept[step]) {
                return origins[step] + (place ^ flips[step]);
            }
            long offset = step == steps.size() ? AGAIN : weigh(step, place, uniform, coins);
            if (offset != AGAIN) {
                return offset;
            }
        }
    }

    private long weigh(int number, long place, long uniform, WordSource coins) {
        Step step = steps.get(number);
        int strip = step.isTail() ? heads(coins) : 0;
        long beyond = Math.addExact(Math.multiplyExact(strip, step.width()), place);
        long offset = step.side() * Math.addExact(step.start(), beyond);
        return isKept(step, strip, offset, uniform, coins) ? offset : AGAIN;
    }

    /** How many coins fall on one side before one falls on the other. */
    private static int heads(WordSource coins) {
        int heads = 0;
        long word = coins.next();
        while (word == 0) {
            heads = Math.addExact(heads, Long.SIZE);
            word = coins.next();
        }
        return heads + Long.numberOfTrailingZeros(word);
    }

    private boolean isKept(Step step, int strip, long offset, long uniform, WordSource coins) {
        double log = law.log(offset);
        if (log == Double.NEGATIVE_INFINITY) {
            return false;
        }
        double error = law.logError(offset, log) + StepEnvelope.SLACK;
        if (error > 1) { // 1 + 2 error no longer bounds the exponential of the error
            return isKeptExactly(step, strip, offset, uniform, coins);
        }
        double scale = Math.scalb(unitAsDouble / step.weight(), strip);
        double kept = Math.exp(log) * scale;
        double above = kept * (1 + 2 * error) + UNIFORM_SLACK;
        double below = kept * (1 - 2 * error) - UNIFORM_SLACK;
        double drawn = uniform / TWO_TO_FIRST_BITS;
        if (drawn * (1 + StepEnvelope.SLACK) < below) {
            return true;
        }
        if (drawn * (1 - StepEnvelope.SLACK) > above) {
            return false;
        }
        return isKeptExactly(step, strip, offset, uniform, coins);
    }

    /** Whether U weight is below unit 2^strip f(x) / f(m), by integers of any length. */
    private boolean isKeptExactly(
            Step step, int strip, long offset, long uniform, WordSource coins) {
        BigInteger weight = BigInteger.valueOf(step.weight());
        BigInteger drawn = BigInteger.valueOf(uniform);
        int drawnBits = FIRST_BITS;
        while (true) {
            DyadicInterval ratio = law.ratio(offset, drawnBits + strip + GUARD_BITS);
            int shift = ratio.bits();
            BigInteger least = drawn.multiply(weight).shiftLeft(shift);
            BigInteger most = least.add(weight.shiftLeft(shift));
            int scale = strip + drawnBits;
            if (most.compareTo(ratio.low().multiply(unit).shiftLeft(scale)) <= 0) {
                return true;
            }
            if (least.compareTo(ratio.high().multiply(unit).shiftLeft(scale)) >= 0) {
                return false;
            }
            BigInteger more = new BigInteger(Long.toUnsignedString(coins.next()));
            drawn = drawn.shiftLeft(Long.SIZE).add(more);
            drawnBits += Long.SIZE;
        }
    }
}
