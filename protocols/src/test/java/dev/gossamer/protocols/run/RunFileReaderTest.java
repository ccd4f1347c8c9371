package dev.gossamer.protocols.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

class RunFileReaderTest {
    /** Only what must be said. */
    static final String MINIMAL =
            """
            name: small
            model: {base: minilm-l6}
            data: {set: notes, classes: [good, bad]}
            rounds: {cohort: 5}
            """;

    static final String COMPLETE =
            """
            # The run of `./gossamer demo`: six owners of WordNet glosses, label-skewed.
            name: wordnet-fed-sb
            task: sequence-classification
            model: {base: minilm-l6, weights: fp32, precision: fp32, pooling: mean}
            data:
              set: wordnet-nouns
              text: text
              label: label
              classes: [artifact, person, plant, animal, act, communication, state, location,
                        substance, food, body, cognition]
              max-tokens: 64
              truncate: end
              held-out: 0.2
            adapter: {method: fed-sb, rank: 16, targets: all-linear}
            basis: {from: gradient, sample: public-sample, rows: 256, learning-rate: 5e-3}
            train: {local-steps: 12, batch-size: 16, optimizer: adamw, learning-rate: 5e-3,
                    schedule: constant, state: per-round, threads: 2}
            rounds: {count: 10, cohort: 6, minimum: 4, over-select: 0, deadline: 600s,
                     weights: examples}
            server: {optimizer: fedavg}
            exchange:
              upload: {values: fp32, density: 1.0}
              download: {values: fp32, density: 1.0}
            evaluation: {every: 1, public-test: wordnet-test}
            privacy: {mode: none}
            secure-aggregation: false
            seed: 7
            simulate:
              clients: 6
              source: wordnet-nouns
              partition: {dirichlet: 0.3, by: label}
              device: {tokens-per-second: 2000}
              network: {bandwidth: 20Mbit/s, latency: 30ms}
              stragglers: none
            """;

    @Test
    void read_completeFile_givesEveryValue() {
        RunFile run = RunFileReader.read(COMPLETE);

        assertEquals("wordnet-fed-sb", run.name());
        assertEquals(RunFile.Task.SEQUENCE_CLASSIFICATION, run.task());
        assertEquals("minilm-l6", run.model().base());
        assertEquals(12, run.data().classes().size());
        assertEquals("cognition", run.data().classes().get(11));
        assertEquals(List.of("all-linear"), run.adapter().targets());
        assertEquals(5e-3, run.basis().learningRate());
        assertEquals(5e-3, run.train().learningRate());
        assertEquals(4, run.rounds().minimum());
        assertEquals(Duration.ofMinutes(10), run.rounds().deadline());
        assertEquals(Optional.of("wordnet-test"), run.evaluation().publicTest());
        World world = run.simulate().orElseThrow();
        assertEquals(6, world.clients());
        assertEquals(20_000_000, world.network().bitsPerSecond());
        assertEquals(Duration.ofMillis(30), world.network().latency());
    }

    @Test
    void read_minimalFile_hasTheDefaultModelAndData() {
        RunFile run = RunFileReader.read(MINIMAL);

        assertEquals(RunFile.Task.SEQUENCE_CLASSIFICATION, run.task());
        assertEquals(
                new RunFile.Model(
                        "minilm-l6",
                        RunFile.Model.Storage.FP32,
                        RunFile.Model.Precision.FP32,
                        RunFile.Model.Pooling.MEAN),
                run.model());
        assertEquals(
                new DataPlan(
                        "notes",
                        Map.of(Column.TEXT, "text", Column.LABEL, "label"),
                        List.of("good", "bad"),
                        64,
                        DataPlan.Truncate.END,
                        0.2),
                run.data());
    }

    @Test
    void read_minimalFile_hasTheDefaultTraining() {
        RunFile run = RunFileReader.read(MINIMAL);

        assertEquals(
                new AdapterPlan(
                        "fed-sb",
                        16,
                        OptionalDouble.empty(),
                        new TreeMap<>(),
                        List.of("all-linear")),
                run.adapter());
        assertEquals(
                new RunFile.BasisPlan(
                        RunFile.BasisPlan.From.GRADIENT,
                        "public-sample",
                        256,
                        0.005,
                        RunFile.BasisPlan.Values.FP32,
                        0,
                        0),
                run.basis());
        assertEquals(
                new TrainPlan(
                        12,
                        16,
                        TrainPlan.Optimizer.ADAMW,
                        0,
                        0.005,
                        0,
                        TrainPlan.Schedule.CONSTANT,
                        OptionalDouble.empty(),
                        0,
                        0,
                        TrainPlan.State.PER_ROUND,
                        2),
                run.train());
    }

    @ParameterizedTest
    @CsvSource({
        "gradient, GRADIENT, fp32, FP32",
        "weights, WEIGHTS, bf16, BF16",
        "random, RANDOM, bf16, BF16",
        "range-finder, RANGE_FINDER, fp32, FP32"
    })
    void read_basis_isFromWhatIsSaidAndTravelsAsThat(
            String from,
            RunFile.BasisPlan.From expected,
            String values,
            RunFile.BasisPlan.Values expectedValues) {
        RunFile run =
                RunFileReader.read(
                        MINIMAL + "basis: {from: %s, values: %s}\n".formatted(from, values));

        assertEquals(
                new RunFile.BasisPlan(expected, "public-sample", 256, 0.005, expectedValues, 0, 0),
                run.basis());
    }

