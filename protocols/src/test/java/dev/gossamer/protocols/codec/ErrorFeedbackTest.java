package dev.gossamer.protocols.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.CodecPlan.Entropy;
import dev.gossamer.protocols.run.CodecPlan.Feedback;
import dev.gossamer.protocols.run.CodecPlan.Index;
import dev.gossamer.protocols.run.CodecPlan.Sparsify;
import dev.gossamer.protocols.run.CodecPlan.Values;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.Arrays;

class ErrorFeedbackTest {
    private static final int SIZE = 200;
    private static final int ROUNDS = 30;

    private final double[] updates = new double[SIZE];
    private final double[] sums = new double[SIZE];

    /** Sends thirty updates, of which every seventh report is lost; what is owed in the end. */
    private double[] run(CodecPlan plan, boolean onGrid) throws CodecException {
        UpdateCodec codec = new UpdateCodec(plan, Plans.flat(SIZE));
        ErrorFeedback feedback = new ErrorFeedback(plan, SIZE);
        for (int round = 1; round <= ROUNDS; round++) {
            float[] update = Plans.gaussian(SIZE, round);
            for (int i = 0; i < SIZE; i++) {
                update[i] = onGrid ? Math.round(update[i] * 0x1p30f) * 0x1p-30f : update[i];
                updates[i] += update[i];
            }
            float[] toSend = feedback.add(0, update);
            byte[] message = codec.encode(toSend, round, Plans.coins(round)).bytes();
            if (round % 7 != 0) {
                DecodedUpdate sent = codec.decode(message);
                feedback.sent(sent);
                for (int i = 0; i < SIZE; i++) {
                    sums[i] += sent.dense()[i];
                }
            }
        }
        return feedback.owed();
    }

    @ParameterizedTest
    @EnumSource(Values.class)
    void owed_andSent_sumToAllUpdates(Values values) throws CodecException {
        for (Sparsify sparsify : Sparsify.values()) {
            Arrays.fill(updates, 0);
            Arrays.fill(sums, 0);
            CodecPlan plan =
                    Plans.feedback(
                            Plans.of(values, sparsify, 0.1, Index.AUTO, Entropy.NONE),
                            Feedback.KEEP);

            double[] owed = run(plan, false);

            for (int i = 0; i < SIZE; i++) {
                assertEquals(updates[i], sums[i] + owed[i], 1e-12 * Math.abs(updates[i]) + 1e-17);
            }
        }
    }

    /** Multiples of 2^-30 below 2^-5 add without rounding, in floats as in doubles. */
    @Test
    void owed_ofValuesOnAGrid_isExact() throws CodecException {
        CodecPlan plan = Plans.feedback(Plans.topK(Values.FP32, 0.1, Index.AUTO), Feedback.KEEP);

        double[] owed = run(plan, true);

        for (int i = 0; i < SIZE; i++) {
            assertEquals(updates[i], sums[i] + owed[i]);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NONE, 0, 2",
        "KEEP, 0, 6",
        "KEEP, 7, 6",
        "DECAY, 0, 6",
        "DECAY, 1, 4",
        "DECAY, 2, 3",
        "RESET, 0, 6",
        "RESET, 2, 6",
        "RESET, 3, 2"
    })
    void add_afterMissedRounds_followsTheRule(Feedback rule, int missed, float expected) {
        CodecPlan plan = Plans.feedback(CodecPlan.PLAIN, rule);
        ErrorFeedback feedback = new ErrorFeedback(plan, 1);
        feedback.add(0, new float[] {4});

        float[] sum = feedback.add(missed, new float[] {2});

        assertEquals(expected, sum[0]);
    }

    @Test
    void restored_goesOnWhereItWas() {
        CodecPlan plan = Plans.feedback(CodecPlan.PLAIN, Feedback.KEEP);
        ErrorFeedback first = new ErrorFeedback(plan, 2);
        first.add(0, new float[] {1, 2});

        ErrorFeedback second = ErrorFeedback.restored(plan, first.owed());

        assertArrayEquals(first.add(0, new float[] {3, 3}), second.add(0, new float[] {3, 3}));
    }

    @Test
    void add_negativeCountOrOtherLength_isRefused() {
        ErrorFeedback feedback = new ErrorFeedback(CodecPlan.PLAIN, 2);

        assertEquals(
                "update does not follow: values=2, expected=2, missed=-1",
                assertThrows(IllegalArgumentException.class, () -> feedback.add(-1, new float[2]))
                        .getMessage());
        assertThrows(IllegalArgumentException.class, () -> feedback.add(0, new float[3]));
        assertThrows(
                IllegalArgumentException.class,
                () -> feedback.sent(new DecodedUpdate.Dense(new float[1])));
    }
}
