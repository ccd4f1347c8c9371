package dev.gossamer.protocols.aggregate;

import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.RobustPlan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A mean of updates that some clients may not have meant well: an explicit alternative to secure
 * aggregation, since it looks at each update by itself.
 *
 * <p>Every client counts the same, since a weight is a client's own claim. {@code attackers} is how
 * many a rule has to withstand; a rule refuses a population with which it cannot. Updates come in
 * an order that does not hang on arrival, and are only read; sums are taken in that order.
 */
public sealed interface RobustRule {
    /**
     * The rule that {@code plan} names; empty for the mean.
     *
     * @param seed deals buckets
     */
    static Optional<RobustRule> of(RobustPlan plan, long seed) {
        return switch (plan.rule()) {
            case NONE -> Optional.empty();
            case NORM_BOUND -> Optional.of(new NormBound(plan.bound()));
            case COORDINATE_MEDIAN -> Optional.of(new CoordinateMedian(plan.attackers()));
            case TRIMMED_MEAN -> Optional.of(new TrimmedMean(plan.attackers()));
            case KRUM -> Optional.of(new Krum(plan.attackers()));
            case MULTI_KRUM -> Optional.of(new Krum(plan.attackers(), plan.kept()));
            case GEOMETRIC_MEDIAN ->
                    Optional.of(
                            new GeometricMedian(
                                    plan.attackers(), plan.steps(), GeometricMedian.SMOOTHING));
            case CENTRED_CLIPPING ->
                    Optional.of(
                            new CentredClipping(
                                    plan.attackers(),
                                    plan.bound(),
                                    plan.steps(),
                                    plan.bucket(),
                                    seed));
        };
    }

    /** The name in a run file. */
    String name();

    /** The fewest updates that the rule can serve. */
    int least();

    /** The aggregate of {@code updates}, all of one length and at least {@link #least}. */
    double[] combine(List<double[]> updates);

    /** Holds {@code updates} to the rule's population. */
    private static void requireEnough(RobustRule rule, List<double[]> updates) {
        if (updates.size() < rule.least()) {
            throw new IllegalArgumentException(
                    "too few updates for the rule: rule="
                            + rule.name()
                            + ", updates="
                            + updates.size()
                            + ", bound="
                            + rule.least());
        }
        for (double[] update : updates) {
            if (update.length != updates.getFirst().length) {
                throw new IllegalArgumentException(
                        "updates differ in length: values="
                                + update.length
                                + ", expected="
                                + updates.getFirst().length);
            }
        }
    }

    private static void requireAttackers(int attackers) {
        if (attackers < 0 || attackers > (1 << 20)) {
            throw new IllegalArgumentException(
                    "out of range: attackers=" + attackers + ", bound=0.." + (1 << 20));
        }
    }

    private static void requirePositive(String name, double value) {
        if (!(value > 0) || !Double.isFinite(value)) {
            throw new IllegalArgumentException("not above 0: " + name + "=" + value);
        }
    }

    /**
     * The mean of updates that are each scaled to a bound where they are longer.
     *
     * @param bound of the Euclidean norm, above 0
     */
    record NormBound(double bound) implements RobustRule {
        /** A bound above 0. */
        public NormBound {
            requirePositive("bound", bound);
        }

        @Override
        public String name() {
            return "norm-bound";
        }

        @Override
        public int least() {
            return 1;
        }

        @Override
        public double[] combine(List<double[]> updates) {
            requireEnough(this, updates);
            double[] center = new double[updates.getFirst().length];
            return Vectors.clippedMean(updates, center, bound);
        }
    }

    /**
     * The median of each coordinate (Yin et al., arXiv 1803.01498).
     *
     * @param attackers fewer than half
     */
    record CoordinateMedian(int attackers) implements RobustRule {
        /** A count that is none or more. */
        public CoordinateMedian {
            requireAttackers(attackers);
        }

        @Override
        public String name() {
            return "coordinate-median";
        }

        @Override
        public int least() {
            return 2 * attackers + 1;
        }

        @Override
        public double[] combine(List<double[]> updates) {
            requireEnough(this, updates);
            return Vectors.median(updates);
        }
    }

    /**
     * The mean of each coordinate without its {@code attackers} lowest and highest values (Yin et
     * al., arXiv 1803.01498).
     */
    record TrimmedMean(int attackers) implements RobustRule {
        /** A count that is none or more. */
        public TrimmedMean {
            requireAttackers(attackers);
        }

        @Override
        public String name() {
            return "trimmed-mean";
        }

        @Override
        public int least() {
            return 2 * attackers + 1;
        }

        @Override
        public double[] combine(List<double[]> updates) {
            requireEnough(this, updates);
            return Vectors.trimmedMean(updates, attackers);
        }
    }

    /**
     * The mean of the {@code kept} updates that lie closest to their {@code n - attackers - 2}
     * nearest others (Blanchard et al., 2017): one is Krum, more are Multi-Krum.
     *
     * @param kept at least 1; at most {@code n - attackers - 2}
     */
    record Krum(int attackers, int kept) implements RobustRule {
        /** Counts within their ranges. */
        public Krum {
            requireAttackers(attackers);
            if (kept < 1) {
                throw new IllegalArgumentException("nothing kept: kept=" + kept + ", bound=1");
            }
        }

