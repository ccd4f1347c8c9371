package dev.gossamer.simulations.bench;

import dev.gossamer.privacy.mechanism.NoiseCoins;

import java.math.BigInteger;

/**
 * The discrete Gaussian as its authors print it, by Bernoulli trials of rational probabilities
 * (Canonne, Kamath and Steinke, 2020, algorithms 1 to 3): the baseline of the product's sampler.
 */
final class RationalGaussian {
    private final BigInteger sigma2;
    private final BigInteger scale;

    /** The law of an integer sigma, at least 1. */
    RationalGaussian(int sigma) {
        sigma2 = BigInteger.valueOf(sigma).pow(2);
        scale = BigInteger.valueOf(sigma + 1L);
    }

    /** A discrete Laplace integer y, kept with exp(-(|y| - sigma^2 / t)^2 / (2 sigma^2)). */
    long sample(NoiseCoins coins) {
        BigInteger denominator = sigma2.multiply(scale).multiply(scale).shiftLeft(1);
        while (true) {
            BigInteger proposal = laplace(coins);
            BigInteger distance = proposal.abs().multiply(scale).subtract(sigma2);
            if (isExpMinus(distance.multiply(distance), denominator, coins)) {
                return proposal.longValueExact();
            }
        }
    }

    private BigInteger laplace(NoiseCoins coins) {
        while (true) {
            BigInteger part = below(scale, coins);
            if (isExpMinus(part, scale, coins)) {
                long whole = 0;
                while (isExpMinus(BigInteger.ONE, BigInteger.ONE, coins)) {
                    whole++;
                }
                BigInteger magnitude = part.add(scale.multiply(BigInteger.valueOf(whole)));
                boolean isNegative = (coins.next() & 1) == 1;
                if (!isNegative) {
                    return magnitude;
                }
                if (magnitude.signum() > 0) {
                    return magnitude.negate();
                }
            }
        }
    }

    /** True with probability exp(-numerator / denominator). */
    private static boolean isExpMinus(
            BigInteger numerator, BigInteger denominator, NoiseCoins coins) {
        BigInteger[] parts = numerator.divideAndRemainder(denominator);
        for (long i = parts[0].longValueExact(); i > 0; i--) {
            if (!isExpMinusOfAFraction(BigInteger.ONE, BigInteger.ONE, coins)) {
                return false;
            }
        }
        return isExpMinusOfAFraction(parts[1], denominator, coins);
    }

    private static boolean isExpMinusOfAFraction(
            BigInteger numerator, BigInteger denominator, NoiseCoins coins) {
        long k = 1;
        while (below(denominator.multiply(BigInteger.valueOf(k)), coins).compareTo(numerator) < 0) {
            k++;
        }
        return k % 2 == 1;
    }

    /** A uniform integer below {@code bound}, by rejection. */
    private static BigInteger below(BigInteger bound, NoiseCoins coins) {
        int bits = bound.subtract(BigInteger.ONE).bitLength();
        while (true) {
            BigInteger drawn = BigInteger.ZERO;
            for (int left = bits; left > 0; left -= Long.SIZE) {
                int taken = Math.min(left, Long.SIZE);
                long word = coins.next() >>> (Long.SIZE - taken);
                BigInteger upper = BigInteger.valueOf(word >>> 1).shiftLeft(1);
                drawn = drawn.shiftLeft(taken).add(upper).add(BigInteger.valueOf(word & 1));
            }
            if (drawn.compareTo(bound) < 0) {
                return drawn;
            }
        }
    }
}
