package dev.gossamer.simulations.data;

import dev.gossamer.protocols.random.CounterRandom;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * A label-skewed way to deal rows out to clients: each class is shared out by its own draw from a
 * symmetric Dirichlet distribution over the clients.
 *
 * <p>At small {@code alpha} a client sees few classes; at large {@code alpha} all see the same.
 * Afterwards a client with fewer than {@code minimumRows} takes rows from whoever has most then, so
 * that every client can train; with many clients this makes the sizes more even than the draw.
 *
 * @param alpha concentration, above 0
 * @param minimumRows what every client has at least
 */
public record DirichletPartition(int clients, double alpha, int minimumRows) {
    /** A partition over at least one client. */
    public DirichletPartition {
        if (clients < 1 || !(alpha > 0) || Double.isInfinite(alpha) || minimumRows < 0) {
            throw new IllegalArgumentException(
                    "bad partition: clients="
                            + clients
                            + ", alpha="
                            + alpha
                            + ", minimumRows="
                            + minimumRows);
        }
    }

    /**
     * Deals every row to exactly one client.
     *
     * @param label a row's class; classes are dealt in the order in which they first appear
     * @return one list for each client
     */
    public <T> List<List<T>> deal(List<T> rows, Function<T, ?> label, long seed) {
        if ((long) clients * minimumRows > rows.size()) {
            throw new IllegalArgumentException(
                    "too few rows: rows="
                            + rows.size()
                            + ", clients="
                            + clients
                            + ", minimumRows="
                            + minimumRows);
        }
        List<List<T>> dealt = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            dealt.add(new ArrayList<>());
        }
        List<?> classes = rows.stream().map(label).distinct().toList();
        for (int i = 0; i < classes.size(); i++) {
            Object wanted = classes.get(i);
            CounterRandom random = CounterRandom.of(seed, "dirichlet", i, "");
            List<T> ofClass = rows.stream().filter(r -> label.apply(r).equals(wanted)).toList();
            dealClass(ofClass, random, dealt);
        }
        fillUp(dealt, CounterRandom.of(seed, "dirichlet-minimum", 0, ""));
        return dealt.stream().map(List::copyOf).toList();
    }

    private <T> void dealClass(List<T> rows, CounterRandom random, List<List<T>> dealt) {
        double[] shares = shares(random);
        int[] order = random.permutation(rows.size());
        double cumulative = 0;
        int next = 0;
        for (int client = 0; client < clients; client++) {
            cumulative += shares[client];
            // The last client takes what rounding left over.
            int end =
                    client == clients - 1
                            ? rows.size()
                            : (int) Math.min(rows.size(), Math.round(cumulative * rows.size()));
            while (next < end) {
                dealt.get(client).add(rows.get(order[next++]));
            }
        }
    }

    private <T> void fillUp(List<List<T>> dealt, CounterRandom random) {
        for (List<T> poor : dealt) {
            while (poor.size() < minimumRows) {
                List<T> rich =
                        dealt.stream().max(Comparator.comparingInt(List::size)).orElseThrow();
                poor.add(rich.remove(random.nextInt(rich.size())));
            }
        }
    }

    /**
     * A draw from the Dirichlet distribution: gamma variables over their sum, in logarithms,
     * because at alpha 0.01 almost all of them are too small for a double.
     */
    double[] shares(CounterRandom random) {
        double[] shares = new double[clients];
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < clients; i++) {
            shares[i] = logGamma(alpha, random);
            largest = Math.max(largest, shares[i]);
        }
        double sum = 0;
        for (int i = 0; i < clients; i++) {
            shares[i] = StrictMath.exp(shares[i] - largest);
            sum += shares[i];
        }
        for (int i = 0; i < clients; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    /** The logarithm of a gamma variable; below shape 1 by that of shape + 1 and one more coin. */
    private static double logGamma(double shape, CounterRandom random) {
        if (shape < 1) {
            double boost = StrictMath.log(1 - random.nextDouble()) / shape;
            return StrictMath.log(gammaAboveOne(shape + 1, random)) + boost;
        }
        return StrictMath.log(gammaAboveOne(shape, random));
    }

    /**
     * A gamma variable of shape at least 1 (Marsaglia and Tsang, A simple method for generating
     * gamma variables, ACM TOMS 26, 2000); more than nine of ten proposals are accepted.
     */
    private static double gammaAboveOne(double shape, CounterRandom random) {
        double d = shape - 1.0 / 3;
        double c = 1 / StrictMath.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = 1 + c * x;
            if (v > 0) {
                double cubed = v * v * v;
                double u = 1 - random.nextDouble();
                if (StrictMath.log(u) < x * x / 2 + d - d * cubed + d * StrictMath.log(cubed)) {
                    return d * cubed;
                }
            }
        }
    }
}