    @Test
    void read_minimalFile_hasTheDefaultRounds() {
        RunFile run = RunFileReader.read(MINIMAL);
        CodecPlan whole =
                new CodecPlan(
                        CodecPlan.Values.FP32,
                        128,
                        CodecPlan.Sparsify.TOP_K,
                        1,
                        CodecPlan.Index.AUTO,
                        CodecPlan.Entropy.NONE,
                        CodecPlan.Feedback.NONE,
                        0.9,
                        3);

        assertEquals(
                new RunFile.Rounds(
                        10, 5, 4, 0, Duration.ofMinutes(10), RunFile.Rounds.Weights.EXAMPLES, 1000),
                run.rounds());
        assertEquals(ServerPlan.plain(), run.server());
        assertEquals(new RunFile.Exchange(whole, whole), run.exchange());
        assertEquals(new RunFile.EvaluationPlan(1, Optional.empty(), true), run.evaluation());
        assertEquals(PrivacyPlan.none(), run.privacy());
        assertFalse(run.secureAggregation());
        assertEquals(7, run.seed());
        assertEquals(Optional.empty(), run.simulate());
    }

    @Test
    void read_worldOfClientsAlone_hasTheDefaultWorld() {
        RunFile run = RunFileReader.read(MINIMAL + "simulate: {clients: 9}\n");

        assertEquals(
                new World(
                        9,
                        List.of(),
                        "notes",
                        new World.Partition.Dirichlet(0.3, World.Partition.By.LABEL),
                        new World.Device(2000),
                        new World.Network(20_000_000, Duration.ofMillis(30)),
                        World.Stragglers.NONE),
                run.simulate().orElseThrow());
    }

    /** A file of one task, with columns of its own names where {@code data} gives some. */
    private static DataPlan data(String task, String data) {
        String yaml = MINIMAL.replace("{set: notes, classes: [good, bad]}", data);
        return RunFileReader.read(yaml + "task: " + task + "\n").data();
    }

    @Test
    void read_eachTask_hasTheColumnsThatItReads() {
        assertEquals(
                Map.of(Column.TEXT, "text", Column.SECOND_TEXT, "claim", Column.LABEL, "label"),
                data("sequence-classification", "{set: s, second-text: claim, classes: [a, b]}")
                        .columns());
        assertEquals(
                Map.of(Column.TEXT, "tokens", Column.LABEL, "tags"),
                data("token-classification", "{set: s, classes: [O, B]}").columns());
        assertEquals(
                Map.of(Column.TEXT, "body"), data("masked-lm", "{set: s, text: body}").columns());
        assertEquals(
                Map.of(
                        Column.TEXT, "text",
                        Column.PROMPT, "question",
                        Column.COMPLETION, "completion",
                        Column.MESSAGES, "messages"),
                data("causal-lm", "{set: s, prompt: question}").columns());
        assertEquals(List.of(), data("causal-lm", "{set: s}").classes());
    }

    @Test
    void read_everyWayToTrain_isKept() {
        TrainPlan train =
                RunFileReader.read(
                                MINIMAL
                                        + "train: {optimizer: sgd, momentum: 0.9, schedule: cosine,"
                                        + " clip-norm: 1.5, proximal: 0.01, dropout: 0.1}\n")
                        .train();
        assertEquals(TrainPlan.Optimizer.SGD, train.optimizer());
        assertEquals(0.9, train.momentum());
        assertEquals(OptionalDouble.of(1.5), train.clipNorm());
        assertEquals(0.01, train.proximal());
        assertEquals(0.1, train.dropout());
        assertEquals(0.005, train.learningRate(1, 4));
        assertEquals(0.0025, train.learningRate(3, 4), 1e-12);
        assertEquals(0.005 * (1 + Math.sqrt(0.5)) / 2, train.learningRate(2, 4), 1e-12);
    }

    @Test
    void read_baseInItsOwnBlocksWithPatterns_isKept() {
        RunFile run =
                RunFileReader.read(
                        MINIMAL.replace(
                                        "{base: minilm-l6}",
                                        "{base: a.gguf, weights: blocks, precision: bf16,"
                                                + " pooling: cls}")
                                + "adapter: {targets: [gate, q_proj, 'layers.*.mlp.down_proj']}\n");
        assertEquals(RunFile.Model.Storage.BLOCKS, run.model().weights());
        assertEquals(RunFile.Model.Precision.BF16, run.model().precision());
        assertEquals(RunFile.Model.Pooling.CLS, run.model().pooling());
        assertEquals(List.of("gate", "q_proj", "layers.*.mlp.down_proj"), run.adapter().targets());
    }

