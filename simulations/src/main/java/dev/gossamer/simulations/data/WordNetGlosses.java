package dev.gossamer.simulations.data;

import dev.gossamer.client.data.DataException;
import dev.gossamer.client.data.WordNetNouns;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.client.weights.MavenArtifact;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The definitions of WordNet's nouns, each labelled with the class that the lexicographers filed it
 * under.
 *
 * <p>One row is one synset's gloss without its usage examples. A gloss that stands at several
 * synsets is kept once, so that no text is both trained on and tested with.
 */
public final class WordNetGlosses {
    /** WordNet 3.1; its notice heads the file. */
    public static final MavenArtifact ARTIFACT = WordNetNouns.ARTIFACT;

    /** The twelve noun classes, in the order of the labels. */
    public static final List<String> CLASSES = WordNetNouns.CLASSES;

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
        WordNetNouns nouns = WordNetNouns.read(dataNoun);
        Map<String, List<String>> glosses = new LinkedHashMap<>();
        CLASSES.forEach(name -> glosses.put(name, nouns.of(name)));
        return new WordNetGlosses(glosses);
    }

    static String withoutExamples(String gloss) {
        return WordNetNouns.withoutExamples(gloss);
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
