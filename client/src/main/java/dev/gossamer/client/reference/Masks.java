package dev.gossamer.client.reference;

import dev.gossamer.client.adapter.Dropout;

import java.util.Optional;

/** What the example that is under way drops of an adapter's inputs. */
final class Masks {
    private Dropout dropout = Dropout.NONE;
    private int example;

    /** Says which example comes, and what drops; {@code number} counts within its batch. */
    void begin(Dropout other, int number) {
        dropout = other;
        example = number;
    }

    /** What the inputs of {@code target} are multiplied with, if any are dropped. */
    Optional<Rows> of(int target, int rows, int columns) {
        if (!dropout.drops()) {
            return Optional.empty();
        }
        Rows mask = Rows.zero(rows, columns);
        float[] line = new float[columns];
        for (int token = 0; token < rows; token++) {
            dropout.mask(dropout.row(example, token), target, line, columns);
            for (int i = 0; i < columns; i++) {
                mask.values()[token * columns + i] = line[i];
            }
        }
        return Optional.of(mask);
    }
}
