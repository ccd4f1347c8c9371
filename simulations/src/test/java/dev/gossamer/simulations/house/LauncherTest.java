package dev.gossamer.simulations.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The launcher up to where it would build: this test runs inside a build. */
@EnabledOnOs({OS.LINUX, OS.MAC})
class LauncherTest {
    @TempDir Path folder;

    private record Ended(int code, String out, String err) {}

    /** Runs the launcher where no JDK and no Maven can be found unless the test made them. */
    private Ended run(Path launcher, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> command =
                Stream.concat(Stream.of("/bin/bash", launcher.toString()), Stream.of(arguments))
                        .toList();
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("HOME", folder.toString());
        builder.environment().put("PATH", tools().toString());
        builder.environment().put("GOSSAMER_JDK_PATHS", folder.resolve("jvm") + "/*");
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        return new Ended(code, Files.readString(out), Files.readString(err));
    }

    private Ended run(String... arguments) throws IOException, InterruptedException {
        return run(SourceTree.ROOT.resolve("gossamer"), Map.of(), arguments);
    }

    /** A folder of the only tool that the launcher needs before it builds. */
    private Path tools() throws IOException {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        program(tools.resolve("readlink"), "exec /usr/bin/readlink \"$@\"");
        return tools;
    }

    private static void program(Path file, String line) throws IOException {
        Files.write(file, List.of("#!/bin/bash", line), StandardCharsets.UTF_8);
        assertTrue(file.toFile().setExecutable(true));
    }

    /** A folder that looks like a JDK to whoever reads its release file. */
    private Path jdk(String version) throws IOException {
        Path jdk = folder.resolve("jvm").resolve("jdk-" + version);
        Files.createDirectories(jdk.resolve("bin"));
        for (String name : List.of("java", "javac")) {
            program(jdk.resolve("bin").resolve(name), "exit 3");
        }
        Files.write(
                jdk.resolve("release"),
                List.of("IMPLEMENTOR=\"Nobody\"", "JAVA_VERSION=\"" + version + "\""),
                StandardCharsets.UTF_8);
        return jdk;
    }

    @Test
    void help_namesEachCommandOnOneLine() throws Exception {
        Ended ended = run("--help");

        assertEquals(0, ended.code());
        assertEquals("", ended.err());
        for (String command :
                List.of("demo", "simulate", "coordinator", "client", "models", "privacy")) {
            assertTrue(
                    ended.out().lines().anyMatch(line -> line.startsWith("  " + command + " ")),
                    command);
        }
    }

    @Test
    void noArguments_saysWhatHelpSays() throws Exception {
        assertEquals(run("--help"), run());
    }

    @Test
    void unknownWord_exitsWithUsageAndTheNearestCommand() throws Exception {
        Ended ended = run("simulte", "run.yaml");

        assertEquals(2, ended.code());
        assertEquals("", ended.out());
        assertEquals(
                "gossamer: no command 'simulte'; nearest: simulate; --help lists all\n",
                ended.err());
    }

    @Test
    void unknownWord_likeNoCommand_pointsToHelp() throws Exception {
        assertEquals(
                new Ended(2, "", "gossamer: no command 'zzzzzz'; --help lists all\n"),
                run("zzzzzz"));
    }

    @Test
    void noJdk_saysOnOneLineWhatWasLookedForAndWhere() throws Exception {
        Ended ended = run("demo");

        assertEquals(1, ended.code());
        assertEquals(1, ended.err().lines().count(), ended.err());
        assertTrue(ended.err().contains("JDK 25 or newer"), ended.err());
        assertTrue(ended.err().contains(folder.resolve("jvm") + "/*"), ended.err());
    }

    @Test
    void oldJdks_areNoJdk() throws Exception {
        jdk("1.8.0_402");
        Path newest = jdk("24.0.2");

        Ended ended =
                run(
                        SourceTree.ROOT.resolve("gossamer"),
                        Map.of("JAVA_HOME", newest.toString()),
                        "demo");

        assertEquals(1, ended.code());
        assertTrue(ended.err().contains("JDK 25 or newer"), ended.err());
    }

    /** Through a symbolic link, in a copy of the launcher that has nothing built beside it. */
    @Test
    void newJdk_withoutMaven_stopsAtTheBuild() throws Exception {
        jdk("21.0.5");
        jdk("25");
        Path home = Files.createDirectories(folder.resolve("a house"));
        Files.copy(SourceTree.ROOT.resolve("gossamer"), home.resolve("gossamer"));
        Path link = folder.resolve("gsmr");
        Files.createSymbolicLink(link, Path.of("a house", "gossamer"));

        Ended ended = run(link, Map.of(), "demo");

        assertEquals(
                new Ended(1, "", "gossamer: no mvn on the PATH: install Maven 3.8.6 or newer\n"),
                ended);
        assertFalse(Files.exists(home.resolve("target")));
    }
}
