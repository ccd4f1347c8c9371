package dev.gossamer.client.train;

/**
 * All that a training needs to go on.
 *
 * @param step how many steps were taken over all rounds
 * @param position in the order of the rows
 * @param values belong to this object
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
public record TrainingState(
        int step, Position position, float[] values, Optimizer.State optimizer) {
    /**
     * How far an order of rows was followed.
     *
     * @param epoch the one that is under way, from 0
     * @param next how many of its rows were drawn
     */
    public record Position(int epoch, int next) {
        /** Where every order begins. */
        public static final Position START = new Position(0, 0);

        /** A position within an order. */
        public Position {
            if (epoch < 0 || next < 0) {
                throw new IllegalArgumentException(
                        "bad position: epoch=" + epoch + ", next=" + next);
            }
        }
    }
}