        /** Krum itself. */
        public Krum(int attackers) {
            this(attackers, 1);
        }

        @Override
        public String name() {
            return kept == 1 ? "krum" : "multi-krum";
        }

        /** Each needs honest neighbours in the majority: n ≥ 2 f + 3. */
        @Override
        public int least() {
            return Math.max(2 * attackers + 3, attackers + 2 + kept);
        }

        @Override
        public double[] combine(List<double[]> updates) {
            requireEnough(this, updates);
            double[] scores = scores(updates);
            List<double[]> chosen =
                    IntStream.range(0, scores.length)
                            .boxed()
                            .sorted((i, j) -> Double.compare(scores[i], scores[j]))
                            .limit(kept)
                            .sorted()
                            .map(updates::get)
                            .toList();
            return Vectors.mean(chosen);
        }

        private double[] scores(List<double[]> updates) {
            int count = updates.size();
            double[][] distances = new double[count][count];
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < i; j++) {
                    double squared = Vectors.squaredDistance(updates.get(i), updates.get(j));
                    distances[i][j] = squared;
                    distances[j][i] = squared;
                }
            }
            double[] scores = new double[count];
            for (int i = 0; i < count; i++) {
                Arrays.sort(distances[i]);
                // The first is the distance to itself.
                for (int j = 1; j <= count - attackers - 2; j++) {
                    scores[i] += distances[i][j];
                }
            }
            return scores;
        }
    }

    /**
     * The point of least summed distance, by smoothed Weiszfeld steps (Pillutla et al., arXiv
     * 1912.13445).
     *
     * @param attackers fewer than half
     * @param steps at least 1
     * @param smoothing distances below it count as it, above 0
     */
    record GeometricMedian(int attackers, int steps, double smoothing) implements RobustRule {
        private static final double SMOOTHING = 1e-6;

        /** Numbers within their ranges. */
        public GeometricMedian {
            requireAttackers(attackers);
            requirePositive("steps", steps);
            requirePositive("smoothing", smoothing);
        }

        /** The paper finds three steps to be enough; these start at the coordinates' median. */
        public GeometricMedian(int attackers) {
            this(attackers, 32, SMOOTHING);
        }

        @Override
        public String name() {
            return "geometric-median";
        }

        @Override
        public int least() {
            return 2 * attackers + 1;
        }

        @Override
        public double[] combine(List<double[]> updates) {
            requireEnough(this, updates);
            double[] point = Vectors.median(updates);
            for (int step = 0; step < steps; step++) {
                double[] weights = new double[updates.size()];
                for (int i = 0; i < weights.length; i++) {
                    double distance = Math.sqrt(Vectors.squaredDistance(updates.get(i), point));
                    weights[i] = 1 / Math.max(smoothing, distance);
                }
                point = Vectors.mean(updates, Shares.of(weights));
            }
            return point;
        }
    }

    /**
     * Steps towards the mean of clipped differences, over means of small random buckets
     * (Karimireddy et al., arXiv 2012.10333 and 2006.09365): buckets even out honest clients that
     * differ.
     *
     * @param attackers each spoils one bucket at most, and those have to stay the minority
     * @param radius what differences from the centre are clipped to, above 0
     * @param steps at least 1
     * @param bucket updates averaged into one, at least 1
     * @param seed deals the buckets; the coordinator's own, or attackers could choose theirs
     */
    record CentredClipping(int attackers, double radius, int steps, int bucket, long seed)
            implements RobustRule {
        /** Numbers within their ranges. */
        public CentredClipping {
            requireAttackers(attackers);
            requirePositive("radius", radius);
            requirePositive("steps", steps);
            requirePositive("bucket", bucket);
        }

        @Override
        public String name() {
            return "centred-clipping";
        }

        /** Buckets with an attacker are fewer than half of all buckets. */
        @Override
        public int least() {
            return 2 * attackers * bucket + 1;
        }

        @Override
        public double[] combine(List<double[]> updates) {
            requireEnough(this, updates);
            List<double[]> buckets = buckets(updates);
            double[] center = Vectors.median(buckets);
            for (int step = 0; step < steps; step++) {
                center = Vectors.clippedMean(buckets, center, radius);
            }
            return center;
        }

        private List<double[]> buckets(List<double[]> updates) {
            List<double[]> dealt = new ArrayList<>(updates);
            CounterRandom coins = CounterRandom.of(seed, "buckets", 0, "");
            for (int i = dealt.size() - 1; i > 0; i--) {
                Collections.swap(dealt, i, coins.nextInt(i + 1));
            }
            List<double[]> means = new ArrayList<>();
            for (int from = 0; from < dealt.size(); from += bucket) {
                means.add(Vectors.mean(dealt.subList(from, Math.min(dealt.size(), from + bucket))));
            }
            return means;
        }
    }
}
