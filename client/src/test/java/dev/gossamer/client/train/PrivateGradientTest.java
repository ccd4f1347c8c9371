package dev.gossamer.client.train;

import static dev.gossamer.client.train.PointsModel.row;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.data.Rows;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.TinyHeads;
import dev.gossamer.client.model.TinyTransformers;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

class PrivateGradientTest {
    private final PrivateGradient step = new PrivateGradient(1);

    /** At the origin the gradients are (-3, -4) of norm 5, and (0, -0.0). */
    @Test
    void sum_longGradients_areClippedAndShortOnesKept() {
        long[] sum = new long[2];

        PrivateGradient.Sum result =
                step.sum(
                        new PointsModel(2),
                        new float[2],
                        List.of(row(3, 4), row(0, 0), row(3, 4)),
                        sum);

        assertEquals(-1.2, sum[0] * step.unit(), 1e-6);
        assertEquals(-1.6, sum[1] * step.unit(), 1e-6);
        assertEquals(3, result.examples());
        assertEquals(2, result.clipped());
        assertEquals(25, result.lossSum(), 1e-9);
    }

    @Test
    void sum_emptyBatch_isZero() {
        long[] sum = {7, 7};

        PrivateGradient.Sum result = step.sum(new PointsModel(2), new float[2], List.of(), sum);

        assertArrayEquals(new long[2], sum);
        assertEquals(new PrivateGradient.Sum(0, 0, 0), result);
    }

    @Test
    void sum_exampleThatIsNoNumber_changesNothing() {
        long[] sum = new long[1];

        step.sum(new PointsModel(1), new float[] {Float.NaN}, List.of(row(1)), sum);

        assertArrayEquals(new long[1], sum);
    }

    /** Gradients of huge, tiny and ordinary norms, in many values: no integer norm is longer. */
    @Test
    void sum_ofOneExample_isNeverLongerThanTheBound() {
        CounterRandom random = CounterRandom.of(11, "test", 0, "");
        for (int size : new int[] {1, 2, 3, 1000, 40_000}) {
            for (double norm : new double[] {1e-30, 0.5, 0.999999, 1, 1.000001, 3, 1e30}) {
                float[] at = new float[size];
                double length = 0;
                for (int i = 0; i < size; i++) {
                    at[i] = (float) random.nextGaussian();
                    length += (double) at[i] * at[i];
                }
                for (int i = 0; i < size; i++) {
                    at[i] *= (float) (norm / Math.sqrt(length));
                }
                long[] sum = new long[size];

                step.sum(new PointsModel(size), at, List.of(row(new int[size])), sum);

                BigInteger squares = BigInteger.ZERO;
                for (long value : sum) {
                    squares = squares.add(BigInteger.valueOf(value).pow(2));
                }
                BigInteger bound = BigInteger.valueOf(PrivateGradient.UNITS).pow(2);
                assertTrue(squares.compareTo(bound) <= 0, "size=" + size + ", norm=" + norm);
                if (norm >= 1) {
                    // Clipping costs next to nothing: half of the root of the size, in units.
                    double least = 1 - (Math.sqrt(size) + 3) / PrivateGradient.UNITS;
                    assertTrue(Math.sqrt(squares.doubleValue()) >= least * PrivateGradient.UNITS);
                }
            }
        }
    }

    /** One example more or less changes the integers by no more than the bound. */
    @Test
    void sum_withoutOneExample_movesByAtMostTheBound() {
        Transformer base = TinyTransformers.bert(1);
        Head head = TinyHeads.token(base, 2);
        AdaptedModel model = TrainerTest.model(base, head);
        List<Example> rows = TinyHeads.rows(head, 3, 5, 9, 4, 7, 6);
        float[] values = TinyTransformers.values(model.layout().size(), 0.3, 4);
        long[] all = new long[values.length];
        PrivateGradient tight = new PrivateGradient(0.05);
        PrivateGradient.Sum result = tight.sum(model, values, rows, all);

        assertEquals(5, result.clipped());
        for (int left = 0; left < rows.size(); left++) {
            List<Example> others = new ArrayList<>(rows);
            others.remove(left);
            long[] sum = new long[values.length];
            tight.sum(model, values, others, sum);
            double squares = 0;
            for (int i = 0; i < sum.length; i++) {
                squares += Math.pow((double) sum[i] - all[i], 2);
            }
            assertEquals((double) PrivateGradient.UNITS, Math.sqrt(squares), 20);
            assertTrue(Math.sqrt(squares) <= PrivateGradient.UNITS);
        }
    }

    /**
     * 10,000 coins at rate 0.25: 2,500 rows with a deviation of 43.3; five deviations are missed
     * once in a million seeds, and this seed is fixed.
     */
    @Test
    void next_manyRows_joinAtTheRate() {
        CounterRandom coins = CounterRandom.of(7, "test", 0, "");
        List<Example> rows = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            rows.add(row(i));
        }
        PoissonBatches batches = new PoissonBatches(Rows.of(rows), 0.25, coins::nextDouble);

        assertEquals(2500, batches.next(0).size(), 217);
    }

    @Test
    void next_rowsThatAllStayOut_areAnEmptyBatch() {
        PoissonBatches batches = new PoissonBatches(Rows.of(List.of(row(1))), 0.5, () -> 0.75);

        assertEquals(List.of(), batches.next(0));
    }

    @Test
    void bounds_outOfRange_refused() {
        assertThrows(IllegalArgumentException.class, () -> new PrivateGradient(0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new PoissonBatches(Rows.of(List.of()), 0, () -> 0));
    }
}
