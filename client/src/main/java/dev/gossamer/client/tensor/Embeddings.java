package dev.gossamer.client.tensor;

import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Transformer;

import java.util.Optional;
import java.util.stream.Stream;

/** The sum of a token's embeddings: its word's, its position's and its text's. */
final class Embeddings {
    private final FrozenRows words;
    private final int longest;
    private final Optional<Tensor> positions;
    private final Optional<Tensor> types;
    private final int typeCount;
    private final int hidden;
    private final Kernels kernels;

    Embeddings(Transformer base, FrozenRows words, Kernels kernels) {
        this.words = words;
        this.kernels = kernels;
        hidden = base.architecture().hidden();
        longest = base.architecture().positions();
        positions = base.positions().map(Embeddings::copy);
        types = base.tokenTypes().map(Embeddings::copy);
        typeCount = base.tokenTypes().map(Matrix::rows).orElse(0);
    }

    private static Tensor copy(Matrix matrix) {
        int columns = matrix.columns();
        Tensor tensor = Tensor.zeros((long) matrix.rows() * columns);
        float[] row = new float[columns];
        for (int r = 0; r < matrix.rows(); r++) {
            matrix.readRow(r, row, 0);
            tensor.put((long) r * columns, row);
        }
        return tensor;
    }

    FrozenRows words() {
        return words;
    }

    /** How many bytes the tables take. */
    long bytes() {
        long learned =
                Stream.concat(positions.stream(), types.stream()).mapToLong(Tensor::floats).sum();
        return words.bytes() + Float.BYTES * learned;
    }

    /** Refuses a row that the model cannot take. */
    void require(Example row) {
        if (row.tokens() < 1 || row.tokens() > longest) {
            throw new IllegalArgumentException(
                    "row does not fit the model: tokens=" + row.tokens() + ", bound=" + longest);
        }
        for (int id : row.tokenIds()) {
            requireToken(id);
        }
    }

    /** Refuses a token that the model has not. */
    void requireToken(int id) {
        if (id < 0 || id >= words.rows()) {
            throw new IllegalArgumentException(
                    "token is outside the vocabulary: id=" + id + ", bound=" + words.rows());
        }
    }

    /**
     * Writes a token's sum to {@code to}.
     *
     * @param type of its text
     */
    void write(int id, int position, int type, long to) {
        words.decode(id, 1, to, hidden);
        positions.ifPresent(p -> kernels.addInPlace(to, p.at((long) position * hidden), hidden));
        types.ifPresent(
                t -> {
                    long at = (long) Math.min(type, typeCount - 1) * hidden;
                    kernels.addInPlace(to, t.at(at), hidden);
                });
    }
}
