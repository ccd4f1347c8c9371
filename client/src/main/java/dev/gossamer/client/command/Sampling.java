package dev.gossamer.client.command;

import dev.gossamer.protocols.random.CounterRandom;

import java.util.stream.IntStream;

/**
 * How the next token is chosen from its scores: the highest at temperature 0, else by chance among
 * the fewest most likely tokens that hold a share of the probability (arXiv 1904.09751).
 */
final class Sampling {
    private final double temperature;
    private final double topP;
    private final CounterRandom coins;

    /**
     * A choice.
     *
     * @param temperature divides the scores; 0 is greedy
     * @param topP the share, in (0, 1]
     */
    Sampling(double temperature, double topP, long seed) {
        if (!(temperature >= 0) || !Double.isFinite(temperature)) {
            throw new IllegalArgumentException(
                    "out of range: --temperature=" + temperature + ", bound=0");
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("out of range: --top-p=" + topP + ", bound=(0,1]");
        }
        this.temperature = temperature;
        this.topP = topP;
        coins = CounterRandom.of(seed, "generate", 0, "");
    }

    /** The token chosen by {@code scores}. */
    int choose(float[] scores) {
        int best = 0;
        for (int i = 1; i < scores.length; i++) {
            best = scores[i] > scores[best] ? i : best;
        }
        return temperature == 0 ? best : draw(scores, scores[best]);
    }

    private int draw(float[] scores, float highest) {
        double[] shares = new double[scores.length];
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
            shares[i] = StrictMath.exp((scores[i] - highest) / temperature);
            sum += shares[i];
        }
        int[] order =
                IntStream.range(0, scores.length)
                        .boxed()
                        .sorted((a, b) -> Double.compare(shares[b], shares[a]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        double nucleus = 0;
        int count = 0;
        while (count < order.length && nucleus < topP * sum) {
            nucleus += shares[order[count++]];
        }
        double coin = coins.nextDouble() * nucleus;
        for (int i = 0; i < count; i++) {
            coin -= shares[order[i]];
            if (coin < 0) {
                return order[i];
            }
        }
        return order[count - 1];
    }
}
