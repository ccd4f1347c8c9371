package dev.gossamer.privacy.accountant;

import java.util.List;
import java.util.Set;

/** A noisy release, or several: what an accountant accounts for, as plain data. */
public sealed interface PrivacyEvent {
    /** The adjacencies under which something is known of this event. */
    Set<Adjacency> adjacencies();

    /** What accountants account for one by one: anything else is made of these. */
    sealed interface Release extends PrivacyEvent {}

    /**
     * One release of a sum with noise on it.
     *
     * <p>A noise multiplier is the noise's standard deviation over the L2 sensitivity <em>under the
     * adjacency that is asked about</em>.
     */
    sealed interface Mechanism extends Release {}

    /** Gaussian noise, that of real numbers. */
    record Gaussian(double noiseMultiplier) implements Mechanism {
        /** Checks the range. */
        public Gaussian {
            PrivacyPreconditions.noiseMultiplier(noiseMultiplier);
        }

        @Override
        public Set<Adjacency> adjacencies() {
            return Set.of(Adjacency.values());
        }
    }

    /** Discrete Gaussian noise on integers, added once by whoever releases. */
    record DiscreteGaussian(double noiseMultiplier) implements Mechanism {
        /** Checks the range. */
        public DiscreteGaussian {
            PrivacyPreconditions.noiseMultiplier(noiseMultiplier);
        }

        @Override
        public Set<Adjacency> adjacencies() {
            return Set.of(Adjacency.values());
        }
    }

    /**
     * A sum of integer vectors, each with its own discrete Gaussian noise.
     *
     * <p>Whoever is away takes noise away too, so nothing is known under add-or-remove-one.
     *
     * @param l2Sensitivity in grid steps, of the integers that are really sent
     * @param l1Sensitivity likewise
     * @param dimension of the vectors
     * @param localSigma each share's standard deviation, in grid steps
     * @param shares the fewest honest shares that a released sum may hold
     */
    record DistributedDiscreteGaussian(
            double l2Sensitivity,
            double l1Sensitivity,
            long dimension,
            double localSigma,
            int shares)
            implements Mechanism {
        /** Checks the ranges. */
        public DistributedDiscreteGaussian {
            PrivacyPreconditions.finitePositive("l2Sensitivity", l2Sensitivity);
            PrivacyPreconditions.finitePositive("l1Sensitivity", l1Sensitivity);
            PrivacyPreconditions.positive("dimension", dimension);
            PrivacyPreconditions.finitePositive("localSigma", localSigma);
            PrivacyPreconditions.positive("shares", shares);
        }

        @Override
        public Set<Adjacency> adjacencies() {
            return Set.of(Adjacency.REPLACE_WITH_ZERO, Adjacency.REPLACE_ONE);
        }
    }

    /**
     * A sum of integer vectors, each with its own Skellam noise.
     *
     * @param l2Sensitivity in grid steps, of the integers that are really sent
     * @param l1Sensitivity likewise
     * @param localVariance of each share, in squared grid steps
     * @param shares the fewest honest shares that a released sum may hold
     */
    record Skellam(double l2Sensitivity, double l1Sensitivity, double localVariance, int shares)
            implements Mechanism {
        /** Checks the ranges. */
        public Skellam {
            PrivacyPreconditions.finitePositive("l2Sensitivity", l2Sensitivity);
            PrivacyPreconditions.finitePositive("l1Sensitivity", l1Sensitivity);
            PrivacyPreconditions.finitePositive("localVariance", localVariance);
            PrivacyPreconditions.positive("shares", shares);
        }

        /** The sum's variance: Skellam noises add up to one. */
        public double variance() {
            return localVariance * shares;
        }

        @Override
        public Set<Adjacency> adjacencies() {
            return Set.of(Adjacency.REPLACE_WITH_ZERO, Adjacency.REPLACE_ONE);
        }
    }

    /**
     * A mechanism over records that each take part with the same probability, independently.
     *
     * <p>Made by {@link Sampling#charge}, which holds the conditions under which that counts.
     */
    record PoissonSampled(double rate, Mechanism mechanism) implements Release {
        /** Checks the range. */
        public PoissonSampled {
            PrivacyPreconditions.samplingRate(rate);
        }

        /** Not replace-one, where the other record may take part when the one does not. */
        @Override
        public Set<Adjacency> adjacencies() {
            Set<Adjacency> known = Adjacencies.common(List.of(mechanism));
            return Adjacencies.without(known, Adjacency.REPLACE_ONE);
        }
    }

    /** The same event, many times over, on whatever was learnt before. */
    record Repeated(PrivacyEvent event, long times) implements PrivacyEvent {
        /** Checks the count. */
        public Repeated {
            PrivacyPreconditions.positive("times", times);
        }

        @Override
        public Set<Adjacency> adjacencies() {
            return event.adjacencies();
        }
    }

    /** Events one after another, each on whatever was learnt before; none at all spends nothing. */
    record Composed(List<PrivacyEvent> events) implements PrivacyEvent {
        /** Copies the list. */
        public Composed {
            events = List.copyOf(events);
        }

        @Override
        public Set<Adjacency> adjacencies() {
            return Adjacencies.common(events);
        }
    }

    /**
     * Sums along a stream from a binary tree of noisy sums, without sampling.
     *
     * <p>A record stands in at most one leaf of each tree.
     *
     * @param leaves of one tree: its steps
     * @param restarts how often a further tree begins, in which the record stands again
     */
    record TreeAggregation(double noiseMultiplier, long leaves, int restarts)
            implements PrivacyEvent {
        /** Checks the ranges. */
        public TreeAggregation {
            PrivacyPreconditions.noiseMultiplier(noiseMultiplier);
            PrivacyPreconditions.positive("leaves", leaves);
            if (restarts < 0) {
                throw new IllegalArgumentException(
                        "out of range: restarts=" + restarts + ", bound=0 <= restarts");
            }
        }

        /**
         * How many noisy sums hold one record: the tree's height, for each tree. The noisy sums are
         * Gaussian releases that may each depend on those before.
         */
        public long releases() {
            int height = Long.SIZE - Long.numberOfLeadingZeros(leaves);
            return Math.multiplyExact(restarts + 1L, height);
        }

        @Override
        public Set<Adjacency> adjacencies() {
            return Set.of(Adjacency.REPLACE_WITH_ZERO);
        }
    }

    /** A release without any noise: from here on, nothing is protected. */
    record NonPrivate() implements Release {
        @Override
        public Set<Adjacency> adjacencies() {
            return Set.of(Adjacency.values());
        }
    }
}
