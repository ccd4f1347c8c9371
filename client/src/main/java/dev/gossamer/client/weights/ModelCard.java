package dev.gossamer.client.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The reader of the one thing wanted from a folder's {@code README.md}: the licence. */
final class ModelCard {
    /** The licence stands in the first lines, between two lines of dashes. */
    private static final int HEAD_BYTES = 1 << 14;

    private static final Pattern LICENCE =
            Pattern.compile("(?m)^license:\\s*[\"']?([A-Za-z0-9.+-]+)[\"']?\\s*$");

    private ModelCard() {}

    /** The licence by the name that the card in {@code folder} gives it, if there is one. */
    static Optional<String> licence(Path folder) {
        Path card = folder.resolve("README.md");
        if (!Files.isRegularFile(card)) {
            return Optional.empty();
        }
        try (InputStream file = Files.newInputStream(card)) {
            return licence(new String(file.readNBytes(HEAD_BYTES), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw JsonFile.unreadable(card, e);
        }
    }

    private static Optional<String> licence(String card) {
        int end = card.indexOf("\n---", 1);
        if (!card.startsWith("---") || end < 0) {
            return Optional.empty();
        }
        Matcher line = LICENCE.matcher(card.substring(0, end + 1));
        return line.find() ? Optional.of(line.group(1)) : Optional.empty();
    }
}
