package dev.gossamer.client.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Fetches one jar into the local repository by running this machine's Maven. */
final class MavenDownload {
    private static final String GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:get";

    private final Path localRepository;
    private final List<String> command;

    MavenDownload(Path localRepository, List<String> command) {
        this.localRepository = localRepository;
        this.command = List.copyOf(command);
    }

    void fetch(MavenArtifact artifact, DownloadProgress progress) {
        List<String> line = commandLine(artifact);
        boolean ran =
                new DownloadProcess(artifact, line, Map.of())
                        .run(() -> bytesOnDisk(artifact), "[ERROR]", progress);
        if (!ran) {
            throw new ArtifactUnavailableException(
                    "no Maven to fetch "
                            + artifact.coordinates()
                            + ": command="
                            + line.getFirst()
                            + "; install Maven or put the jar at "
                            + artifact.repositoryPath()
                            + " of the local repository");
        }
        Path jar = localRepository.resolve(artifact.repositoryPath());
        if (!Files.isRegularFile(jar)) {
            throw new ArtifactUnavailableException(
                    "Maven left no jar of "
                            + artifact.coordinates()
                            + ": path="
                            + jar
                            + "; run: "
                            + String.join(" ", line));
        }
    }

    private List<String> commandLine(MavenArtifact artifact) {
        List<String> line = new ArrayList<>(command);
        line.add("-B");
        line.add(GOAL);
        line.add("-Dartifact=" + artifact.coordinates());
        line.add("-Dtransitive=false");
        line.add("-Dmaven.repo.local=" + localRepository.toAbsolutePath());
        return line;
    }

    /** The largest jar or part of one; Maven writes beside the target and renames. */
    private long bytesOnDisk(MavenArtifact artifact) {
        Path folder = localRepository.resolve(artifact.repositoryFolder());
        String prefix = artifact.artifact() + "-" + artifact.version() + ".jar";
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .mapToLong(file -> file.toFile().length())
                    .max()
                    .orElse(0);
        } catch (IOException e) {
            return 0; // the folder is not there yet
        }
    }
}
