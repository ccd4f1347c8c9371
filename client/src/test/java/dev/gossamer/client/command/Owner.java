package dev.gossamer.client.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.gossamer.client.text.TinyTokenizer;
import dev.gossamer.protocols.command.CommandRoot;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Somebody who types commands in a folder, with the small stock models at hand. */
final class Owner {
    private static final Path MODELS = Path.of("src/test/resources/golden/models");
    private static final String CHAT =
            "{% for m in messages %}<say>{{ m.content }}<end>{% endfor %}"
                    + "{% if add_generation_prompt %}<say>{% endif %}";

    private final Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();
    private final StringWriter errors = new StringWriter();

    Owner(Path folder) {
        this.folder = folder;
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    Path write(String name, String content) throws IOException {
        return Files.writeString(path(name), content);
    }

    /** The stock model of that name with a tokeniser, and a chat template. */
    Path model(String name) throws IOException {
        Path model = Files.createDirectories(path(name));
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

    Surroundings surroundings() {
        out.reset();
        progress.reset();
        long[] nanos = new long[1];
        return new Surroundings(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(progress, true, StandardCharsets.UTF_8),
                false,
                () -> nanos[0] += 1_000_000);
    }

    /** Types one command; its exit code. */
    int types(Object... words) {
        errors.getBuffer().setLength(0);
        Surroundings surroundings = surroundings();
        return CommandRoot.run(
                new PrintWriter(errors, true),
                new Object[] {
                    new TrainCommand(surroundings),
                    new EvaluateCommand(surroundings),
                    new PredictCommand(surroundings),
                    new GenerateCommand(surroundings),
                    new ExportCommand(surroundings)
                },
                strings(words));
    }

    static String[] strings(Object... words) {
        List<String> all = new ArrayList<>();
        for (Object word : words) {
            if (word instanceof String text && text.startsWith("-")) {
                all.addAll(List.of(text.split(" ", -1)));
            } else {
                all.add(word.toString());
            }
        }
        return all.toArray(String[]::new);
    }

    /** What the last command wrote to standard output. */
    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What it told on the way. */
    String progress() {
        return progress.toString(StandardCharsets.UTF_8);
    }

    /** Its refusal, with the owner's own folder left out. */
    String error() {
        return errors.toString()
                .replace(folder + folder.getFileSystem().getSeparator(), "")
                .strip();
    }

    JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out());
    }
}
