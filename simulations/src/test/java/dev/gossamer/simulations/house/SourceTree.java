package dev.gossamer.simulations.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkout that the tests were built from: what is written in it, not what was compiled. */
final class SourceTree {
    /** Tests run in the folder of their module. */
    static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    static final List<String> MODULES =
            List.of("protocols", "privacy", "client", "coordinator", "p2p", "simulations");

    private SourceTree() {}

    /** Java files of all modules, product and tests. */
    static List<Path> javaFiles() throws IOException {
        return Stream.concat(javaFiles("main").stream(), javaFiles("test").stream()).toList();
    }

    /** Java files below {@code src/[part]/java} of all modules, in the order of their paths. */
    static List<Path> javaFiles(String part) throws IOException {
        Stream.Builder<Path> found = Stream.builder();
        for (String module : MODULES) {
            Path sources = ROOT.resolve(module).resolve("src").resolve(part).resolve("java");
            if (Files.isDirectory(sources)) {
                try (Stream<Path> files = Files.walk(sources)) {
                    files.filter(file -> file.toString().endsWith(".java")).forEach(found);
                }
            }
        }
        return found.build().sorted().toList();
    }
}