    @Test
    void read_naturalPartition_namesItsColumn() {
        RunFile run =
                RunFileReader.read(
                        MINIMAL + "simulate: {clients: 9, partition: {natural: hospital}}\n");
        assertEquals(
                new World.Partition.Natural("hospital"), run.simulate().orElseThrow().partition());
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "3, 2", "4, 3", "6, 4", "100, 67"})
    void read_minimumLeftOut_isTwoThirdsOfTheCohort(int cohort, int minimum) {
        RunFile run = RunFileReader.read(MINIMAL.replace("cohort: 5", "cohort: " + cohort));

        assertEquals(minimum, run.rounds().minimum());
    }

    @ParameterizedTest
    @ValueSource(strings = {"5e-3", "'5e-3'", "\"0.005\"", "5E-3", ".5e-2", "0.5e-02", "+0.005"})
    void read_numberInAnyForm_isANumber(String written) {
        RunFile run = RunFileReader.read(MINIMAL + "train: {learning-rate: " + written + "}\n");

        assertEquals(0.005, run.train().learningRate());
    }

    @ParameterizedTest
    @CsvSource({
        "250ms, 250",
        "60s, 60000",
        "1.5s, 1500",
        "10m, 600000",
        "2h, 7200000",
        "3 s, 3000"
    })
    void read_durationWithUnit_isConverted(String written, long millis) {
        RunFile run = RunFileReader.read(COMPLETE.replace("600s", written));

        assertEquals(Duration.ofMillis(millis), run.rounds().deadline());
    }

    @ParameterizedTest
    @CsvSource({
        "800bit/s, 800",
        "5kbit/s, 5000",
        "2.5Mbit/s, 2500000",
        "20 Mbit/s, 20000000",
        "1Gbit/s, 1000000000"
    })
    void read_rateWithUnit_isConverted(String written, long bitsPerSecond) {
        RunFile run = RunFileReader.read(COMPLETE.replace("20Mbit/s", written));

        assertEquals(bitsPerSecond, run.simulate().orElseThrow().network().bitsPerSecond());
    }

    @Test
    void read_labelsThatLookLikeOtherTypes_areText() {
        RunFile run = RunFileReader.read(MINIMAL.replace("good, bad", "0, 1.0, no, true, 'null'"));

        assertEquals(List.of("0", "1.0", "no", "true", "null"), run.data().classes());
    }

    /** The library reads in blocks; no character may be lost or refused where two of them meet. */
    @Test
    void read_characterOfTwoUnitsAnywhere_isKept() {
        for (int pad = 0; pad < 2100; pad++) {
            String yaml = "#" + "x".repeat(pad) + "\n" + MINIMAL.replace("good", "\uD83D\uDE42");

            assertEquals(
                    "\uD83D\uDE42", RunFileReader.read(yaml).data().classes().get(0), "pad=" + pad);
        }
    }

    @Test
    void read_file_givesTheSameAsItsText(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("run.yaml"), "\uFEFF" + COMPLETE);

        assertEquals(RunFileReader.read(COMPLETE), RunFileReader.read(file));
    }

    @Test
    void read_fileThatIsNone_isRefusedByPath(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("none.yaml");
        Path binary = Files.write(folder.resolve("bin.yaml"), new byte[] {'a', (byte) 0xff});
        Path large = Files.write(folder.resolve("large.yaml"), new byte[4 << 20]);

        assertEquals(
                "run file cannot be read: path=" + missing + ", problem=NoSuchFileException",
                assertThrows(RunFileException.class, () -> RunFileReader.read(missing))
                        .getMessage());
        assertThrows(RunFileException.class, () -> RunFileReader.read(folder));
        assertEquals(
                "run file is not UTF-8: path=" + binary,
                assertThrows(RunFileException.class, () -> RunFileReader.read(binary))
                        .getMessage());
        assertEquals(
                "run file is too long: path=" + large + ", bound=3145728 bytes",
                assertThrows(RunFileException.class, () -> RunFileReader.read(large)).getMessage());
    }

    /** Any text gives a run or the one exception, with one line. */
    @Test
    void read_randomlyChanged_throwsNothingElse() {
        CounterRandom random = CounterRandom.of(11, "fuzz", 0, "");
        String odd = "\0\t\n\r \"'#%&*,-.0123456789:<>?@[]\\`ae{|}~!\u0085\u2028\uFEFF\ud800ß";
        int refused = 0;

        for (int trial = 0; trial < 20_000; trial++) {
            StringBuilder changed = new StringBuilder(COMPLETE);
            for (int i = random.nextInt(5); i >= 0; i--) {
                change(changed, odd.charAt(random.nextInt(odd.length())), random);
            }
            try {
                RunFileReader.read(changed.toString());
            } catch (RunFileException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            }
        }

        assertTrue(refused > 5_000 && refused < 20_000, "refused=" + refused);
    }

    private static void change(StringBuilder text, char odd, CounterRandom random) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(4)) {
            case 0 -> text.setCharAt(at, odd);
            case 1 -> text.insert(at, odd);
            case 2 -> text.delete(at, at + 1 + random.nextInt(8));
            default -> text.insert(at, text.substring(at, Math.min(at + 20, text.length())));
        }
    }
}
