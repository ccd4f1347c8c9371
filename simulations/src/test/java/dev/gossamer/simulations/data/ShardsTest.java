package dev.gossamer.simulations.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.node.OwnerFiles;
import dev.gossamer.client.weights.ArtifactCache;
import dev.gossamer.client.weights.DownloadProgress;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/** How a run's rows reach its clients. */
class ShardsTest {
    private static final String RUN =
            """
            name: small
            task: causal-lm
            model: {base: smollm2-135m}
            data: {set: own, prompt: question}
            basis: {sample: public}
            rounds: {cohort: 2}
            evaluation: {public-test: test}
            simulate:
              clients: 4
              source: wordnet-definitions
              partition: {natural: part-of-speech}
            """;
    private static final Sizes SIZES = new Sizes(8, 16, 0, 32);

    @TempDir private Path folder;

    private static Shards deal(String yaml) {
        RunFile run = RunFileReader.read(yaml);
        return Shards.deal(
                run,
                run.simulate().orElseThrow(),
                SIZES,
                Shards.Scored.TEST,
                ArtifactCache.ofEnvironment(),
                DownloadProgress.SILENT);
    }

    @Test
    void deal_byPartOfSpeech_givesEachClientItsOwn() throws IOException {
        SortedMap<NodeId, OwnerFiles> files = deal(RUN).write(folder);

        List<String> speeches = List.of("adjective", "adverb", "noun", "verb");
        for (int client = 0; client < 4; client++) {
            OwnerFiles own = files.get(new NodeId("client-" + (client + 1)));
            List<String> rows = Files.readAllLines(own.require("own"));
            assertEquals(client < 2 ? 4 : client == 2 ? 16 : 8, rows.size());
            for (String row : rows) {
                assertTrue(
                        row.matches(
                                "\\{\"question\":\"Define: .* \\("
                                        + speeches.get(client)
                                        + "\\)\",\"completion\":\" .*\"}"),
                        row);
            }
            assertEquals(client == 0, own.find("public").isPresent());
            assertEquals(client == 0, own.find("test").isPresent());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "part-of-speech| topic| a natural partition has one client for each value:"
                        + " key=simulate.clients, value=4, column=topic, values=[adjective.all,",
                "part-of-speech| colour| data set has no such column:"
                        + " key=simulate.partition.natural, value=colour,"
                        + " columns=[part-of-speech, topic]",
                "wordnet-definitions| wordnet-verbs| unknown data set: key=simulate.source,"
                        + " value=wordnet-verbs, built in=[wordnet-nouns, wordnet-definitions]",
                "causal-lm| masked-lm| data set is for other tasks: key=simulate.source,"
                        + " value=wordnet-definitions, task=masked-lm, its tasks=[causal-lm]"
            })
    void deal_whatTheSourceHasNot_isRefusedByName(String part, String replacement, String refusal) {
        String yaml = RUN.replace(part, replacement);
        String plain = yaml.contains("masked") ? yaml.replace(", prompt: question", "") : yaml;

        var refused = assertThrows(IllegalArgumentException.class, () -> deal(plain));

        assertTrue(refused.getMessage().startsWith(refusal), refused.getMessage());
    }
}
