package dev.gossamer.client.weights;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Fetches one jar into the local repository by running this machine's Maven, so that the user's own
 * mirrors, proxies and credentials apply.
 */
final class MavenDownload {
    private static final String GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:get";
    private static final long POLL_MILLIS = 250;

    /** Five minutes without a byte: a stuck mirror, not a slow one. */
    private static final int IDLE_POLLS = 1200;

    private final Path localRepository;
    private final List<String> command;

    MavenDownload(Path localRepository, List<String> command) {
        this.localRepository = localRepository;
        this.command = List.copyOf(command);
    }

    void fetch(MavenArtifact artifact, DownloadProgress progress) {
        List<String> line = commandLine(artifact);
        Path log = null;
        try {
            log = Files.createTempFile("gossamer-maven", ".log");
            Process process = start(artifact, line, log.toFile());
            waitFor(artifact, process, progress);
            if (process.exitValue() != 0
                    || !Files.isRegularFile(localRepository.resolve(artifact.repositoryPath()))) {
                throw failed(artifact, "Maven exit=" + process.exitValue() + firstError(log), line);
            }
        } catch (IOException e) {
            throw new ArtifactUnavailableException(
                    "cannot run Maven for " + artifact.coordinates() + ": " + e.getMessage(), e);
        } finally {
            if (log != null) {
                log.toFile().delete();
            }
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

    private static Process start(MavenArtifact artifact, List<String> line, File log) {
        try {
            return new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(log)
                    .redirectInput(ProcessBuilder.Redirect.PIPE)
                    .start();
        } catch (IOException e) {
            throw new ArtifactUnavailableException(
                    "no Maven to fetch "
                            + artifact.coordinates()
                            + ": command="
                            + line.getFirst()
                            + "; install Maven or put the jar at "
                            + artifact.repositoryPath()
                            + " of the local repository",
                    e);
        }
    }

    private void waitFor(MavenArtifact artifact, Process process, DownloadProgress progress) {
        long last = 0;
        int idle = 0;
        try {
            while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                long now = bytesOnDisk(artifact);
                if (now != last) {
                    progress.downloaded(artifact, now);
                    last = now;
                    idle = 0;
                } else if (++idle >= IDLE_POLLS) {
                    throw failed(
                            artifact,
                            "no byte for seconds=" + IDLE_POLLS * POLL_MILLIS / 1000,
                            commandLine(artifact));
                }
            }
            progress.downloaded(artifact, bytesOnDisk(artifact));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ArtifactUnavailableException(
                    "download interrupted: artifact="
                            + artifact.coordinates()
                            + ", bytes="
                            + last
                            + ", of="
                            + artifact.jarBytes()
                            + "; run again",
                    e);
        } finally {
            process.destroy();
        }
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

    private static String firstError(Path log) throws IOException {
        String found = "";
        for (String line : new String(Files.readAllBytes(log), nativeEncoding()).lines().toList()) {
            if (line.startsWith("[ERROR]") && found.isEmpty()) {
                found = ", " + line.substring("[ERROR]".length()).strip();
            }
        }
        return found;
    }

    private static Charset nativeEncoding() {
        return Charset.forName(System.getProperty("native.encoding", "UTF-8"));
    }

    private static ArtifactUnavailableException failed(
            MavenArtifact artifact, String what, List<String> line) {
        return new ArtifactUnavailableException(
                "cannot fetch "
                        + artifact.coordinates()
                        + ": "
                        + what
                        + "; check the network and run: "
                        + String.join(" ", line));
    }
}
