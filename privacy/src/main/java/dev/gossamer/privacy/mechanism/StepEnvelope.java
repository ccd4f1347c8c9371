package dev.gossamer.privacy.mechanism;

import java.util.ArrayList;
import java.util.List;

/**
 * A staircase of integer weights above a law, and the table that draws a step of it by 12 bits.
 *
 * <p>Steps are {@code 2^s} wide, a sixteenth to an eighth of the deviation, and go out from the
 * mode on both sides. A step's weight is its first, largest mass in units of f(m) / {@code unit},
 * rounded up. Where that is at most 1, the tail begins: strips four steps wide, of weight 1 a step
 * and halved from each strip to the next. The unit is the largest for which all weights fit in the
 * table; slots that are left over belong to no step, and a try that draws one begins again.
 *
 * <p>The weights come out of floating point, but only have to be large enough: each is rounded up
 * by more than the error of what it comes from. {@link StrictMath} makes them the same on each
 * machine, and with them what is drawn from the same coins.
 */
final class StepEnvelope {
    static final int SLOTS = 1 << 12;
    static final int TAIL_STEPS = 4;

    /** More than twice the rounding of the few operations that follow {@link StrictMath#exp}. */
    static final double SLACK = 0x1.0p-46;

    /**
     * A step.
     *
     * @param side 1 above the mode, -1 below it
     * @param start the offset's magnitude where it begins
     * @param width a power of two
     * @param isTail whether strips follow, each as wide and of half the weight
     */
    record Step(int side, long start, long width, int weight, boolean isTail) {
        /** Slots of the table: a tail's are its first strip's, twice, for all that follow. */
        int slots() {
            return isTail ? 2 * TAIL_STEPS : weight;
        }
    }

    private final UnimodalLaw law;
    private final long width;
    private final int unit;
    private final List<Step> steps;

    /** The staircase above {@code law}. */
    StepEnvelope(UnimodalLaw law) {
        this.law = law;
        width = Math.max(1, Long.highestOneBit((long) (law.deviation() / 8)));
        int fits = 1;
        int tooMuch = SLOTS + 1;
        while (tooMuch - fits > 1) {
            int middle = (fits + tooMuch) / 2;
            if (slots(stairs(middle)) <= SLOTS) {
                fits = middle;
            } else {
                tooMuch = middle;
            }
        }
        unit = fits;
        steps = List.copyOf(stairs(unit));
    }

    private static int slots(List<Step> steps) {
        return steps.stream().mapToInt(Step::slots).sum();
    }

    private List<Step> stairs(int unit) {
        List<Step> stairs = new ArrayList<>();
        addSide(stairs, unit, 1, 0);
        addSide(stairs, unit, -1, 1);
        return stairs;
    }

    private void addSide(List<Step> stairs, int unit, int side, long first) {
        int slots = slots(stairs);
        for (long start = first; slots <= SLOTS; start += width) {
            double mass = unit * upper(side * start);
            if (mass == 0) {
                return;
            }
            if (mass <= 1 && halves(side, start)) {
                stairs.add(new Step(side, start, TAIL_STEPS * width, 1, true));
                return;
            }
            Step step = new Step(side, start, width, (int) Math.ceil(mass), false);
            stairs.add(step);
            slots += step.slots();
        }
    }

    /** Whether the mass at least halves from strip to strip; once it does, it goes on to. */
    private boolean halves(int side, long start) {
        return upper(side * (start + TAIL_STEPS * width)) <= lower(side * start) / 2;
    }

    /** At least f(m + offset) / f(m), and 0 only where that is. */
    double upper(long offset) {
        double log = law.log(offset);
        if (log == Double.NEGATIVE_INFINITY) {
            return 0;
        }
        return StrictMath.exp(log + law.logError(offset, log)) * (1 + SLACK) + Double.MIN_NORMAL;
    }

    /** At most f(m + offset) / f(m). */
    double lower(long offset) {
        double log = law.log(offset);
        return StrictMath.exp(log - law.logError(offset, log)) * (1 - SLACK) - Double.MIN_NORMAL;
    }

    /**
     * A threshold t such that each place of {@code step} is kept with a probability of at least t /
     * {@code 2^bits}; 0 for a tail.
     */
    long surelyKept(Step step, int bits) {
        if (step.isTail()) {
            return 0;
        }
        double least = lower(step.side() * (step.start() + step.width() - 1));
        double kept = least * unit / step.weight() * (1 - SLACK);
        return (long) (Math.clamp(kept, 0, 1) * Math.scalb(1.0, bits));
    }

    /** The weight of f(m). */
    int unit() {
        return unit;
    }

    /** The steps above the mode from the mode on, then those below it, likewise. */
    List<Step> steps() {
        return steps;
    }
}
