package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.model.Linear;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

class HuggingFaceFolderTest {
    private static final Path GOLDEN =
            Path.of(System.getProperty("gossamer.golden", "src/test/resources/golden"));

    static List<Path> folders() throws IOException {
        try (Stream<Path> folders = Files.list(GOLDEN.resolve("models"))) {
            return folders.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void read_goldenFolder_usesEveryTensor(Path path) {
        HuggingFaceFolder folder = HuggingFaceFolder.open(path);

        PretrainedModel model = folder.model();

        assertEquals(Set.of(), folder.checkpoint().unused());
        assertTrue(model.head().isPresent());
        assertTrue(model.bytes() > 0);
    }

    /** An adapter may be put on every map of the base, and the names are those that PEFT uses. */
    @ParameterizedTest
    @MethodSource("folders")
    void read_goldenFolder_namesTheMapsAsPeftDoes(Path path) throws IOException {
        JsonNode expected = new ObjectMapper().readTree(path.resolve("expected.json").toFile());
        Set<String> targets = new TreeSet<>();
        expected.get("targets").forEach(target -> targets.add(target.asText()));

        PretrainedModel model = HuggingFaceFolder.read(path);

        String prefix = model.base().architecture().prefix() + ".";
        Set<String> names = new TreeSet<>();
        model.base().linears().forEach(linear -> names.add(prefix + linear.name()));
        assertEquals(targets, names);
    }

    @ParameterizedTest
    @MethodSource("folders")
    void readRow_everyMap_givesTheWholeFileOnce(Path path) {
        for (Linear linear : HuggingFaceFolder.read(path).base().linears()) {
            float[] padded = new float[linear.in() + 2];
            float[] row = new float[linear.in()];
            for (int r = 0; r < linear.out(); r++) {
                linear.weight().readRow(r, row, 0);
                linear.weight().readRow(r, padded, 1);
                assertEquals(0, padded[0]);
                assertEquals(0, padded[linear.in() + 1]);
                assertArrayEquals(row, Arrays.copyOfRange(padded, 1, linear.in() + 1));
            }
        }
    }
}
