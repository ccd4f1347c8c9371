package dev.gossamer.client.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the operating system says about the memory of this process. */
public final class ProcessMemory {
    /** Where the system does not say it. */
    public static final long UNKNOWN = -1;

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long KIBI = 1024;

    private ProcessMemory() {}

    /** The most memory that was resident at once, or {@link #UNKNOWN}: only Linux says it. */
    public static long peakResidentBytes() {
        try (Stream<String> lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> KIBI * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }
}
