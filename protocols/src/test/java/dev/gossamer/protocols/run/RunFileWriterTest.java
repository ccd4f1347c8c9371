package dev.gossamer.protocols.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.RunFile.Rounds.Weights;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

class RunFileWriterTest {
    private static final String GOLDEN =
            """
            name: wordnet-fed-sb
            task: sequence-classification
            model:
              base: minilm-l6
              weights: fp32
              precision: fp32
              pooling: mean
            data:
              set: wordnet-nouns
              text: text
              second-text: none
              label: label
              classes: [artifact, person, plant, animal, act, communication, state, location, \
            substance, food, body, cognition]
              max-tokens: 64
              truncate: end
              held-out: 0.2
            adapter:
              method: fed-sb
              rank: 16
              alpha: none
              options: {}
              targets: all-linear
            basis:
              from: gradient
              sample: public-sample
              rows: 256
              learning-rate: 0.005
              values: fp32
              rebase-every: 0
              rebase-below: 0.0
            train:
              local-steps: 12
              batch-size: 16
              optimizer: adamw
              momentum: 0.0
              learning-rate: 0.005
              weight-decay: 0.0
              schedule: constant
              clip-norm: none
              proximal: 0.0
              dropout: 0.0
              state: per-round
              threads: 2
            rounds:
              count: 10
              cohort: 6
              minimum: 4
              over-select: 0
              deadline: 10m
              weights: examples
              weight-cap: 1000
            server:
              optimizer: fedavg
              learning-rate: none
              momentum: 0.9
              beta1: 0.9
              beta2: 0.999
              epsilon: 1.0E-8
              weight-decay: 0.0
              robust: {rule: none, attackers: 1, bound: 1.0, kept: 2, bucket: 2, steps: 8}
            exchange:
              upload:
                values: fp32
                block: 128
                sparsify: top-k
                density: 1.0
                index: auto
                entropy: none
                feedback: none
                feedback-decay: 0.9
                feedback-rounds: 3
              download:
                values: fp32
                block: 128
                sparsify: top-k
                density: 1.0
                index: auto
                entropy: none
                feedback: none
                feedback-decay: 0.9
                feedback-rounds: 3
            evaluation:
              every: 1
              public-test: wordnet-test
              aggregation-error: true
            privacy:
              mode: none
            secure-aggregation: false
            seed: 7
            simulate:
              clients: 6
              ranks: []
              source: wordnet-nouns
              rows: 0
              partition: {dirichlet: 0.3, by: label}
              device: {tokens-per-second: 2000.0}
              network: {bandwidth: 20Mbit/s, latency: 30ms}
              stragglers: none
            """;

    @Test
    void write_completeRun_givesTheGoldenFile() {
        RunFile run = RunFileReader.read(RunFileReaderTest.COMPLETE);

        assertEquals(GOLDEN, RunFileWriter.write(run));
        assertEquals(run, RunFileReader.read(GOLDEN));
    }

    @Test
    void write_minimalRun_readsBackWithoutAWorld() {
        RunFile run = RunFileReader.read(RunFileReaderTest.MINIMAL);

        assertEquals(run, RunFileReader.read(RunFileWriter.write(run)));
    }

    @Test
    void write_textThatYamlWouldTakeForMore_isQuoted() {
        List<String> classes =
                List.of("no", "null", "a: b", "# c", "1", "~", "\"", "\\n", " x ", "Größe", "🙂");

        RunFile run = RunFileReader.read(RunFileReaderTest.COMPLETE);
        String yaml = RunFileWriter.write(with(run, classes));

        assertEquals(
                "  classes: [\"no\", \"null\", \"a: b\", \"# c\", \"1\", \"~\", \"\\\"\","
                        + " \"\\\\n\", \" x \", \"Größe\", \"🙂\"]",
                yaml.lines().filter(l -> l.contains("classes")).findFirst().orElseThrow());
        assertEquals(classes, RunFileReader.read(yaml).data().classes());
    }

