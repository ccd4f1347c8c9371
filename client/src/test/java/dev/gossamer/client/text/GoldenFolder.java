package dev.gossamer.client.text;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where expected numbers of other tools lie: the test resources, unless a property says else. */
public final class GoldenFolder {
    private static final Path RESOURCES = Path.of("src/test/resources/golden");

    private GoldenFolder() {}

    /** The folder of that name, from the other root where that has it. */
    public static Path of(String name) {
        Path other = Path.of(System.getProperty("gossamer.golden", RESOURCES.toString()));
        Path folder = other.resolve(name);
        return Files.isDirectory(folder) ? folder : RESOURCES.resolve(name);
    }
}
