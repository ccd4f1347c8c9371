package dev.gossamer.client.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;

class LinearProbeTest {
    private static final int ROWS = 300;

    @Test
    void train_separableClasses_learnsThem() {
        int[] labels = labels();

        LinearProbe probe = LinearProbe.train(features(labels, 3), labels, 3, 200, 1e-3);

        assertEquals(1.0, probe.accuracy(features(labels, 3), labels));
    }

    @Test
    void head_onFeaturesAsTheyAre_scoresAsTheProbeDoes() {
        int[] labels = labels();
        float[] features = features(labels, 0.3);
        LinearProbe probe = LinearProbe.train(features, labels, 3, 200, 1e-3);

        float[] head = probe.head();

        int correct = 0;
        for (int i = 0; i < ROWS; i++) {
            double best = Double.NEGATIVE_INFINITY;
            int predicted = -1;
            for (int c = 0; c < 3; c++) {
                double score = head[3 * 4 + c];
                for (int j = 0; j < 4; j++) {
                    score += (double) head[c * 4 + j] * features[i * 4 + j];
                }
                predicted = score > best ? c : predicted;
                best = Math.max(best, score);
            }
            correct += predicted == labels[i] ? 1 : 0;
        }
        assertEquals(probe.accuracy(features, labels), (double) correct / ROWS);
        assertTrue(correct < ROWS, "too easy to tell anything");
    }

    /** Without signal, accuracy on fresh rows is a third: 5 standard errors, chance below 1e-6. */
    @Test
    void train_featuresWithoutSignal_staysAtChance() {
        int[] labels = labels();
        LinearProbe probe = LinearProbe.train(features(labels, 0), labels, 3, 200, 1e-3);
        float[] fresh = new float[ROWS * 4];
        CounterRandom random = CounterRandom.of(9, "fresh", 0, "");
        for (int i = 0; i < fresh.length; i++) {
            fresh[i] = (float) random.nextGaussian();
        }

        double accuracy = probe.accuracy(fresh, labels);

        assertTrue(Math.abs(accuracy - 1.0 / 3) < 5 * Math.sqrt(2.0 / 9 / ROWS), "" + accuracy);
    }

    private static int[] labels() {
        int[] labels = new int[ROWS];
        for (int i = 0; i < ROWS; i++) {
            labels[i] = i % 3;
        }
        return labels;
    }

    private static float[] features(int[] labels, double signal) {
        CounterRandom random = CounterRandom.of(4, "features", 0, "");
        float[] features = new float[ROWS * 4];
        for (int i = 0; i < features.length; i++) {
            double mean = labels[i / 4] == i % 4 ? 4 * signal : 0;
            features[i] = (float) (mean + random.nextGaussian());
        }
        return features;
    }
}
