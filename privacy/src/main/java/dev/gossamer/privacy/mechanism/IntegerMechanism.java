package dev.gossamer.privacy.mechanism;

/** The laws that integer noise can have. */
public enum IntegerMechanism {
    /** {@link DiscreteGaussian}: as private as the continuous one, but sums have another law. */
    DISCRETE_GAUSSIAN {
        @Override
        public IntegerNoise ofVariance(double variance) {
            return DiscreteGaussian.ofVariance(variance);
        }

        @Override
        double largestVariance() {
            return DiscreteGaussian.LARGEST_VARIANCE;
        }
    },

    /** {@link Skellam}: its sums are Skellam too, so that dropouts only change the variance. */
    SKELLAM {
        @Override
        public IntegerNoise ofVariance(double variance) {
            return Skellam.ofVariance(variance);
        }

        @Override
        double largestVariance() {
            return Skellam.LARGEST_VARIANCE;
        }
    };

    /** The law of this parameter, {@link IntegerNoise#variance}. */
    public abstract IntegerNoise ofVariance(double variance);

    abstract double largestVariance();
}