    private static RunFile with(RunFile run, List<String> classes) {
        return new RunFile(
                run.name(),
                run.task(),
                run.model(),
                new DataPlan(
                        run.data().set(),
                        run.data().columns(),
                        classes,
                        run.data().maxTokens(),
                        run.data().truncate(),
                        run.data().heldOut()),
                run.adapter(),
                run.basis(),
                run.train(),
                run.rounds(),
                run.server(),
                run.exchange(),
                run.evaluation(),
                run.privacy(),
                run.secureAggregation(),
                run.seed(),
                run.simulate());
    }

    @Test
    void write_anyRun_readsBackEqualAndWritesTheSameBytes() {
        CounterRandom random = CounterRandom.of(13, "runs", 0, "");

        for (int trial = 0; trial < 5_000; trial++) {
            RunFile run = randomRun(random);
            String yaml = RunFileWriter.write(run);
            RunFile read = RunFileReader.read(yaml);
            assertEquals(run, read, yaml);
            assertEquals(yaml, RunFileWriter.write(read));
        }
    }

    private static RunFile randomRun(CounterRandom random) {
        RunFile plain = RunFileReader.read(RunFileReaderTest.COMPLETE);
        RunFile.Task task = any(RunFile.Task.class, random);
        int cohort = 1 + random.nextInt(RunFile.Rounds.MAX_COHORT);
        return new RunFile(
                "run-" + random.nextInt(1000),
                task,
                randomModel(random, task),
                randomData(random, task),
                new AdapterPlan(
                        "m" + random.nextInt(9),
                        1 + random.nextInt(4096),
                        random.nextInt(2) == 0
                                ? OptionalDouble.empty()
                                : OptionalDouble.of(positive(random)),
                        randomOptions(random),
                        targets(random)),
                new RunFile.BasisPlan(
                        available(RunFile.BasisPlan.From.class, random),
                        text(random),
                        1 + random.nextInt(RunFile.MAX_COUNT),
                        positive(random),
                        any(RunFile.BasisPlan.Values.class, random),
                        random.nextInt(3),
                        random.nextInt(2) == 0 ? 0 : (1 + random.nextInt(9)) / 10.0),
                randomTrain(random),
                new RunFile.Rounds(
                        1 + random.nextInt(RunFile.MAX_COUNT),
                        cohort,
                        1 + random.nextInt(cohort),
                        0,
                        Duration.ofMillis(1 + random.nextInt(Integer.MAX_VALUE)),
                        any(Weights.class, random),
                        1 + random.nextInt(RunFile.MAX_COUNT)),
                randomServer(random),
                plain.exchange(),
                new RunFile.EvaluationPlan(
                        1 + random.nextInt(1000),
                        random.nextInt(2) == 0 ? Optional.empty() : Optional.of(text(random)),
                        random.nextInt(2) == 0),
                plain.privacy(),
                false,
                random.nextLong(),
                random.nextInt(2) == 0
                        ? Optional.empty()
                        : Optional.of(randomWorld(random, cohort, task)));
    }

    private static <E extends Enum<E> & Word> E available(Class<E> type, CounterRandom random) {
        List<E> words = Arrays.stream(type.getEnumConstants()).filter(Word::available).toList();
        return words.get(random.nextInt(words.size()));
    }

    private static <E extends Enum<E>> E any(Class<E> type, CounterRandom random) {
        return type.getEnumConstants()[random.nextInt(type.getEnumConstants().length)];
    }

    private static RunFile.Model randomModel(CounterRandom random, RunFile.Task task) {
        return new RunFile.Model(
                text(random),
                any(RunFile.Model.Storage.class, random),
                any(RunFile.Model.Precision.class, random),
                task == RunFile.Task.SEQUENCE_CLASSIFICATION
                        ? any(RunFile.Model.Pooling.class, random)
                        : RunFile.Model.Pooling.MEAN);
    }

