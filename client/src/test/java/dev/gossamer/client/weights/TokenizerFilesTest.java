package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.text.SpecialTokens;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class TokenizerFilesTest {
    @TempDir private Path to;
    private FolderCopy folder;

    @BeforeEach
    void copyModel() {
        folder = new FolderCopy("llama-yarn", to);
    }

    private void writeTokenizer() throws IOException {
        Artifact artifact = ModelCatalog.shared().find("minilm-l6").orElseThrow().artifact();
        Path json =
                ArtifactCache.ofEnvironment()
                        .resolve(artifact, DownloadProgress.SILENT)
                        .resolve(artifact.entries().get(1).fileName());
        Files.copy(json, folder.path().resolve("tokenizer.json"));
    }

    @Test
    void read_folderWithoutTokenizer_hasNone() {
        assertEquals(Optional.empty(), folder.read().tokenizer());
        assertEquals(Optional.empty(), folder.read().chatTemplate());
    }

    @Test
    void read_specialTokens_areTextsOrObjectsAndFurtherStopsByNumber() throws IOException {
        writeTokenizer();
        folder.json(
                "tokenizer_config.json",
                json -> {
                    json.put("bos_token", "<s>");
                    json.putObject("eos_token").put("content", "</s>").put("lstrip", false);
                    ObjectNode added = json.putObject("added_tokens_decoder");
                    added.putObject("32007").put("content", "<|end|>");
                    added.putObject("2").put("content", "</s>");
                });
        folder.json(
                "generation_config.json", json -> json.putArray("eos_token_id").add(2).add(32007));

        SpecialTokens special = folder.read().tokenizer().orElseThrow().specialTokens();

        assertEquals(Optional.of("<s>"), special.beginning());
        assertEquals(Optional.of("</s>"), special.end());
        assertEquals(List.of("</s>", "<|end|>"), special.stops());
    }

    @Test
    void read_specialTokensInAFileOfTheirOwn_areFound() throws IOException {
        writeTokenizer();
        folder.json("special_tokens_map.json", json -> json.put("eos_token", "[SEP]"));

        SpecialTokens special = folder.read().tokenizer().orElseThrow().specialTokens();

        assertEquals(Optional.of("[SEP]"), special.end());
    }

    @Test
    void read_brokenTokenizer_isNamed() throws IOException {
        Files.writeString(folder.path().resolve("tokenizer.json"), "{\"model\":");

        WeightsFormatException refused = assertThrows(WeightsFormatException.class, folder::read);

        assertTrue(refused.getMessage().contains("tokenizer.json"), refused.getMessage());
    }

    @Test
    void read_chatTemplate_isTheDefaultOfSeveral() {
        folder.json(
                "tokenizer_config.json",
                json -> {
                    ArrayNode templates = json.putArray("chat_template");
                    templates.addObject().put("name", "tools").put("template", "{{ tools }}");
                    templates.addObject().put("name", "default").put("template", "{{ plain }}");
                });

        assertEquals(Optional.of("{{ plain }}"), folder.read().chatTemplate());
    }

    @Test
    void read_chatTemplateInAFileOfItsOwn_goesFirst() throws IOException {
        folder.json("tokenizer_config.json", json -> json.put("chat_template", "{{ old }}"));
        assertEquals(Optional.of("{{ old }}"), folder.read().chatTemplate());

        Files.writeString(folder.path().resolve("chat_template.jinja"), "{{ new }}");

        assertEquals(Optional.of("{{ new }}"), folder.read().chatTemplate());
    }
}
