package dev.gossamer.client.reference;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * A matrix {@code [rows × columns]} of doubles: a sequence's tokens, or weights.
 *
 * @param values row-major; never written once the matrix is handed on
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Rows(int rows, int columns, double[] values) {
    Rows {
        if (values.length != rows * columns) {
            throw new IllegalArgumentException(
                    "matrix does not fit: values="
                            + values.length
                            + ", rows="
                            + rows
                            + ", columns="
                            + columns);
        }
    }

    static Rows zero(int rows, int columns) {
        return new Rows(rows, columns, new double[rows * columns]);
    }

    double at(int row, int column) {
        return values[row * columns + column];
    }

    /** {@code this · otherᵀ}. */
    Rows timesTransposed(Rows other) {
        Rows product = zero(rows, other.rows);
        for (int t = 0; t < rows; t++) {
            for (int o = 0; o < other.rows; o++) {
                double sum = 0;
                for (int i = 0; i < columns; i++) {
                    sum += values[t * columns + i] * other.values[o * columns + i];
                }
                product.values[t * other.rows + o] = sum;
            }
        }
        return product;
    }

    /** {@code this · other}. */
    Rows times(Rows other) {
        Rows product = zero(rows, other.columns);
        for (int t = 0; t < rows; t++) {
            for (int i = 0; i < columns; i++) {
                double factor = at(t, i);
                for (int o = 0; o < other.columns; o++) {
                    product.values[t * other.columns + o] +=
                            factor * other.values[i * other.columns + o];
                }
            }
        }
        return product;
    }

    /** {@code thisᵀ · other}. */
    Rows transposedTimes(Rows other) {
        Rows product = zero(columns, other.columns);
        for (int t = 0; t < rows; t++) {
            for (int i = 0; i < columns; i++) {
                double factor = at(t, i);
                for (int o = 0; o < other.columns; o++) {
                    product.values[i * other.columns + o] += factor * other.at(t, o);
                }
            }
        }
        return product;
    }

    Rows plus(Rows other) {
        return with(other, Double::sum);
    }

    /** The products of the elements. */
    Rows hadamard(Rows other) {
        return with(other, (a, b) -> a * b);
    }

    Rows scaled(double factor) {
        return map(x -> factor * x);
    }

    Rows map(DoubleUnaryOperator function) {
        double[] mapped = new double[values.length];
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = function.applyAsDouble(values[i]);
        }
        return new Rows(rows, columns, mapped);
    }

    Rows with(Rows other, DoubleBinaryOperator function) {
        double[] both = new double[values.length];
        for (int i = 0; i < both.length; i++) {
            both[i] = function.applyAsDouble(values[i], other.values[i]);
        }
        return new Rows(rows, columns, both);
    }

    /** The sum of the rows, {@code [1 × columns]}. */
    Rows columnSums() {
        Rows sums = zero(1, columns);
        for (int i = 0; i < values.length; i++) {
            sums.values[i % columns] += values[i];
        }
        return sums;
    }

    /** The same values in rows of {@code width}. */
    Rows reshaped(int width) {
        return new Rows(values.length / width, width, values);
    }

    /** One row, {@code [1 × columns]}. */
    Rows row(int row) {
        return new Rows(1, columns, Arrays.copyOfRange(values, row * columns, (row + 1) * columns));
    }

    /** Columns {@code from} to {@code from + count}. */
    Rows slice(int from, int count) {
        Rows slice = zero(rows, count);
        for (int t = 0; t < rows; t++) {
            System.arraycopy(values, t * columns + from, slice.values, t * count, count);
        }
        return slice;
    }

    /** Adds {@code slice} to the columns from {@code from} on. */
    void addInPlace(int from, Rows slice) {
        for (int t = 0; t < rows; t++) {
            for (int i = 0; i < slice.columns; i++) {
                values[t * columns + from + i] += slice.at(t, i);
            }
        }
    }
}
