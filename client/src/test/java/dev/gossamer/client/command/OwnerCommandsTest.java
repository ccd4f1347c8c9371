package dev.gossamer.client.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Every command of one owner alone, on small stock models, from rows to answers. */
class OwnerCommandsTest {
    @TempDir private Path folder;
    private Owner owner;

    @BeforeEach
    void sitDown() {
        owner = new Owner(folder);
    }

    private void done(int exitCode) {
        assertEquals(0, exitCode, owner.error());
    }

    /** Rows of two classes that differ in every letter. */
    private Path letters(String name, int rows) throws IOException {
        StringBuilder csv = new StringBuilder("text,label\n");
        for (int i = 0; i < rows; i++) {
            String text = i % 2 == 0 ? "aba ba" : "xyx yx";
            csv.append(text, 0, 3 + i % 4).append(i % 2 == 0 ? ",first\n" : ",second\n");
        }
        return owner.write(name, csv.toString());
    }

    @Test
    void sequenceClassification_trainEvaluatePredictExport_goTogether() throws IOException {
        Path base = owner.model("bert-sequence");
        Path data = letters("rows.csv", 24);

        done(
                owner.types(
                        "train",
                        "--base",
                        base,
                        "--data",
                        data,
                        "--task sequence-classification --engine cpu --rank 2 --targets"
                                + " query,value --steps 12 --batch-size 8 --learning-rate 0.03"
                                + " --held-out 0.25 --validate-every 6 --seed 7 --json --out",
                        owner.path("out")));

        JsonNode report = owner.json();
        assertEquals("done", report.get("end").asText());
        assertEquals(12, report.get("steps").asInt());
        assertEquals(18, report.get("trainingRows").asInt());
        assertEquals(1.0, report.get("validation").get("accuracy").asDouble());
        assertTrue(owner.progress().contains("trained"), owner.progress());
        assertTrue(owner.progress().contains("step 6 of 12: "), owner.progress());
        assertFalse(Files.exists(owner.path("out").resolve("checkpoint")));
        assertFalse(Files.exists(owner.path("out").resolve("start")));
        assertTrue(Files.exists(owner.path("out").resolve("training.json")));

        Path predictions = owner.path("predictions.jsonl");
        done(
                owner.types(
                        "evaluate",
                        "--engine cpu --json --adapter",
                        owner.path("out"),
                        "--data",
                        letters("test.csv", 7),
                        "--predictions",
                        predictions));
        assertEquals(1.0, owner.json().get("macroF1").asDouble());
        assertEquals(7, owner.json().get("rows").asInt());
        List<String> lines = Files.readAllLines(predictions);
        assertEquals(7, lines.size());
        JsonNode third = new ObjectMapper().readTree(lines.get(2));
        assertEquals(3, third.get("row").asInt());
        assertTrue(third.get("logits").get(0).asDouble() > third.get("logits").get(1).asDouble());

        done(owner.types("predict", "--engine cpu --adapter", owner.path("out"), "xyx"));
        assertTrue(owner.out().startsWith("second "), owner.out());
    }

    private double[] lossOf(Object... words) throws IOException {
        done(owner.types(with("evaluate", with("--engine cpu --json", words))));
        return new double[] {
            owner.json().get("loss").asDouble(), owner.json().get("accuracy").asDouble()
        };
    }

    /** What is exported scores rows as what was trained does, whoever reads it. */
    @Test
    void export_everyFormat_scoresTheSame() throws IOException {
        Path base = owner.model("bert-sequence");
        Path data = letters("rows.csv", 12);
        Path out = owner.path("out");
        done(
                owner.types(
                        "train",
                        "--base",
                        base,
                        "--data",
                        data,
                        "--task sequence-classification --pooling head --rank 2 --steps 4"
                                + " --learning-rate 0.02 --adapter lora-sb --init-rows 4 --out",
                        out));
        double[] trained = lossOf("--adapter", out, "--data", data);

        for (String format : List.of("peft", "gossamer", "merged")) {
            done(
                    owner.types(
                            "export", "--adapter", out, "--format", format, "--out", path(format)));
        }

        assertArrayEquals(
                trained,
                lossOf(
                        "--classes first,second --base",
                        base,
                        "--adapter",
                        path("peft"),
                        "--data",
                        data),
                1e-5);
        assertArrayEquals(trained, lossOf("--adapter", path("gossamer"), "--data", data), 0);
        assertArrayEquals(trained, lossOf("--base", path("merged"), "--data", data), 1e-5);
        assertEquals(
                2, owner.types("export", "--adapter", out, "--format peft --out", path("peft")));
        assertTrue(owner.error().contains("there is something already"), owner.error());
    }

    private Path path(String name) {
        return owner.path(name);
    }

    private int train(TrainCommand command, int interruptAfter, Object... words) {
        new CommandLine(command).parseArgs(Owner.strings(words));
        int[] steps = new int[1];
        return command.train(() -> ++steps[0] == interruptAfter);
    }

    private Object[] words(Path base, Path data, String out) {
        return new Object[] {
            "--base",
            base,
            "--data",
            data,
            "--task sequence-classification --engine cpu --adapter lora-sb --rank 2 --steps 6"
                    + " --batch-size 4 --init-rows 8 --early-stop 9 --validate-every 2 --out",
            owner.path(out)
        };
    }

    private static byte[] values(Path out) throws IOException {
        return Files.readAllBytes(out.resolve("values.safetensors"));
    }

