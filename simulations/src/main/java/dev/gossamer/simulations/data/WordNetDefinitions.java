package dev.gossamer.simulations.data;

import dev.gossamer.client.data.DataException;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.client.weights.MavenArtifact;
import dev.gossamer.protocols.run.Column;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * WordNet's definitions as prompts and completions: {@code Define: dog (noun)} and the gloss of the
 * synset whose first word it is, without its usage examples.
 *
 * <p>Eight topics, each a file of the lexicographers: what nouns and verbs are about, and all
 * adjectives and adverbs. A word, and a gloss, stand once in a part of speech, so that no prompt
 * has two answers and none is both trained on and tested with.
 */
public final class WordNetDefinitions {
    /** What a partition by topic goes by. */
    static final String TOPIC = "topic";

    /** What a partition by part of speech goes by. */
    static final String PART_OF_SPEECH = "part-of-speech";

    private static final String FOLDER = "net/sf/extjwnl/data/wordnet/wn31/";

    /** The same archive as {@link WordNetGlosses#ARTIFACT}, for more of its files. */
    public static final MavenArtifact ARTIFACT =
            new MavenArtifact(
                    WordNetGlosses.ARTIFACT.group(),
                    WordNetGlosses.ARTIFACT.artifact(),
                    WordNetGlosses.ARTIFACT.version(),
                    WordNetGlosses.ARTIFACT.sha256(),
                    WordNetGlosses.ARTIFACT.archiveBytes(),
                    WordNetGlosses.ARTIFACT.licence(),
                    List.of(
                            new MavenArtifact.Entry(FOLDER + "data.noun", 15_325_523),
                            new MavenArtifact.Entry(FOLDER + "data.verb", 2_778_475),
                            new MavenArtifact.Entry(FOLDER + "data.adj", 3_167_437),
                            new MavenArtifact.Entry(FOLDER + "data.adv", 520_168)));

    /** A part of speech, and its file. */
    private enum Speech {
        NOUN("data.noun"),
        VERB("data.verb"),
        ADJECTIVE("data.adj"),
        ADVERB("data.adv");

        private final String file;

        Speech(String file) {
            this.file = file;
        }

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Its topics, by the number of the lexicographers' file. */
        Map<Integer, String> topics() {
            return switch (this) {
                case NOUN -> Map.of(5, "animal", 6, "artifact", 13, "food", 18, "person");
                case VERB -> Map.of(32, "communication", 38, "motion");
                case ADJECTIVE -> Map.of(0, "all");
                case ADVERB -> Map.of(2, "all");
            };
        }
    }

    private final StratifiedRows rows;

    private WordNetDefinitions(StratifiedRows rows) {
        this.rows = rows;
    }

    /** The definitions as {@code cache} resolves them. */
    public static WordNetDefinitions resolve(ArtifactCache cache, DownloadProgress progress) {
        return read(cache.resolve(ARTIFACT, progress));
    }

    /**
     * Reads a folder of WordNet's data files.
     *
     * @throws DataException if one is missing or is none
     */
    public static WordNetDefinitions read(Path folder) {
        Map<String, List<SourceRow>> topics = new LinkedHashMap<>();
        for (Speech speech : Speech.values()) {
            Path file = folder.resolve(speech.file);
            try {
                read(file, Files.readAllLines(file), speech, topics);
            } catch (IOException e) {
                throw DataException.ofFile(
                        file, "cannot read it (" + e + "); delete it and run again", e);
            }
        }
        return new WordNetDefinitions(new StratifiedRows(topics));
    }

    private static void read(
            Path file, List<String> lines, Speech speech, Map<String, List<SourceRow>> topics) {
        Map<Integer, String> topicOf = speech.topics();
        Set<String> words = new HashSet<>();
        Set<String> glosses = new HashSet<>();
        int number = 0;
        for (String line : lines) {
            number++;
            // The notice: each of its lines begins with a space.
            if (line.startsWith(" ") || line.isEmpty()) {
                continue;
            }
            int bar = line.indexOf(" | ");
            if (bar < 0 || !line.matches("\\d{8} \\d{2} [nvasr] [0-9a-f]{2} .*")) {
                throw DataException.ofRow(
                        file, number, "not a WordNet synset; delete the file and run again");
            }
            String topic = topicOf.get(Integer.parseInt(line, 9, 11, 10));
            String word = word(line);
            String gloss = WordNetGlosses.withoutExamples(line.substring(bar + 3));
            if (topic != null && words.add(word) && glosses.add(gloss)) {
                topics.computeIfAbsent(speech.key() + "." + topic, name -> new ArrayList<>())
                        .add(row(word, gloss, speech, topic));
            }
        }
    }

    /** The first word; that of an adjective may have a mark of where it stands. */
    private static String word(String line) {
        return line.split(" ", 6)[4].replaceFirst("\\((a|p|ip)\\)$", "").replace('_', ' ');
    }

    private static SourceRow row(String word, String gloss, Speech speech, String topic) {
        return new SourceRow(
                Map.of(
                        Column.PROMPT, "Define: " + word + " (" + speech.key() + ")",
                        Column.COMPLETION, " " + gloss),
                Map.of(TOPIC, speech.key() + "." + topic, PART_OF_SPEECH, speech.key()));
    }

    /** How many definitions each topic has. */
    public Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        rows.groups().forEach((topic, group) -> counts.put(topic, group.size()));
        return counts;
    }

    /** Draws parts in which each topic has the same number of rows, or one more. */
    public Draw draw(Sizes sizes, long seed) {
        return rows.draw(sizes, seed);
    }
}
