package dev.gossamer.simulations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.command.CommandRoot;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a person sees when something is wrong: one line, an exit code, and no folder left. */
class SimulationsMainTest {
    @TempDir private Path folder;
    private Path out;
    private String demo;

    @BeforeEach
    void readDemo() throws IOException {
        out = folder.resolve("out");
        demo = Files.readString(Path.of("experiments/demo.yaml"));
    }

    private static int run(StringWriter err, String... words) {
        return CommandRoot.run(new PrintWriter(err, true), SimulationsMain.commands(), words);
    }

    private String refusal(int exit, Path file) {
        return refusal(exit, "simulate", file.toString(), "--out", out.toString());
    }

    private String refusal(int exit, String... words) {
        StringWriter err = new StringWriter();
        int code = run(err, words);
        String text = err.toString();
        assertEquals(exit, code, text);
        assertEquals(1, text.lines().count(), text);
        assertTrue(text.startsWith("gossamer: "), text);
        assertFalse(Files.isDirectory(out), "a folder was left behind");
        return text.strip();
    }

    private String refusal(String from, String to) throws IOException {
        assertTrue(demo.contains(from), from);
        Path file = Files.writeString(folder.resolve("run.yaml"), demo.replace(from, to));
        return refusal(2, file);
    }

    @Test
    void simulate_misspeltKey_namesItAndSuggests() throws IOException {
        String text = refusal("learning-rate: 1e-2, schedule", "learning-rat: 1e-2, schedule");

        assertTrue(text.contains("train.learning-rat"), text);
        assertTrue(text.contains("learning-rate"), text);
    }

    @Test
    void simulate_rankLargerThanASide_namesTheBound() throws IOException {
        assertEquals(
                "gossamer: rank is larger than a side of the matrix: key=adapter.rank, value=500,"
                        + " bound=384",
                refusal("rank: 16", "rank: 500"));
    }

    @Test
    void simulate_noTargets_isRefused() throws IOException {
        String text = refusal("targets: all-linear", "targets: []");

        assertTrue(text.contains("zero matching targets: key=adapter.targets"), text);
    }

    @Test
    void simulate_targetThatTheBaseHasNot_isRefused() throws IOException {
        String text = refusal("targets: all-linear", "targets: [query, q_proj.lora]");

        assertTrue(text.contains("no linear map of the base matches: targets=q_proj.lora"), text);
    }

    @Test
    void simulate_rowsLongerThanTheBase_areRefused() throws IOException {
        String text = refusal("max-tokens: 64", "max-tokens: 513");

        assertTrue(
                text.contains(
                        "rows are longer than the base can read: key=data.max-tokens, value=513,"
                                + " bound=512"),
                text);
    }

    @Test
    void simulate_labelThatNoRowHas_isNamed() throws IOException {
        String text = refusal("classes: [artifact", "classes: [unicorn, artifact");

        assertTrue(
                text.contains("no training row has the label: key=data.classes, value=unicorn"),
                text);
    }

    @Test
    void simulate_unknownBase_namesTheBuiltIn() throws IOException {
        String text = refusal("base: minilm-l6", "base: minilm-l7");

        assertTrue(text.contains("no such model: name=minilm-l7"), text);
        assertTrue(text.contains("minilm-l6"), text);
    }

    @Test
    void simulate_unknownMethod_namesTheAvailable() throws IOException {
        String text = refusal("method: fed-sb", "method: fed-bs");

        assertTrue(
                text.contains(
                        "value=fed-bs, available=[cellm, fed-sb, fedex, fedit, ffa, flexlora,"
                                + " flora, hetlora, lora-fair, rolora]"),
                text);
    }

    @Test
    void simulate_unknownSource_namesTheBuiltIn() throws IOException {
        String text = refusal("source: wordnet-nouns", "source: wordnet-verbs");

        assertTrue(text.contains("unknown data set: key=simulate.source"), text);
    }

    @Test
    void simulate_moreClientsThanRows_isRefused() throws IOException {
        String text = refusal("clients: 6", "clients: 100000");

        assertTrue(text.contains("too few glosses"), text);
    }

    @Test
    void simulate_missingFile_isNamed() {
        String text = refusal(2, folder.resolve("none.yaml"));

        assertTrue(text.contains("none.yaml"), text);
    }

    @Test
    void simulate_outIsAFile_isNamed() throws IOException {
        Files.writeString(out, "not a folder");

        String text = refusal(1, Path.of("experiments/demo.yaml"));

        assertTrue(text.contains("cannot write: path=" + out), text);
        assertTrue(text.contains("--out"), text);
    }

    @Test
    void demo_portInUse_isNamedAndLeavesNoRunFolder() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            StringWriter err = new StringWriter();

            int code = run(err, "demo", "--port", port, "--json", "--out", out.toString());

            assertEquals(1, code, err.toString());
            assertEquals(
                    "gossamer: port is in use: host=127.0.0.1, port="
                            + port
                            + "; choose another or stop what listens there",
                    err.toString().strip());
            assertEquals(0, out.toFile().list().length);
        }
    }

    @Test
    void demo_portOutOfRange_isUsage() {
        assertEquals(
                "gossamer: port out of range: --port=70000, bound=0..65535",
                refusal(2, "demo", "--port", "70000", "--out", out.toString()));
    }

    @Test
    void simulate_verbose_addsTheStackTrace() {
        StringWriter err = new StringWriter();

        int code = run(err, "simulate", folder.resolve("none.yaml").toString(), "--verbose");

        assertEquals(2, code);
        assertTrue(err.toString().contains("\tat dev.gossamer"), err.toString());
    }

    @Test
    void run_unknownOption_isUsage() {
        StringWriter err = new StringWriter();

        assertEquals(2, run(err, "demo", "--sed", "1"));
        assertTrue(err.toString().contains("--sed"), err.toString());
    }
}
