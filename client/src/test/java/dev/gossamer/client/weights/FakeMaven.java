package dev.gossamer.client.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A stand-in for {@code mvn}: puts the jar named by its first argument where it was asked for. */
final class FakeMaven {
    private FakeMaven() {}

    /** The command that runs this class, to deliver {@code jar}. */
    static List<String> command(Path jar) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FakeMaven.class.getName(),
                jar.toString());
    }

    /** Copies, or fails as Maven does when the first argument is no file. */
    public static void main(String[] args) throws IOException {
        String[] coordinates = option(args, "-Dartifact=").split(":", -1);
        Path folder =
                Path.of(option(args, "-Dmaven.repo.local="))
                        .resolve(coordinates[0].replace('.', '/'))
                        .resolve(coordinates[1])
                        .resolve(coordinates[2]);
        if (!Files.isRegularFile(Path.of(args[0]))) {
            System.out.println("[ERROR] could not find artifact in mirror");
            System.exit(1);
        }
        Files.createDirectories(folder);
        Files.copy(
                Path.of(args[0]), folder.resolve(coordinates[1] + "-" + coordinates[2] + ".jar"));
    }

    private static String option(String[] args, String prefix) {
        for (String arg : args) {
            if (arg.startsWith(prefix)) {
                return arg.substring(prefix.length());
            }
        }
        throw new IllegalArgumentException("missing: option=" + prefix);
    }
}
