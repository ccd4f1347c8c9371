package dev.gossamer.client.train;

/**
 * The learning rate's course over the steps of a whole training, as a factor of its highest value.
 *
 * <p>It knows nothing but the number of the step, so that a round of many can ask for its own.
 *
 * @param warmupSteps over which the factor rises to 1 in equal parts
 * @param totalSteps after which a falling factor is 0; at least 1
 */
public record Schedule(Shape shape, int warmupSteps, int totalSteps) {
    /** What the factor does after it has risen. */
    public enum Shape {
        /** Stays. */
        CONSTANT,
        /** Falls to 0 in equal parts. */
        LINEAR,
        /** Falls to 0 as half a cosine. */
        COSINE
    }

    /** A schedule whose numbers fit together. */
    public Schedule {
        if (warmupSteps < 0 || totalSteps < 1 || warmupSteps > totalSteps) {
            throw new IllegalArgumentException(
                    "bad schedule: warmupSteps=" + warmupSteps + ", totalSteps=" + totalSteps);
        }
    }

    /** A factor of 1 throughout. */
    public static Schedule constant() {
        return new Schedule(Shape.CONSTANT, 0, 1);
    }

    /**
     * The factor at {@code step}, in [0, 1].
     *
     * @param step counted from 0 over all rounds
     */
    public double factor(int step) {
        if (step < warmupSteps) {
            return (step + 1.0) / warmupSteps;
        }
        double done =
                Math.min(1, (step - warmupSteps) / (double) Math.max(1, totalSteps - warmupSteps));
        return switch (shape) {
            case CONSTANT -> 1;
            case LINEAR -> 1 - done;
            case COSINE -> (1 + StrictMath.cos(Math.PI * done)) / 2;
        };
    }
}
