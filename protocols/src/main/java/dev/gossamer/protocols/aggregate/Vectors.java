package dev.gossamer.protocols.aggregate;

import java.util.Arrays;
import java.util.List;

/** Means and distances of whole updates, summed in the order of the updates. */
final class Vectors {
    private Vectors() {}

    static double[] mean(List<double[]> vectors) {
        double[] equal = new double[vectors.size()];
        Arrays.fill(equal, 1.0 / equal.length);
        return mean(vectors, equal);
    }

    static double[] mean(List<double[]> vectors, double[] shares) {
        double[] mean = new double[vectors.getFirst().length];
        for (int v = 0; v < shares.length; v++) {
            double[] vector = vectors.get(v);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += shares[v] * vector[i];
            }
        }
        return mean;
    }

    static double squaredDistance(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            double difference = one[i] - other[i];
            sum += difference * difference;
        }
        return sum;
    }

    /** {@code center} plus the mean of the differences from it, each clipped to {@code radius}. */
    static double[] clippedMean(List<double[]> vectors, double[] center, double radius) {
        double[] moved = center.clone();
        for (double[] vector : vectors) {
            double norm = Math.sqrt(squaredDistance(vector, center));
            double scale = (norm > radius ? radius / norm : 1) / vectors.size();
            for (int i = 0; i < moved.length; i++) {
                moved[i] += scale * (vector[i] - center[i]);
            }
        }
        return moved;
    }

    /** Each coordinate's median: a start that no minority can put where it wants. */
    static double[] median(List<double[]> vectors) {
        return trimmedMean(vectors, (vectors.size() - 1) / 2);
    }

    /** Each coordinate's mean without its {@code trimmed} lowest and highest values. */
    static double[] trimmedMean(List<double[]> vectors, int trimmed) {
        int count = vectors.size();
        double[] mean = new double[vectors.getFirst().length];
        double[] column = new double[count];
        for (int i = 0; i < mean.length; i++) {
            for (int v = 0; v < count; v++) {
                column[v] = vectors.get(v)[i];
            }
            Arrays.sort(column);
            double sum = 0;
            for (int v = trimmed; v < count - trimmed; v++) {
                sum += column[v];
            }
            mean[i] = sum / (count - 2 * trimmed);
        }
        return mean;
    }
}
