package dev.gossamer.client.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.client.weights.ModelCatalog;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

class DatasetTest {
    private static Dataset dataset(int rows) {
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            examples.add(new Example(new int[] {i}, i % 2));
        }
        return new Dataset(examples, List.of("even", "odd"));
    }

    private static List<Integer> firstTokens(Dataset dataset) {
        return dataset.rows().stream().map(row -> row.tokenIds()[0]).toList();
    }

    @Test
    void tokenised_rows_haveIdsAndLabels() {
        Dataset dataset =
                Dataset.tokenised(
                        List.of(TextRow.labelled("A man is eating food.", "rail")),
                        List.of("food", "rail"),
                        ModelCatalog.shared().load("minilm-l6").tokenizer(),
                        64);

        assertArrayEquals(
                new int[] {101, 1037, 2158, 2003, 5983, 2833, 1012, 102},
                dataset.rows().getFirst().tokenIds());
        assertEquals(1, dataset.rows().getFirst().label());
    }

    @Test
    void split_fifth_holdsOutThatManyAndLosesNone() {
        Dataset.Split split = dataset(1500).split(0.2, 7);

        assertEquals(1200, split.train().size());
        assertEquals(300, split.heldOut().size());
        Set<Integer> all = new HashSet<>(firstTokens(split.train()));
        all.addAll(firstTokens(split.heldOut()));
        assertEquals(1500, all.size());
    }

    @Test
    void split_sameSeed_isTheSame() {
        List<Integer> one = firstTokens(dataset(50).split(0.2, 7).heldOut());

        assertEquals(one, firstTokens(dataset(50).split(0.2, 7).heldOut()));
        assertNotEquals(one, firstTokens(dataset(50).split(0.2, 8).heldOut()));
    }

    @Test
    void split_oneRow_isLeftToTrainOn() {
        assertEquals(1, dataset(1).split(0.9, 7).train().size());
        assertEquals(0, dataset(0).split(0.9, 7).train().size());
    }

    @Test
    void split_fractionOutOfRange_refused() {
        assertThrows(IllegalArgumentException.class, () -> dataset(5).split(1, 7));
        assertThrows(IllegalArgumentException.class, () -> dataset(5).split(Double.NaN, 7));
    }

    @Test
    void dataset_labelOutsideClasses_refused() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new Dataset(List.of(new Example(new int[] {1}, 1)), List.of("only")));
    }
}
