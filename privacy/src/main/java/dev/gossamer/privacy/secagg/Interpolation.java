package dev.gossamer.privacy.secagg;

import java.math.BigInteger;
import java.util.Arrays;

/** Lagrange's interpolation from distinct nodes, in its barycentric form. */
final class Interpolation {
    private final int[] nodes;
    private final BigInteger[] weights;

    /** The interpolation from {@code nodes}, which are distinct. */
    Interpolation(int[] nodes) {
        this.nodes = nodes.clone();
        BigInteger[] products = new BigInteger[nodes.length];
        for (int j = 0; j < nodes.length; j++) {
            BigInteger product = BigInteger.ONE;
            for (int k = 0; k < nodes.length; k++) {
                if (k != j) {
                    product = scaled(product, nodes[j] - nodes[k]);
                }
            }
            products[j] = product;
        }
        weights = PrimeField.inverses(products);
    }

    private static BigInteger scaled(BigInteger value, int factor) {
        return value.multiply(BigInteger.valueOf(factor)).mod(PrimeField.PRIME);
    }

    /** Whether these are the nodes. */
    boolean isFrom(int[] others) {
        return Arrays.equals(nodes, others);
    }

    /** What the value at each node counts for at {@code x}, which is no node. */
    BigInteger[] row(int x) {
        BigInteger[] distances = new BigInteger[nodes.length];
        BigInteger all = BigInteger.ONE;
        for (int j = 0; j < nodes.length; j++) {
            distances[j] = BigInteger.valueOf(x - nodes[j]).mod(PrimeField.PRIME);
            all = scaled(all, x - nodes[j]);
        }
        BigInteger[] row = PrimeField.inverses(distances);
        for (int j = 0; j < nodes.length; j++) {
            row[j] = PrimeField.multiply(PrimeField.multiply(all, weights[j]), row[j]);
        }
        return row;
    }

    /** The value that {@code row} gives for {@code values} at the nodes. */
    static BigInteger apply(BigInteger[] row, BigInteger[] values) {
        BigInteger sum = BigInteger.ZERO;
        for (int j = 0; j < row.length; j++) {
            sum = sum.add(row[j].multiply(values[j]));
        }
        return sum.mod(PrimeField.PRIME);
    }
}
