package dev.gossamer.privacy.secagg;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Berlekamp and Welch's decoder: the polynomial of degree below t that misses the fewest of m
 * values, if those are at most (m - t) / 2.
 *
 * <p>With E the polynomial whose zeros are the liars and Q = P E, Q(x) = y E(x) holds at every x,
 * whether y is a lie or not. That is a linear system in the coefficients of Q (degree below t + e)
 * and of E (degree e, monic), whose every solution has Q / E = P.
 */
final class ErrorDecoder {
    private static final BigInteger PRIME = PrimeField.PRIME;

    private ErrorDecoder() {}

    /** The decoded polynomial, if there is one. */
    static Optional<Shamir.Candidate> decode(int[] xs, BigInteger[] ys, int threshold) {
        int errors = (xs.length - threshold) / 2;
        int ofQ = threshold + errors;
        BigInteger[][] rows = new BigInteger[xs.length][];
        for (int i = 0; i < xs.length; i++) {
            rows[i] = equation(BigInteger.valueOf(xs[i]), ys[i], ofQ, errors);
        }
        BigInteger[] solution = solve(rows, ofQ + errors);
        BigInteger[] q = Arrays.copyOf(solution, ofQ);
        BigInteger[] e = Arrays.copyOfRange(solution, ofQ, ofQ + errors + 1);
        e[errors] = BigInteger.ONE;
        return quotient(q, e, threshold).flatMap(p -> checked(p, xs, ys, errors));
    }

    /** Q(x) - y (E(x) - x^e) = y x^e, with the right side last. */
    private static BigInteger[] equation(BigInteger x, BigInteger y, int ofQ, int errors) {
        BigInteger[] row = new BigInteger[ofQ + errors + 1];
        BigInteger power = BigInteger.ONE;
        for (int i = 0; i < ofQ; i++) {
            row[i] = power;
            power = PrimeField.multiply(power, x);
        }
        power = y;
        for (int i = 0; i < errors; i++) {
            row[ofQ + i] = power.negate().mod(PRIME);
            power = PrimeField.multiply(power, x);
        }
        row[ofQ + errors] = power;
        return row;
    }

    /** One solution by elimination; unknowns that the system leaves open are zero. */
    private static BigInteger[] solve(BigInteger[][] rows, int unknowns) {
        int[] pivotOf = new int[unknowns];
        Arrays.fill(pivotOf, -1);
        int done = 0;
        for (int column = 0; column < unknowns && done < rows.length; column++) {
            int pivot = pivot(rows, done, column);
            if (pivot < 0) {
                continue;
            }
            BigInteger[] swapped = rows[pivot];
            rows[pivot] = rows[done];
            rows[done] = swapped;
            eliminate(rows, done, column);
            pivotOf[column] = done++;
        }
        BigInteger[] solution = new BigInteger[unknowns + 1];
        Arrays.fill(solution, BigInteger.ZERO);
        for (int column = 0; column < unknowns; column++) {
            if (pivotOf[column] >= 0) {
                solution[column] = rows[pivotOf[column]][unknowns];
            }
        }
        return solution;
    }

    private static int pivot(BigInteger[][] rows, int from, int column) {
        for (int i = from; i < rows.length; i++) {
            if (rows[i][column].signum() != 0) {
                return i;
            }
        }
        return -1;
    }

    /** Makes the pivot one and the rest of its column zero. */
    private static void eliminate(BigInteger[][] rows, int pivot, int column) {
        BigInteger[] by = rows[pivot];
        BigInteger inverse = by[column].modInverse(PRIME);
        for (int k = column; k < by.length; k++) {
            by[k] = PrimeField.multiply(by[k], inverse);
        }
        for (int i = 0; i < rows.length; i++) {
            BigInteger factor = rows[i][column];
            if (i == pivot || factor.signum() == 0) {
                continue;
            }
            for (int k = column; k < by.length; k++) {
                rows[i][k] = rows[i][k].subtract(factor.multiply(by[k])).mod(PRIME);
            }
        }
    }

    /** Q / E, if nothing remains. */
    private static Optional<BigInteger[]> quotient(BigInteger[] q, BigInteger[] e, int threshold) {
        BigInteger[] rest = q.clone();
        BigInteger[] quotient = new BigInteger[threshold];
        int degree = e.length - 1;
        for (int i = threshold - 1; i >= 0; i--) {
            BigInteger lead = rest[i + degree];
            quotient[i] = lead;
            for (int k = 0; k <= degree; k++) {
                rest[i + k] = rest[i + k].subtract(lead.multiply(e[k])).mod(PRIME);
            }
        }
        boolean exact = Arrays.stream(rest).allMatch(value -> value.signum() == 0);
        return exact ? Optional.of(quotient) : Optional.empty();
    }

    private static Optional<Shamir.Candidate> checked(
            BigInteger[] p, int[] xs, BigInteger[] ys, int errors) {
        List<Integer> liars = new ArrayList<>();
        for (int i = 0; i < xs.length; i++) {
            BigInteger value = BigInteger.ZERO;
            for (int k = p.length - 1; k >= 0; k--) {
                value = value.multiply(BigInteger.valueOf(xs[i])).add(p[k]).mod(PRIME);
            }
            if (!value.equals(ys[i])) {
                liars.add(xs[i]);
            }
        }
        return liars.size() <= errors
                ? Optional.of(new Shamir.Candidate(p[0], liars))
                : Optional.empty();
    }
}
