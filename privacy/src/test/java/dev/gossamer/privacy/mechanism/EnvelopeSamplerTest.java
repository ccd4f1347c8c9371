package dev.gossamer.privacy.mechanism;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.mechanism.StepEnvelope.Step;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Tries whose words are written by the test, so that the comparison ends where it should. */
class EnvelopeSamplerTest {
    /** Words in the order in which they are asked for; asking for more is an error. */
    private static final class Script implements WordSource {
        private final Deque<Long> words = new ArrayDeque<>();

        void add(long word) {
            words.add(word);
        }

        @Override
        public long next() {
            return words.removeFirst();
        }
    }

    private final UnimodalLaw gaussian = new GaussianLaw(new BigDecimal(30.25));
    private final UnimodalLaw poisson = new PoissonLaw(40.375);

    private static BigDecimal exactMass(UnimodalLaw law, long offset) {
        return law instanceof PoissonLaw
                ? ExactMass.poisson(40.375, 40, (int) offset)
                : ExactMass.gaussian(30.25, offset);
    }

    /** The slot of a step's first entry in the table, as the upper bits of a word. */
    private static long slotOf(StepEnvelope envelope, Step step) {
        long slot = 0;
        for (Step each : envelope.steps()) {
            if (each.equals(step)) {
                break;
            }
            slot += each.slots();
        }
        return slot << 52;
    }

    /** A try that is kept at the mode at once, to end with after one that is not. */
    private static void addTryAtMode(Script script) {
        script.add(0);
        script.add(0);
    }

    /** The first bits of p(x), of a place of {@code step} in strip {@code strip}. */
    private static BigInteger bitsOfKept(
            UnimodalLaw law, StepEnvelope envelope, Step step, int strip, long offset, int bits) {
        return exactMass(law, offset)
                .multiply(BigDecimal.valueOf(envelope.unit()))
                .divide(BigDecimal.valueOf(step.weight()), ExactMass.PLACES)
                .multiply(new BigDecimal(BigInteger.ONE.shiftLeft(strip + bits)))
                .toBigInteger();
    }

    /**
     * Draws with a U that agrees with p(x) in {@code tied} words and then differs by {@code by} in
     * the last one.
     */
    private static long draw(
            UnimodalLaw law, StepEnvelope envelope, Step step, int strip, int tied, long by) {
        long offset = step.side() * (step.start() + strip * step.width());
        int bits = 63 + 64 * tied;
        BigInteger uniform =
                bitsOfKept(law, envelope, step, strip, offset, bits).add(BigInteger.valueOf(by));
        Script script = new Script();
        script.add(slotOf(envelope, step));
        script.add(uniform.shiftRight(bits - 63).longValueExact() << 1);
        if (step.isTail()) {
            script.add(1L << strip);
        }
        for (int word = 1; word <= tied; word++) {
            script.add(uniform.shiftRight(64 * (tied - word)).longValue());
        }
        addTryAtMode(script);
        long drawn = new EnvelopeSampler(law).sample(script);
        int left = script.words.size();
        assertEquals(drawn == offset ? 2 : 0, left, "words that nobody asked for");
        return drawn;
    }

    private static void assertDecided(UnimodalLaw law, int tied) {
        StepEnvelope envelope = new StepEnvelope(law);
        int decided = 0;
        for (Step step : envelope.steps()) {
            int strips = step.isTail() ? 3 : 1;
            for (int strip = 0; strip < strips; strip++) {
                long offset = step.side() * (step.start() + strip * step.width());
                if (offset != 0) {
                    assertEquals(offset, draw(law, envelope, step, strip, tied, -1));
                    assertEquals(0, draw(law, envelope, step, strip, tied, 1));
                    decided++;
                }
            }
        }
        assertTrue(decided > 20, "decided=" + decided);
    }

    /** One more word is asked for than agrees: p lies within the last one's unit. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void sample_uniformThatTiesWithP_isDecidedByTheFirstWordThatDiffers(int tied) {
        assertDecided(gaussian, tied);
        assertDecided(poisson, tied);
    }

    /** Within the first word the unit's place decides, by exact arithmetic as well. */
    @Test
    void sample_uniformNextToP_isDecidedWithoutAnotherWord() {
        assertDecided(gaussian, 0);
        assertDecided(poisson, 0);
    }

    /** A slot of no step begins again. */
    @Test
    void sample_slotOfNoStep_beginsAgain() {
        StepEnvelope envelope = new StepEnvelope(gaussian);
        int slots = envelope.steps().stream().mapToInt(Step::slots).sum();
        Script script = new Script();
        script.add((long) slots << 52);
        script.add(0);
        script.add(0);
        script.add(0);

        assertTrue(slots < StepEnvelope.SLOTS);
        assertEquals(0, new EnvelopeSampler(gaussian).sample(script));
        assertEquals(List.of(), List.copyOf(script.words));
    }

    @Test
    void sample_placeBelowZeroOfAPoissonLaw_beginsAgain() {
        PoissonLaw law = new PoissonLaw(1.5);
        StepEnvelope envelope = new StepEnvelope(law);
        Step below =
                envelope.steps().stream().filter(step -> step.side() < 0).reduce((a, b) -> b).get();
        Script script = new Script();
        script.add(slotOf(envelope, below) + below.width() - 1);
        script.add(0);
        addTryAtMode(script);

        assertEquals(1, below.start());
        assertEquals(-1, new EnvelopeSampler(law).sample(script));
    }

    /** Were the second word of coins not asked for, it would be taken for the next try's slot. */
    @Test
    void sample_wordOfHeads_goesOnWithTheNextWord() {
        StepEnvelope envelope = new StepEnvelope(gaussian);
        Step tail = envelope.steps().stream().filter(Step::isTail).findFirst().get();
        Script script = new Script();
        script.add(slotOf(envelope, tail));
        script.add(-1);
        script.add(0);
        script.add(8);
        addTryAtMode(script);

        assertEquals(0, new EnvelopeSampler(gaussian).sample(script));
        assertEquals(List.of(), List.copyOf(script.words));
    }
}
