package dev.gossamer.client.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What every command refuses: one line, an exit code, and nothing half-written. */
class OwnerErrorsTest {
    private static final String SEQUENCE = "--task sequence-classification ";

    @TempDir private Path folder;
    private Owner owner;

    @BeforeEach
    void sitDown() throws IOException {
        owner = new Owner(folder);
        owner.model("bert-sequence");
        owner.model("bert-mlm");
        owner.model("llama");
        owner.write("rows.csv", "text,label\nab,x\nxy,y\nab,x\n");
    }

    static Stream<Arguments> training() {
        return Stream.of(
                arguments(
                        "bert-sequence",
                        "--task poetry",
                        2,
                        "unknown word: --task=poetry, one of=["),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--steps 2 --epochs 2",
                        2,
                        "two lengths: --steps=2, --epochs=2.0; give one"),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--rank 0",
                        2,
                        "out of range: --rank=0, bound=1"),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--rank 99",
                        2,
                        "rank is larger than a side of the matrix: rank=99, target="),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--targets poetry",
                        2,
                        "no linear map of the base matches: targets=poetry, there are=["),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--adapter lora-sb --alpha 3",
                        2,
                        "alpha scales nothing where R is trained: --alpha=3.0, --adapter=lora-sb"),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--adapter lora-xs --init eva",
                        2,
                        "initialisation is of LoRA alone: --init=eva, --adapter=lora-xs"),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--max-tokens 41",
                        2,
                        "out of the model's range: --max-tokens=41, bound=40"),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--learning-rate -1",
                        2,
                        "bad plan: batchSize=16, accumulation=1, learningRate=-1.0"),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--dropout 1",
                        2,
                        "out of range: --dropout=1.0, bound=[0,1)"),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--weights blocks",
                        2,
                        "base is not of blocks: weights=blocks, matrix=words; take a GGUF file"));
    }

    static Stream<Arguments> rowsAndTasks() {
        return Stream.of(
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--held-out 1",
                        2,
                        "held-out fraction out of range: fraction=1.0, bound=[0,1)"),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--early-stop 2 --held-out 0",
                        2,
                        "no rows to stop early by: --early-stop=2, validation rows=0; give"),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--classes x,z",
                        1,
                        "bad row: file=rows.csv, row=3, column=label, label=y is not one of"
                                + " classes=[x, z]; correct the label or list it under classes"),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--label text",
                        2,
                        "two columns of one name: text=text"),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--text body",
                        1,
                        "bad row: file=rows.csv, row=2, column=body is missing; add it or name"
                                + " another column"),
                arguments(
                        "bert-sequence",
                        "--task masked-lm",
                        2,
                        "base has no language model's head: task=masked-lm, base=bert-sequence"),
                arguments(
                        "llama",
                        "--task masked-lm",
                        2,
                        "task does not fit the base: task=masked-lm, base=llama"),
                arguments(
                        "bert-mlm",
                        "--task causal-lm",
                        2,
                        "task does not fit the base: task=causal-lm, base=bert-mlm"),
                arguments("none", SEQUENCE, 2, "no such model: name=none, built in=["),
                arguments(
                        "bert-sequence",
                        SEQUENCE + "--resume",
                        2,
                        "nothing to resume: there is no checkpoint in --out=out"));
    }

    @ParameterizedTest
    @MethodSource({"training", "rowsAndTasks"})
    void train_wrongOptionsOrRows_refusedBeforeAnythingIsWritten(
            String base, String options, int code, String refusal) {
        int exit =
                owner.types(
                        "train",
                        "--base",
                        owner.path(base),
                        "--data",
                        owner.path("rows.csv"),
                        options.strip(),
                        "--out",
                        owner.path("out"));

        String said = owner.error();
        assertEquals(
                "gossamer: " + refusal,
                said.substring(0, Math.min(said.length(), 10 + refusal.length())));
        assertEquals(1, said.lines().count(), said);
        assertEquals(code, exit);
        assertFalse(Files.exists(owner.path("out")));
    }

    @Test
    void train_intoAFolderWithSomething_isRefused() {
        int exit =
                owner.types(
                        "train",
                        "--base",
                        owner.path("bert-sequence"),
                        "--data",
                        owner.path("rows.csv"),
                        SEQUENCE.strip(),
                        "--out",
                        owner.path("llama"));

        assertEquals(
                "gossamer: there is something already: --out=llama; name another", owner.error());
        assertEquals(2, exit);
    }

    @Test
    void train_baseWithoutTokeniser_isRefused() throws IOException {
        Files.delete(owner.path("bert-sequence").resolve("tokenizer.json"));

        int exit =
                owner.types(
                        "train",
                        "--base",
                        owner.path("bert-sequence"),
                        "--data",
                        owner.path("rows.csv"),
                        SEQUENCE.strip(),
                        "--out",
                        owner.path("out"));

        assertEquals(
                "gossamer: base has no tokeniser: base=bert-sequence; put its tokenizer.json beside"
                        + " the weights",
                owner.error());
        assertEquals(2, exit);
    }

    @Test
    void train_divergingRun_saysSoAndWhatToDo() {
        int exit =
                owner.types(
                        "train",
                        "--base",
                        owner.path("bert-sequence"),
                        "--data",
                        owner.path("rows.csv"),
                        SEQUENCE + "--steps 400 --learning-rate 1e30 --optimizer sgd --out",
                        owner.path("out"));

        assertEquals("gossamer: training diverged: step=", owner.error().substring(0, 34));
        assertEquals(1, exit);
    }

    static Stream<Arguments> others() {
        return Stream.of(
                arguments(
                        "evaluate --adapter llama --data rows.csv",
                        "no adapter: --adapter=llama; name a folder with adapter.json or"
                                + " adapter_config.json"),
                arguments(
                        "evaluate --data rows.csv",
                        "no base: --base=none; name a built-in model, a folder or a file"),
                arguments(
                        "evaluate --base bert-sequence --task causal-lm --data rows.csv",
                        "model is for another task: --task=causal-lm, base=bert-sequence, its"
                                + " task=sequence-classification"),
                arguments(
                        "predict --base llama ab",
                        "task writes texts: task=causal-lm; use generate --prompt"),
                arguments(
                        "predict --base bert-mlm ab", "no mask in the text: TEXT=ab; write [MASK]"),
                arguments(
                        "generate --base bert-mlm --prompt ab",
                        "model is for another task: --task=causal-lm, base=bert-mlm, its"
                                + " task=masked-lm"),
                arguments(
                        "generate --base llama --temperature -1 --prompt ab",
                        "out of range: --temperature=-1.0, bound=0"),
                arguments(
                        "generate --base llama --top-p 0 --prompt ab",
                        "out of range: --top-p=0.0, bound=(0,1]"),
                arguments(
                        "generate --base llama --system be:kind --prompt ab",
                        "no conversation: --system without --chat"),
                arguments(
                        "export --adapter llama --format zip --out out",
                        "unknown word: --format=zip, one of=[peft, merged, gossamer]"));
    }

    @ParameterizedTest
    @MethodSource("others")
    void otherCommands_wrongOptions_refused(String words, String refusal) {
        Object[] typed =
                Stream.of(words.split(" ", -1))
                        .map(word -> Files.exists(owner.path(word)) ? owner.path(word) : word)
                        .toArray();

        int exit = owner.types(typed);

        assertEquals("gossamer: " + refusal, owner.error());
        assertEquals(2, exit);
    }

    @Test
    void generate_promptLongerThanTheModel_isRefused() {
        int exit =
                owner.types("generate", "--base", owner.path("llama"), "--prompt", "x".repeat(256));

        assertEquals(
                "gossamer: prompt has no token, or leaves no room: prompt tokens=256, bound=256",
                owner.error());
        assertEquals(2, exit);
    }
}