    @Test
    void train_interruptedAndResumed_writesTheSameBytes() throws IOException {
        Path base = owner.model("bert-sequence");
        Path data = letters("rows.csv", 24);
        assertEquals(
                0, train(new TrainCommand(owner.surroundings()), 99, words(base, data, "whole")));

        assertEquals(
                1, train(new TrainCommand(owner.surroundings()), 3, words(base, data, "parts")));
        assertTrue(owner.progress().contains("interrupted: steps=3"), owner.progress());
        assertTrue(Files.exists(owner.path("parts").resolve("checkpoint")));
        Object[] words = words(base, data, "parts");
        assertEquals(2, owner.types(with("train", words)));
        assertTrue(owner.error().contains("go on with --resume"), owner.error());
        done(owner.types(with("train", with("--resume", words))));

        assertArrayEquals(values(owner.path("whole")), values(owner.path("parts")));
    }

    private static Object[] with(Object first, Object... words) {
        Object[] all = new Object[words.length + 1];
        all[0] = first;
        System.arraycopy(words, 0, all, 1, words.length);
        return all;
    }

    @Test
    void train_resumedWithOtherOptions_namesTheFirst() throws IOException {
        Path base = owner.model("bert-sequence");
        Path data = letters("rows.csv", 24);
        train(new TrainCommand(owner.surroundings()), 3, words(base, data, "out"));

        int code =
                owner.types(
                        with("train", with("--resume --batch-size 8", words(base, data, "out"))));

        assertEquals(2, code);
    }

    @Test
    void causalLm_promptsAndChats_areLearntAndWritten() throws IOException {
        Path base = owner.model("llama");
        Path data =
                owner.write(
                        "rows.jsonl",
                        """
                        {"prompt": "ab:", "completion": " xyz"}
                        {"messages": [{"role": "user", "content": "ab"}, \
                        {"role": "assistant", "content": "xyz"}]}
                        """);
        done(
                owner.types(
                        "train",
                        "--base",
                        base,
                        "--data",
                        data,
                        "--task causal-lm --engine cpu --rank 4 --steps 60 --batch-size 2"
                                + " --learning-rate 0.05 --held-out 0 --out",
                        owner.path("out")));

        done(
                owner.types(
                        "generate",
                        "--engine cpu --max-tokens 12 --adapter",
                        owner.path("out"),
                        "--prompt",
                        "ab:"));
        assertEquals(" xyz", owner.out().stripTrailing());
        done(
                owner.types(
                        "generate",
                        "--engine cpu --max-tokens 12 --chat --json --adapter",
                        owner.path("out"),
                        "--prompt",
                        "ab"));
        assertEquals("xyz", owner.json().get("text").asText());
        assertEquals("stop", owner.json().get("end").asText());

        Path predictions = owner.path("predictions.jsonl");
        done(
                owner.types(
                        "evaluate",
                        "--engine cpu --json --adapter",
                        owner.path("out"),
                        "--data",
                        data,
                        "--predictions",
                        predictions));
        assertEquals(1.0, owner.json().get("exactMatch").asDouble());
        JsonNode first = new ObjectMapper().readTree(Files.readAllLines(predictions).getFirst());
        assertTrue(first.get("negativeLogLikelihood").asDouble() < 0.5);
        assertEquals(5, first.get("tokens").asInt());
    }

    @Test
    void maskedLm_trainedOnOneText_fillsItsMask() throws IOException {
        Path base = owner.model("bert-mlm");
        Path data = owner.write("rows.jsonl", "{\"text\": \"abcdefgh\"}\n".repeat(8));
        done(
                owner.types(
                        "train",
                        "--base",
                        base,
                        "--data",
                        data,
                        "--task masked-lm --engine cpu --rank 4 --steps 80 --batch-size 8"
                                + " --learning-rate 0.03 --held-out 0 --out",
                        owner.path("out")));

        done(
                owner.types(
                        "predict",
                        "--engine cpu --json --adapter",
                        owner.path("out"),
                        "ab[MASK]defgh"));

        assertEquals("c", owner.json().get("masks").get(0).get(0).get("token").asText());
    }

    @Test
    void tokenClassification_letters_areTagged() throws IOException {
        Path base = owner.model("bert-token");
        Path data =
                owner.write(
                        "rows.jsonl",
                        """
                        {"tokens": ["ab", "xyz", "ab"], "tags": ["O", "B", "O"]}
                        {"tokens": ["xyz", "ab"], "tags": ["B", "O"]}
                        """);
        done(
                owner.types(
                        "train",
                        "--base",
                        base,
                        "--data",
                        data,
                        "--task token-classification --engine cpu --rank 4 --steps 60"
                                + " --batch-size 2 --learning-rate 0.03 --held-out 0 --out",
                        owner.path("out")));

        done(owner.types("predict", "--engine cpu --json --adapter", owner.path("out"), "xyz ab"));

        JsonNode tags = owner.json().get("tags");
        assertEquals("B", tags.get(0).get("tag").asText());
        assertEquals("O", tags.get(1).get("tag").asText());
    }

    @Test
    void evaluate_bareBase_scoresItsOwnHead() throws IOException {
        Path base = owner.model("bert-sequence");
        Path data = owner.write("rows.csv", "text,label\nabc,LABEL_0\nxyz,LABEL_2\n");

        done(owner.types("evaluate", "--engine cpu --base", base, "--data", data, "--json"));

        assertEquals(2, owner.json().get("rows").asInt());
        assertEquals("sequence-classification", owner.json().get("task").asText());
    }
}
