package dev.gossamer.privacy.secagg;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Shamir's secret sharing: a secret of 32 bytes is the constant term of a random polynomial of
 * degree {@code threshold - 1} over {@link PrimeField}, and holder x has its value at x. Any {@code
 * threshold} shares give the secret; fewer say nothing about it.
 *
 * <p>Surplus shares find liars. With m shares, a polynomial that at most (m - threshold) / 2 of
 * them miss is the only such one, so those that miss it lied (or were dealt something else). It is
 * looked for through the first shares, and by the decoder of Berlekamp and Welch when those are not
 * clean.
 */
final class Shamir {
    /** The highest number of a holder. */
    static final int MAX_HOLDER = 1 << 20;

    private Shamir() {}

    /**
     * What one holder has.
     *
     * @param x the holder's number, 1 or more
     * @param value 33 bytes
     */
    @SuppressWarnings("ArrayRecordComponent") // made and used once, never compared
    record Share(int x, byte[] value) {}

    /**
     * What shares gave.
     *
     * @param secret 32 bytes
     * @param liars numbers of holders whose shares miss the polynomial
     */
    @SuppressWarnings("ArrayRecordComponent") // made and used once, never compared
    record Recovered(byte[] secret, List<Integer> liars) {}

    /**
     * The values for {@code holders}, in their order.
     *
     * @param coins secret and fresh; the coefficients are drawn from it
     * @throws IllegalArgumentException for numbers below 1 or repeated, or a threshold that they
     *     cannot reach
     */
    static List<byte[]> split(byte[] secret, int threshold, int[] holders, MaskStream coins) {
        requireHolders(threshold, holders);
        if (secret.length != MaskStream.SEED_BYTES) {
            throw new IllegalArgumentException(
                    "secret has a wrong length: bytes="
                            + secret.length
                            + ", expected="
                            + MaskStream.SEED_BYTES);
        }
        BigInteger[] coefficients = new BigInteger[threshold];
        coefficients[0] = PrimeField.ofSecret(secret);
        for (int i = 1; i < threshold; i++) {
            coefficients[i] = PrimeField.uniform(coins);
        }
        List<byte[]> shares = new ArrayList<>(holders.length);
        for (int holder : holders) {
            shares.add(PrimeField.encode(value(coefficients, holder)));
        }
        return shares;
    }

    private static void requireHolders(int threshold, int[] holders) {
        Set<Integer> seen = new HashSet<>();
        for (int x : holders) {
            if (x < 1 || x > MAX_HOLDER || !seen.add(x)) {
                throw new IllegalArgumentException(
                        "holders are not distinct numbers: x=" + x + ", bound=1.." + MAX_HOLDER);
            }
        }
        if (threshold < 1 || threshold > holders.length) {
            throw new IllegalArgumentException(
                    "threshold cannot be reached: threshold="
                            + threshold
                            + ", holders="
                            + holders.length);
        }
    }

    private static BigInteger value(BigInteger[] coefficients, int x) {
        BigInteger at = BigInteger.valueOf(x);
        BigInteger value = BigInteger.ZERO;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            value = value.multiply(at).add(coefficients[i]).mod(PrimeField.PRIME);
        }
        return value;
    }

    /**
     * The secret that {@code shares} hold.
     *
     * @param suspects holders that lied before; their shares are looked at last
     * @param fits whether a candidate is the secret that was published a commitment to
     * @throws Refusal for bad or too few shares, and where they give no secret that fits
     */
    static Recovered combine(
            int threshold, List<Share> shares, Set<Integer> suspects, Predicate<byte[]> fits)
            throws Refusal {
        return new Recovery(threshold).combine(shares, suspects, fits);
    }

    /** Combines the shares of many secrets, and keeps what depends on their holders alone. */
    static final class Recovery {
        private final int threshold;
        private Optional<Interpolation> kept = Optional.empty();

        /** A recovery for secrets of one threshold. */
        Recovery(int threshold) {
            this.threshold = threshold;
        }

        /** As {@link Shamir#combine}. */
        Recovered combine(List<Share> shares, Set<Integer> suspects, Predicate<byte[]> fits)
                throws Refusal {
            List<Share> ordered = new ArrayList<>(shares);
            ordered.sort(Comparator.comparing(share -> suspects.contains(share.x())));
            int[] xs = new int[ordered.size()];
            BigInteger[] values = new BigInteger[ordered.size()];
            decode(ordered, xs, values);
            Candidate first = first(xs, values);
            int correctable = (xs.length - threshold) / 2;
            Candidate best = first;
            if (first.liars().size() > correctable) {
                best = ErrorDecoder.decode(xs, values, threshold).orElse(first);
            }
            byte[] secret = PrimeField.toSecret(best.atZero());
            if (!fits.test(secret)) {
                throw new Refusal(
                        Fault.WRONG_SECRET,
                        "shares give another secret than the published one: shares=" + xs.length);
            }
            boolean named = best.liars().size() <= correctable;
            return new Recovered(secret, named ? best.liars() : List.of());
        }

        private void decode(List<Share> shares, int[] xs, BigInteger[] values) throws Refusal {
            Set<Integer> seen = new HashSet<>();
            for (int i = 0; i < xs.length; i++) {
                Share share = shares.get(i);
                if (share.x() < 1 || share.x() > MAX_HOLDER || !seen.add(share.x())) {
                    throw new Refusal(
                            Fault.BAD_SHARE,
                            "holder's number is repeated or out of range: x="
                                    + share.x()
                                    + ", bound=1.."
                                    + MAX_HOLDER);
                }
                xs[i] = share.x();
                values[i] = PrimeField.decode(share.value());
            }
            if (xs.length < threshold) {
                throw new Refusal(
                        Fault.TOO_FEW_SHARES,
                        "too few shares: shares=" + xs.length + ", threshold=" + threshold);
            }
        }

        /** The polynomial through the first shares, and whoever misses it. */
        private Candidate first(int[] xs, BigInteger[] values) {
            int[] nodes = Arrays.copyOf(xs, threshold);
            Interpolation through =
                    kept.filter(known -> known.isFrom(nodes))
                            .orElseGet(() -> new Interpolation(nodes));
            kept = Optional.of(through);
            List<Integer> liars = new ArrayList<>();
            for (int i = threshold; i < xs.length; i++) {
                if (!Interpolation.apply(through.row(xs[i]), values).equals(values[i])) {
                    liars.add(xs[i]);
                }
            }
            return new Candidate(Interpolation.apply(through.row(0), values), liars);
        }
    }

    /** A polynomial's value at zero, and the holders who miss it. */
    record Candidate(BigInteger atZero, List<Integer> liars) {}
}