    private static DataPlan randomData(CounterRandom random, RunFile.Task task) {
        Set<String> classes = new LinkedHashSet<>();
        while (task.classifies() && classes.size() < 2 + random.nextInt(6)) {
            classes.add(text(random));
        }
        Map<Column, String> columns = new EnumMap<>(Column.class);
        for (Column column : task.columns()) {
            if (column != Column.SECOND_TEXT || random.nextInt(2) == 0) {
                columns.put(column, column.key() + text(random));
            }
        }
        return new DataPlan(
                text(random),
                columns,
                new ArrayList<>(classes),
                1 + random.nextInt(1 << 20),
                DataPlan.Truncate.END,
                (1 + random.nextInt(1 << 30)) * 0x1p-31);
    }

    private static TrainPlan randomTrain(CounterRandom random) {
        TrainPlan.Optimizer optimizer = any(TrainPlan.Optimizer.class, random);
        return new TrainPlan(
                1 + random.nextInt(RunFile.MAX_COUNT),
                1 + random.nextInt(4096),
                optimizer,
                optimizer == TrainPlan.Optimizer.SGD ? random.nextDouble() : 0,
                positive(random),
                random.nextInt(2) * positive(random),
                any(TrainPlan.Schedule.class, random),
                random.nextInt(2) == 0
                        ? OptionalDouble.empty()
                        : OptionalDouble.of(positive(random)),
                random.nextInt(2) * positive(random),
                random.nextInt(2) * random.nextDouble(),
                TrainPlan.State.PER_ROUND,
                1 + random.nextInt(256));
    }

    private static ServerPlan randomServer(CounterRandom random) {
        return new ServerPlan(
                any(ServerPlan.Optimizer.class, random),
                OptionalDouble.of(positive(random)),
                random.nextDouble(),
                random.nextDouble(),
                random.nextDouble(),
                positive(random),
                random.nextInt(2) * positive(random),
                new RobustPlan(
                        any(RobustPlan.Rule.class, random),
                        random.nextInt(100),
                        positive(random),
                        1 + random.nextInt(100),
                        1 + random.nextInt(100),
                        1 + random.nextInt(100)));
    }

    private static SortedMap<String, Double> randomOptions(CounterRandom random) {
        SortedMap<String, Double> options = new TreeMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            options.put(text(random), positive(random));
        }
        return options;
    }

    private static World randomWorld(CounterRandom random, int cohort, RunFile.Task task) {
        return new World(
                cohort + random.nextInt(1000),
                random.nextInt(2) == 0 ? List.of() : List.of(1 + random.nextInt(64), 2),
                text(random),
                random.nextInt(1000),
                task.classifies() && random.nextInt(2) == 0
                        ? new World.Partition.Dirichlet(positive(random), World.Partition.By.LABEL)
                        : new World.Partition.Natural(text(random)),
                new World.Device(positive(random)),
                new World.Network(
                        1 + (random.nextLong() >>> 1) % 1_000_000_000_000L,
                        Duration.ofMillis(random.nextInt(3_600_001))),
                World.Stragglers.NONE);
    }

    /** Any positive finite number, subnormal ones too. */
    private static double positive(CounterRandom random) {
        double value = Double.longBitsToDouble(random.nextLong() >>> 1);
        return Double.isFinite(value) && value > 0 ? value : Double.MIN_VALUE;
    }

    private static List<String> targets(CounterRandom random) {
        if (random.nextInt(4) == 0) {
            return List.of(AdapterPlan.ALL_LINEAR);
        }
        List<String> targets = new ArrayList<>();
        for (int i : random.permutation(AdapterPlan.ROLES.size())) {
            targets.add(AdapterPlan.ROLES.get(i));
        }
        targets.add(random.nextInt(targets.size()), "layers.*" + text(random));
        return targets.subList(0, 1 + random.nextInt(targets.size()));
    }

    /** One printable line, mostly of characters that mean something to YAML. */
    private static String text(CounterRandom random) {
        String odd = " \"'#%&*,-.019:<>?@[]\\`aey{|}~!/=ßé中\u00a0\ufffd";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i >= 0; i--) {
            if (random.nextInt(10) == 0) {
                text.appendCodePoint(0x1F600 + random.nextInt(64));
            } else {
                text.append(odd.charAt(random.nextInt(odd.length())));
            }
        }
        return text.toString().isBlank() ? "x" : text.toString();
    }
}
