package dev.gossamer.client.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.weights.ModelCatalog;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

class ModelsCommandTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final ModelsCommand command =
            new ModelsCommand(
                    ModelCatalog.shared(), new PrintStream(printed, true, StandardCharsets.UTF_8));

    @Test
    void models_plain_listsSizeLicenceAndPresence() {
        int exit = new CommandLine(command).execute("--fetch", "minilm-l6");

        List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
        assertEquals(0, exit);
        assertEquals("NAME                   SIZE  LICENCE      HERE", lines.getFirst());
        assertTrue(
                lines.contains("minilm-l6           83.4 MB  Apache-2.0   yes"), lines::toString);
    }

    @Test
    void models_json_isAnArrayOfTheSame() throws IOException {
        int exit = new CommandLine(command).execute("--json", "--fetch", "minilm-l6");

        JsonNode array = new ObjectMapper().readTree(printed.toByteArray());
        List<String> names = new ArrayList<>();
        array.forEach(entry -> names.add(entry.get("name").textValue()));
        JsonNode minilm = array.get(names.indexOf("minilm-l6"));
        assertEquals(0, exit);
        assertEquals(ModelCatalog.shared().entries().size(), names.size());
        assertEquals(83_418_484, minilm.get("downloadBytes").intValue());
        assertEquals("Apache-2.0", minilm.get("licence").textValue());
        assertTrue(minilm.get("here").booleanValue());
    }
}
