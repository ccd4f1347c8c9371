package dev.gossamer.client.tensor;

/**
 * A linear classifier on pooled rows, in double precision: a thousandth of the step's work.
 *
 * @param offset where the head's weight {@code [classes × hidden]}, then its bias, begin
 */
record ClassifierHead(int offset, int classes, int hidden) {
    /**
     * What the head leaves for the encoder.
     *
     * @param loss this part's share of the batch's mean
     * @param pooled gradient, {@code [rows × hidden]}
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Gradient(double loss, float[] pooled) {}

    /** The class scores, {@code [rows × classes]}. */
    float[] logits(float[] pooled, float[] values) {
        int rows = pooled.length / hidden;
        float[] all = new float[rows * classes];
        double[] logits = new double[classes];
        for (int row = 0; row < rows; row++) {
            logits(pooled, row, values, logits);
            for (int c = 0; c < classes; c++) {
                all[row * classes + c] = (float) logits[c];
            }
        }
        return all;
    }

    private void logits(float[] pooled, int row, float[] values, double[] logits) {
        for (int c = 0; c < classes; c++) {
            double sum = values[offset + classes * hidden + c];
            for (int i = 0; i < hidden; i++) {
                sum += (double) values[offset + c * hidden + i] * pooled[row * hidden + i];
            }
            logits[c] = sum;
        }
    }

    /** Loss and gradients; the head's own are added to {@code gradient}. */
    Gradient backward(
            float[] pooled, PackedRows batch, float[] values, int batchSize, float[] gradient) {
        double loss = 0;
        float[] dPooled = new float[pooled.length];
        double[] logits = new double[classes];
        double[] sums = new double[classes * (hidden + 1)];
        for (int row = 0; row < batch.examples().size(); row++) {
            int label = batch.examples().get(row).label();
            logits(pooled, row, values, logits);
            loss += crossEntropyInPlace(logits, label) / batchSize;
            rowBackward(pooled, row, logits, values, batchSize, dPooled, sums);
        }
        for (int i = 0; i < sums.length; i++) {
            gradient[offset + i] += (float) sums[i];
        }
        return new Gradient(loss, dPooled);
    }

    private void rowBackward(
            float[] pooled,
            int row,
            double[] dLogits,
            float[] values,
            int batchSize,
            float[] dPooled,
            double[] sums) {
        double[] d = new double[hidden];
        for (int c = 0; c < classes; c++) {
            double g = dLogits[c] / batchSize;
            for (int i = 0; i < hidden; i++) {
                sums[c * hidden + i] += g * pooled[row * hidden + i];
                d[i] += g * values[offset + c * hidden + i];
            }
            sums[classes * hidden + c] += g;
        }
        for (int i = 0; i < hidden; i++) {
            dPooled[row * hidden + i] = (float) d[i];
        }
    }

    /** The loss of the logits, which become their gradient. */
    private static double crossEntropyInPlace(double[] logits, int label) {
        double max = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (double logit : logits) {
            sum += StrictMath.exp(logit - max);
        }
        double loss = max + StrictMath.log(sum) - logits[label];
        for (int c = 0; c < logits.length; c++) {
            logits[c] = StrictMath.exp(logits[c] - max) / sum - (c == label ? 1 : 0);
        }
        return loss;
    }
}
