package dev.gossamer.privacy.secagg;

import java.math.BigInteger;

/** The numbers that a session's safety rests on, in exact integers. */
final class Thresholds {
    /** A bad graph is drawn with a probability below 2^-40 in all attempts at one round. */
    static final int SOUNDNESS_BITS = 42;

    /** All contributors to the joint randomness collude with a probability below this power. */
    private static final int CONTRIBUTOR_BITS = 128;

    private static final int LEAST_CONTRIBUTORS = 8;

    private Thresholds() {}

    /**
     * The smallest t with 2 t above holders + colluders: two sets of t holders then share an honest
     * one, so that no secret is opened for two views of the survivors.
     */
    static int majority(int holders, int colluders) {
        return Math.addExact(holders, colluders) / 2 + 1;
    }

    /**
     * Whether {@code times} draws of {@code drawn} out of {@code population}, of which {@code
     * marked} are marked, all have fewer than {@code reached} marked ones, but with a probability
     * of at most 2^-{@code bits}. The union bound, exact.
     */
    static boolean isNegligible(
            int times, int population, int marked, int drawn, int reached, int bits) {
        return mostMarked(times, population, marked, drawn, bits) < reached;
    }

    /**
     * The most marked ones that any of the draws has, but with a probability of at most 2^-bits.
     * Sums the hypergeometric law from its top: a term follows from the one above by a small
     * fraction.
     */
    static int mostMarked(int times, int population, int marked, int drawn, int bits) {
        BigInteger all = choose(population, drawn);
        int most = Math.min(marked, drawn);
        BigInteger term = choose(marked, most).multiply(choose(population - marked, drawn - most));
        BigInteger tail = term;
        while (most > 0
                && tail.multiply(BigInteger.valueOf(times)).shiftLeft(bits).compareTo(all) <= 0) {
            most--;
            long up = (most + 1L) * Math.max(0, population - marked - drawn + most + 1L);
            long down = (marked - (long) most) * (drawn - (long) most);
            term = term.multiply(BigInteger.valueOf(up)).divide(BigInteger.valueOf(down));
            tail = tail.add(term);
        }
        return most;
    }

    private static BigInteger choose(int n, int k) {
        if (k < 0 || k > n) {
            return BigInteger.ZERO;
        }
        BigInteger result = BigInteger.ONE;
        for (int i = 1; i <= k; i++) {
            result = result.multiply(BigInteger.valueOf(n - k + i)).divide(BigInteger.valueOf(i));
        }
        return result;
    }

    /**
     * How many members have to contribute to the joint randomness: as many as are not all colluders
     * but for 2^-128, so that a server which tries 2^88 sets of members is below 2^-40.
     */
    static int contributors(int members, int colluders) {
        BigInteger all = BigInteger.ONE;
        BigInteger bad = BigInteger.ONE.shiftLeft(CONTRIBUTOR_BITS);
        int count = 0;
        while (count < members && (count < LEAST_CONTRIBUTORS || bad.compareTo(all) > 0)) {
            all = all.multiply(BigInteger.valueOf(members));
            bad = bad.multiply(BigInteger.valueOf(colluders));
            count++;
        }
        return count;
    }
}
