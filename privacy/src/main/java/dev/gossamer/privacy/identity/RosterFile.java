package dev.gossamer.privacy.identity;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Rosters as files. */
public final class RosterFile {
    /** Name, key and words of each member's line, and the lines around them. */
    private static final int MAX_BYTES = Roster.MAX_MEMBERS * (64 + 64 + 9) + 512;

    private RosterFile() {}

    /**
     * Writes {@code roster} to {@code file}, whole or not at all.
     *
     * @throws KeyFileException if that fails
     */
    public static void write(Path file, Roster roster) {
        Path absolute = file.toAbsolutePath();
        Path part = absolute.resolveSibling(absolute.getFileName() + ".part");
        try {
            Files.writeString(part, roster.text(), StandardCharsets.US_ASCII);
            Files.move(part, absolute, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new KeyFileException("cannot write a roster", file, e);
        }
    }

    /**
     * The roster in {@code file}, as {@link Roster#parse} takes it.
     *
     * @throws KeyFileException if it cannot be read or is none
     */
    public static Roster read(Path file) {
        String text = KeyFiles.read(file, MAX_BYTES);
        try {
            return Roster.parse(text);
        } catch (IllegalArgumentException e) {
            throw new KeyFileException("not a signed roster", file, e);
        }
    }
}
