package dev.gossamer.client.train;

/** Where each step of a training gets its gradient from. */
interface StepGradient {
    /**
     * What a gradient was taken of.
     *
     * @param loss of the rows before the step, in nats; 0 where it is nobody's to know
     * @param tokens of the rows
     */
    record Drawn(double loss, long tokens) {}

    /**
     * Draws the rows of {@code step} and overwrites {@code gradient} with theirs.
     *
     * @param step counted from 0 over all rounds
     * @param values in layout order, only read
     */
    Drawn next(int step, float[] values, float[] gradient);

    /** How far the order of rows was followed; {@code START} where there is none. */
    TrainingState.Position position();
}
