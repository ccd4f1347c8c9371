package dev.gossamer.client.export;

import dev.gossamer.client.weights.StoredTensor;
import dev.gossamer.client.weights.WeightsFormatException;

/** The reader of trained tensors, whose values must all be numbers. */
final class FiniteTensor {
    private FiniteTensor() {}

    /**
     * The values of a matrix.
     *
     * @throws WeightsFormatException if it has other sides or a value that is no number
     */
    static float[] values(StoredTensor tensor, int rows, int columns) {
        float[] values = tensor.matrix(rows, columns).toArray();
        requireFinite(tensor, values);
        return values;
    }

    /**
     * The values of a vector.
     *
     * @throws WeightsFormatException if it has another length or a value that is no number
     */
    static float[] values(StoredTensor tensor, int size) {
        float[] values = tensor.vector(size);
        requireFinite(tensor, values);
        return values;
    }

    private static void requireFinite(StoredTensor tensor, float[] values) {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new WeightsFormatException(
                        "value is not finite: file="
                                + tensor.source()
                                + ", tensor="
                                + tensor.name()
                                + ", value="
                                + value);
            }
        }
    }
}
