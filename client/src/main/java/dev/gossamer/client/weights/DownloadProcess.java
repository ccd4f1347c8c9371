package dev.gossamer.client.weights;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A program of this machine that fetches one artifact, so that the user's own mirrors, proxies and
 * credentials apply.
 */
final class DownloadProcess {
    private static final long POLL_MILLIS = 250;

    /** Five minutes without a byte: a stuck mirror, not a slow one. */
    private static final int IDLE_POLLS = 1200;

    private final Artifact artifact;
    private final List<String> line;
    private final Map<String, String> environment;

    /**
     * A program with its arguments.
     *
     * @param environment added to this process's own
     */
    DownloadProcess(Artifact artifact, List<String> line, Map<String, String> environment) {
        this.artifact = artifact;
        this.line = List.copyOf(line);
        this.environment = Map.copyOf(environment);
    }

    /**
     * Runs it to its end.
     *
     * @param bytesOnDisk how much has come
     * @param errorPrefix of the lines that tell what went wrong
     * @return whether the program could be started
     * @throws ArtifactUnavailableException if it fails, or nothing comes any more
     */
    boolean run(LongSupplier bytesOnDisk, String errorPrefix, DownloadProgress progress) {
        Path log = null;
        try {
            log = Files.createTempFile("gossamer-download", ".log");
            Optional<Process> process = start(log);
            if (process.isEmpty()) {
                return false;
            }
            waitFor(process.get(), bytesOnDisk, progress);
            if (process.get().exitValue() != 0) {
                throw failed(
                        "exit=" + process.get().exitValue() + firstError(log, errorPrefix), line);
            }
            return true;
        } catch (IOException e) {
            throw new ArtifactUnavailableException(
                    "cannot run "
                            + line.getFirst()
                            + " for "
                            + artifact.coordinates()
                            + ": "
                            + e.getMessage(),
                    e);
        } finally {
            if (log != null) {
                log.toFile().delete();
            }
        }
    }

    private Optional<Process> start(Path log) {
        ProcessBuilder builder =
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .redirectInput(ProcessBuilder.Redirect.PIPE);
        builder.environment().putAll(environment);
        try {
            return Optional.of(builder.start());
        } catch (IOException e) {
            return Optional.empty(); // there is no such program
        }
    }

    private void waitFor(Process process, LongSupplier bytesOnDisk, DownloadProgress progress) {
        long last = 0;
        int idle = 0;
        try {
            while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                long now = bytesOnDisk.getAsLong();
                if (now != last) {
                    progress.downloaded(artifact, now);
                    last = now;
                    idle = 0;
                } else if (++idle >= IDLE_POLLS) {
                    throw failed("no byte for seconds=" + IDLE_POLLS * POLL_MILLIS / 1000, line);
                }
            }
            progress.downloaded(artifact, bytesOnDisk.getAsLong());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ArtifactUnavailableException(
                    "download interrupted: artifact="
                            + artifact.coordinates()
                            + ", bytes="
                            + last
                            + ", of="
                            + artifact.archiveBytes()
                            + "; run again",
                    e);
        } finally {
            process.destroy();
        }
    }

    private static String firstError(Path log, String prefix) throws IOException {
        String found = "";
        for (String line : new String(Files.readAllBytes(log), nativeEncoding()).lines().toList()) {
            if (line.startsWith(prefix) && found.isEmpty()) {
                found = ", " + line.substring(prefix.length()).strip();
            }
        }
        return found;
    }

    private static Charset nativeEncoding() {
        return Charset.forName(System.getProperty("native.encoding", "UTF-8"));
    }

    private ArtifactUnavailableException failed(String what, List<String> line) {
        return new ArtifactUnavailableException(
                "cannot fetch "
                        + artifact.coordinates()
                        + ": "
                        + what
                        + "; check the network and run: "
                        + String.join(" ", line));
    }
}
