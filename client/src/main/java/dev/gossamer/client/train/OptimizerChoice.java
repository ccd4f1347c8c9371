package dev.gossamer.client.train;

/** Which optimiser trains, with its settings. */
public sealed interface OptimizerChoice {
    /** A fresh optimiser for {@code size} values. */
    Optimizer fresh(int size);

    /**
     * AdamW with betas 0.9 and 0.999 and epsilon 1e-8.
     *
     * @param weightDecay decoupled, at least 0
     */
    record Adam(double weightDecay) implements OptimizerChoice {
        /** A decay of at least 0. */
        public Adam {
            requireDecay(weightDecay);
        }

        @Override
        public Optimizer fresh(int size) {
            return new AdamW(size, weightDecay);
        }
    }

    /**
     * Gradient descent with momentum.
     *
     * @param momentum in [0, 1)
     * @param weightDecay added to the gradient, at least 0
     */
    record GradientDescent(double momentum, double weightDecay) implements OptimizerChoice {
        /** Settings within their ranges. */
        public GradientDescent {
            requireDecay(weightDecay);
            if (!(momentum >= 0 && momentum < 1)) {
                throw new IllegalArgumentException(
                        "momentum out of range: momentum=" + momentum + ", bound=[0,1)");
            }
        }

        @Override
        public Optimizer fresh(int size) {
            return new Sgd(size, momentum, weightDecay);
        }
    }

    private static void requireDecay(double weightDecay) {
        if (!(weightDecay >= 0) || !Double.isFinite(weightDecay)) {
            throw new IllegalArgumentException(
                    "weight decay out of range: weightDecay=" + weightDecay + ", bound=0");
        }
    }
}
