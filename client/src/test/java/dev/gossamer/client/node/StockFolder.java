package dev.gossamer.client.node;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.text.TinyTokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A small stock model in a folder of its own, with a tokeniser and a chat template. */
final class StockFolder {
    private static final Path MODELS = Path.of("src/test/resources/golden/models");
    private static final String CHAT =
            "{% for m in messages %}<say>{{ m.content }}<end>{% endfor %}"
                    + "{% if add_generation_prompt %}<say>{% endif %}";

    private StockFolder() {}

    /** Copies the model called {@code name} below {@code folder}. */
    static Path copy(String name, Path folder) throws IOException {
        Path model = Files.createDirectories(folder.resolve(name));
        try (Stream<Path> files = Files.list(MODELS.resolve(name))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, model.resolve(file.getFileName()));
            }
        }
        TinyTokenizer.open(model);
        Files.writeString(
                model.resolve("tokenizer_config.json"),
                new ObjectMapper()
                        .createObjectNode()
                        .put("eos_token", "<end>")
                        .put("chat_template", CHAT)
                        .toString());
        return model;
    }
}
