package dev.gossamer.simulations.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How every source of every module reads. */
class HouseTest {
    private static final Path TEST = Path.of("src/test/java/A.java");
    private static final Path PACKAGE = Path.of("src/main/java/a/package-info.java");

    /** Folders with sources but without the file that says what the package is for. */
    private static List<Path> unexplained(List<Path> files) {
        return files.stream()
                .map(Path::getParent)
                .distinct()
                .filter(folder -> !files.contains(folder.resolve("package-info.java")))
                .toList();
    }

    @Test
    void sources_ofAllModules_keepTheRules() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path file : SourceTree.javaFiles()) {
            Path name = SourceTree.ROOT.relativize(file);
            broken.addAll(HouseRules.broken(name, Files.readString(file)));
        }

        assertEquals("", String.join("\n", broken));
    }

    @Test
    void packages_ofAllModules_sayWhatTheyAreFor() throws IOException {
        assertEquals(List.of(), unexplained(SourceTree.javaFiles("main")));
    }

    @Test
    void sources_ofEachModule_areSeen() throws IOException {
        List<Path> files = SourceTree.javaFiles();

        for (String module : SourceTree.MODULES) {
            Path folder = SourceTree.ROOT.resolve(module);
            assertTrue(files.stream().anyMatch(file -> file.startsWith(folder)), module);
        }
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                arguments(TEST, "// \n".repeat(501), "file too long: lines=501, bound=500"),
                arguments(TEST, "// " + "x".repeat(98), "line too wide: columns=101, bound=100"),
                arguments(TEST, "class A {\tint a; }", "tab in a line"),
                arguments(
                        TEST,
                        "class A { void a() {" + "\n".repeat(70) + "} }",
                        "method too long: name=a, lines=71, bound=70"),
                arguments(
                        TEST,
                        "record A(int a) { A {" + "\n".repeat(70) + "} }",
                        "method too long: name=<init>, lines=71, bound=70"),
                arguments(TEST, "class AImpl {}", "name says nothing: name=AImpl"),
                arguments(TEST, "record AUtil() {}", "name says nothing: name=AUtil"),
                arguments(TEST, "enum AUtils {}", "name says nothing: name=AUtils"),
                arguments(TEST, "interface AManager {}", "name says nothing: name=AManager"),
                arguments(TEST, "class A { class AHelper {} }", "name says nothing: name=AHelper"),
                arguments(
                        TEST,
                        "class A { @Disabled void a() {} }",
                        "test switched off: annotation=@Disabled"),
                arguments(
                        TEST,
                        "class A { void a() throws Exception { Thread.sleep(1); } }",
                        "test that sleeps: call=Thread.sleep"),
                arguments(
                        PACKAGE,
                        "package a;",
                        "package without a sentence that defines it: found="),
                arguments(
                        PACKAGE,
                        "/** The package. */ package a;",
                        "package without a sentence that defines it: found=The package."),
                arguments(
                        PACKAGE,
                        "/** What is exchanged, and how */ package a;",
                        "package without a sentence that defines it: found=What is exchanged, and"
                                + " how"));
    }

    /** Each rule can fail, and says once what is wrong and where. */
    @ParameterizedTest
    @MethodSource("broken")
    void brokenSource_isNamedOnce(Path file, String source, String what) {
        assertEquals(List.of(file + ":1: " + what), HouseRules.broken(file, source));
    }

    @Test
    void goodSource_atEachBound_isLetThrough() {
        String method = "class A { void a() {" + "\n".repeat(69) + "} }\n";
        String wide = "// " + "𝜎".repeat(97) + "\n";

        assertEquals(List.of(), HouseRules.broken(TEST, method + wide + "//\n".repeat(429)));
        assertEquals(
                List.of(),
                HouseRules.broken(PACKAGE, "/** What is exchanged. <p>More */ package a;"));
    }

    @Test
    void packageWithoutInfo_isNamed() {
        Path explained = Path.of("a", "package-info.java");

        assertEquals(
                List.of(Path.of("b")),
                unexplained(List.of(explained, Path.of("a", "A.java"), Path.of("b", "B.java"))));
    }
}
