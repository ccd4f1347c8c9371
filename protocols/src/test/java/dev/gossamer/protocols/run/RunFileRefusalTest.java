package dev.gossamer.protocols.run;

import static dev.gossamer.protocols.run.RunFileReaderTest.COMPLETE;
import static dev.gossamer.protocols.run.RunFileReaderTest.MINIMAL;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.wire.ProtocolLimits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every refusal is one line that names the key, the value and the bound. */
class RunFileRefusalTest {
    private static String refusal(String yaml) {
        String message =
                assertThrows(RunFileException.class, () -> RunFileReader.read(yaml)).getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    /** The refusal of the complete file with its first {@code part} replaced. */
    static String refusal(String part, String replacement) {
        assertTrue(COMPLETE.contains(part), part);
        int at = COMPLETE.indexOf(part);
        return refusal(
                COMPLETE.substring(0, at) + replacement + COMPLETE.substring(at + part.length()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local-steps| local-stepz| train.local-stepz, did you mean local-steps?",
                "learning-rate| learning_rate| basis.learning_rate, did you mean learning-rate?",
                "max-tokens| maxTokens| data.maxTokens, did you mean max-tokens?",
                "server| sevrer| sevrer, did you mean server?",
                "every| zzz| evaluation.zzz, allowed=[every, public-test, aggregation-error]",
                "latency| <<| simulate.network.<<, allowed=[bandwidth, latency]"
            })
    void read_unknownKey_isRefusedWithWhatWasMeant(String key, String wrong, String message) {
        assertEquals("unknown key: key=" + message, refusal(key + ":", wrong + ":"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: small| name",
                "base: minilm-l6| model.base",
                "set: notes,| data.set",
                ", classes: [good, bad]| data.classes",
                "cohort: 5| rounds.cohort"
            })
    void read_requiredKeyLeftOut_isRefusedByName(String part, String key) {
        assertTrue(MINIMAL.contains(part));
        assertEquals(
                "missing: key=" + key + ", bound=required", refusal(MINIMAL.replace(part, "")));
    }

    @Test
    void read_worldWithoutClients_isRefusedByName() {
        assertEquals(
                "missing: key=simulate.clients, bound=required",
                refusal(MINIMAL + "simulate: {}\n"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rank: 16| rank: many| key=adapter.rank, value=many, expected=a whole number",
                "rank: 16| rank: 1.5| key=adapter.rank, value=1.5, expected=a whole number",
                "rank: 16| rank: 0x10| key=adapter.rank, value=0x10, expected=a whole number",
                "rank: 16| rank: [16]| key=adapter.rank, value=a list, expected=a whole number",
                "rank: 16| rank: | key=adapter.rank, value=nothing, expected=a whole number",
                "held-out: 0.2| held-out: few| key=data.held-out, value=few, expected=a number",
                "held-out: 0.2| held-out: 1d| key=data.held-out, value=1d, expected=a number",
                "label: label| label: {a: b}| key=data.label, value=a mapping, expected=text",
                "label: label| label: ~| key=data.label, value=nothing, expected=text",
                "seed: 7| seed: [1, 2]| key=seed, value=a list, expected=a whole number",
                "server: {optimizer: fedavg}| server: fedavg"
                        + "| key=server, value=fedavg, expected=a mapping",
                "aggregation: false| aggregation: no"
                        + "| key=secure-aggregation, value=no, expected=true or false",
                "targets: all-linear| targets: query| key=adapter.targets, value=query,"
                        + " expected=all-linear or a list",
                "600s| [60]| key=rounds.deadline, value=a list, expected=a duration in ms",
                "600s| -60s| key=rounds.deadline, value=-60s, expected=a duration in ms"
            })
    void read_wrongType_isRefusedByValueAndExpectation(
            String part, String replacement, String message) {
        String refusal = refusal(part, replacement == null ? "" : replacement);

        assertTrue(refusal.startsWith("wrong type: " + message), refusal);
    }

    @Test
    void read_classesNoList_isRefused() {
        assertEquals(
                "wrong type: key=data.classes, value=good, expected=a list",
                refusal(MINIMAL.replace("[good, bad]", "good")));
        assertEquals(
                "wrong type: key=data.classes, value=a list, expected=text",
                refusal(MINIMAL.replace("[good, bad]", "[[good], bad]")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "600s; 60; unit is missing: key=rounds.deadline, value=60, a duration in ms|s|m|h",
                "600s; 60sec; unit is unknown: key=rounds.deadline, value=60sec,"
                        + " a duration in ms|s|m|h",
                "600s; 0.5ms; finer than the smallest unit: key=rounds.deadline, value=0.5ms,"
                        + " a duration in ms|s|m|h",
                "20Mbit/s; 20; unit is missing: key=simulate.network.bandwidth, value=20,"
                        + " a rate in bit/s|kbit/s|Mbit/s|Gbit/s",
                "20Mbit/s; 20MB/s; unit is unknown: key=simulate.network.bandwidth,"
                        + " value=20MB/s, a rate in bit/s|kbit/s|Mbit/s|Gbit/s",
                "20Mbit/s; 9999999999999Gbit/s; too large: key=simulate.network.bandwidth,"
                        + " value=9999999999999Gbit/s, a rate in bit/s|kbit/s|Mbit/s|Gbit/s"
            })
    void read_quantityWithoutItsUnit_isRefusedWithTheUnits(
            String part, String replacement, String message) {
        assertEquals(message.replace(", a ", ", expected=a "), refusal(part, replacement));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max-tokens: 64| max-tokens: 0| data.max-tokens, value=0, bound=1..1048576",
                "max-tokens: 64| max-tokens: 1048577| data.max-tokens, value=1048577,"
                        + " bound=1..1048576",
                "held-out: 0.2| held-out: 0| data.held-out, value=0.0, bound=above 0 and below 1",
                "held-out: 0.2| held-out: 1| data.held-out, value=1.0, bound=above 0 and below 1",
                "rank: 16| rank: 0| adapter.rank, value=0, bound=1..4096",
                "rank: 16| rank: 4097| adapter.rank, value=4097, bound=1..4096",
                "rank: 16| rank: 99999999999"
                        + "| adapter.rank, value=99999999999, bound=-2147483648..2147483647",
                "rows: 256| rows: 0| basis.rows, value=0, bound=1..1000000",
                "learning-rate: 5e-3| learning-rate: 0| basis.learning-rate, value=0.0,"
                        + " bound=above 0",
                "local-steps: 12| local-steps: 0| train.local-steps, value=0, bound=1..1000000",
                "batch-size: 16| batch-size: 5000| train.batch-size, value=5000, bound=1..4096",
                "state: per-round| weight-decay: -1| train.weight-decay, value=-1.0,"
                        + " bound=0 or more",
                "state: per-round| momentum: 0.9| train.momentum, value=0.9,"
                        + " bound=0.0 of adamw",
                "optimizer: adamw| optimizer: sgd, momentum: 1| train.momentum, value=1.0,"
                        + " bound=below 1",
                "state: per-round| clip-norm: 0| train.clip-norm, value=0.0, bound=above 0",
                "optimizer: fedavg| momentum: 1| server.momentum, value=1.0, bound=below 1",
                "optimizer: fedavg| beta2: 1| server.beta2, value=1.0, bound=below 1",
                "optimizer: fedavg| epsilon: 0| server.epsilon, value=0.0, bound=above 0",
                "optimizer: fedavg| learning-rate: 0| server.learning-rate, value=0.0,"
                        + " bound=above 0",
                "state: per-round| dropout: 1| train.dropout, value=1.0, bound=below 1",
                "state: per-round| proximal: -0.1| train.proximal, value=-0.1,"
                        + " bound=0 or more",
                "rows: 256| rebase-every: -1| basis.rebase-every, value=-1, bound=0..1000000",
                "rows: 256| rebase-below: 1| basis.rebase-below, value=1.0,"
                        + " bound=above 0 and below 1",
                "rows: 256| rebase-below: -0.5| basis.rebase-below, value=-0.5,"
                        + " bound=above 0 and below 1",
                "threads: 2| threads: 257| train.threads, value=257, bound=1..256",
                "count: 10| count: 0| rounds.count, value=0, bound=1..1000000",
                "cohort: 6| cohort: 10001| rounds.cohort, value=10001, bound=1..10000",
                "minimum: 4| minimum: 0| rounds.minimum, value=0, bound=1..6",
                "over-select: 0| over-select: -1| rounds.over-select, value=-1, bound=0..10000",
                "600s| 0s| rounds.deadline, value=0ms, bound=1ms..720h",
                "600s| 721h| rounds.deadline, value=721h, bound=1ms..720h",
                "density: 1.0| density: 0| exchange.upload.density, value=0.0, bound=above 0",
                "density: 1.0| density: 1.5| exchange.upload.density, value=1.5, bound=1.0",
                "density: 1.0| block: 8| exchange.upload.block, value=8, bound=16..16384",
                "density: 1.0| feedback-decay: 1| exchange.upload.feedback-decay, value=1.0,"
                        + " bound=above 0 and below 1",
                "density: 1.0| feedback-rounds: 0| exchange.upload.feedback-rounds, value=0,"
                        + " bound=1..1000000",
                "every: 1| every: 0| evaluation.every, value=0, bound=1..1000000",
                "seed: 7| seed: 9223372036854775808| seed, value=9223372036854775808,"
                        + " bound=-9223372036854775808..9223372036854775807",
                "clients: 6| clients: 0| simulate.clients, value=0, bound=1..1000000",
                "dirichlet: 0.3| dirichlet: 0| simulate.partition.dirichlet, value=0.0,"
                        + " bound=above 0",
                "second: 2000| second: -1| simulate.device.tokens-per-second, value=-1.0,"
                        + " bound=above 0",
                "20Mbit/s| 0bit/s| simulate.network.bandwidth, value=0, bound=1..1000000000000",
                "30ms| 2h| simulate.network.latency, value=2h, bound=0ms..1h"
            })
    void read_valueOutOfRange_isRefusedByKeyValueAndBound(
            String part, String replacement, String message) {

        assertEquals("out of range: key=" + message, refusal(part, replacement));
    }

    @ParameterizedTest
    @ValueSource(strings = {".nan", "NaN", ".inf", "-.INF", "Infinity", "1e999"})
    void read_numberNotFinite_isRefusedByValue(String value) {
        assertEquals(
                "not finite: key=data.held-out, value=" + value,
                refusal("held-out: 0.2", "held-out: " + value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "over-select: 0| over-select: 1| rounds.over-select| [0]",
                "mode: none| mode: central, epsilon: 3| privacy.mode| [none, example]",
                "aggregation: false| aggregation: true| secure-aggregation| [false]"
            })
    void read_notAvailableYet_isRefusedWithWhatIs(
            String part, String replacement, String key, String available) {
        String value = replacement.replaceFirst(".*?: ", "").replaceFirst(",.*", "");

        assertEquals(
                key.replaceFirst(".*[.]", "")
                        + " is not available yet: key="
                        + key
                        + ", value="
                        + value
                        + ", available="
                        + available,
                refusal(part, replacement));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mean| meen| model.pooling, value=meen, allowed=[mean, cls, head],"
                        + " did you mean mean?",
                "weights: fp32| weights: fp8| model.weights, value=fp8,"
                        + " allowed=[fp32, bf16, int8, blocks]",
                "precision: fp32| precision: int8| model.precision, value=int8,"
                        + " allowed=[fp32, bf16]",
                "adamw| adam| train.optimizer, value=adam, allowed=[adamw, sgd],"
                        + " did you mean adamw?",
                "from: gradient| from: weight| basis.from, value=weight,"
                        + " allowed=[gradient, weights, random, range-finder],"
                        + " did you mean weights?",
                "rows: 256| values: int8| basis.values, value=int8, allowed=[fp32, bf16]",
                "truncate: end| truncate: start| data.truncate, value=start, allowed=[end]",
                "constant| step| train.schedule, value=step, allowed=[constant, linear, cosine]",
                "per-round| keep| train.state, value=keep, allowed=[per-round]",
                "density: 1.0| sparsify: topk| exchange.upload.sparsify, value=topk,"
                        + " allowed=[top-k, top-k-per-tensor, random-k], did you mean top-k?",
                "density: 1.0| index: bitmaps| exchange.upload.index, value=bitmaps,"
                        + " allowed=[auto, bitmap, varint, rice, coo], did you mean bitmap?",
                "density: 1.0| entropy: gzip| exchange.upload.entropy, value=gzip,"
                        + " allowed=[none, zstd]",
                "density: 1.0| feedback: always| exchange.upload.feedback, value=always,"
                        + " allowed=[none, keep, decay, reset]",
                "by: label| by: size| simulate.partition.by, value=size, allowed=[label]",
                "stragglers: none| stragglers: some| simulate.stragglers, value=some,"
                        + " allowed=[none]"
            })
    void read_unknownWord_isRefusedWithThoseAllowed(
            String part, String replacement, String message) {
        assertEquals("unknown word: key=" + message, refusal(part, replacement));
    }

    @Test
    void read_targets_areRefusedUnlessKnownAndOnce() {
        String allowed = "[query, key, value, output, intermediate, ffn-output, gate]";
        assertEquals(
                "unknown target: key=adapter.targets, value=qeury, allowed="
                        + allowed
                        + ", did you mean query?",
                refusal("all-linear", "[value, qeury]"));
        assertEquals(
                "zero matching targets: key=adapter.targets, value=[], allowed=" + allowed,
                refusal("all-linear", "[]"));
        assertEquals(
                "listed twice: key=adapter.targets, value=key",
                refusal("all-linear", "[key, key]"));
        assertEquals(
                "all-linear leaves nothing to add: key=adapter.targets, targets=2, bound=1",
                refusal("all-linear", "[all-linear, key]"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sequence-classification| prompt| [text, second-text, label]",
                "token-classification| second-text| [text, label]",
                "masked-lm| label| [text]",
                "causal-lm| second-text| [text, prompt, completion, messages]"
            })
    void read_columnOfAnotherTask_isRefusedWithThoseOfThisOne(
            String task, String column, String columns) {
        String classes = task.endsWith("classification") ? ", classes: [a, b]" : "";
        assertEquals(
                "column of another task: key=data."
                        + column
                        + ", task="
                        + task
                        + ", columns="
                        + columns,
                refusal(
                        MINIMAL.replace(", classes: [good, bad]", classes + ", " + column + ": x")
                                + "task: "
                                + task
                                + "\n"));
    }

    @Test
    void read_classesOrPoolingOfALanguageModel_areRefused() {
        assertEquals(
                "task has no classes: key=data.classes, task=causal-lm; leave them out",
                refusal(MINIMAL + "task: causal-lm\n"));
        String language = MINIMAL.replace(", classes: [good, bad]", "") + "task: masked-lm\n";
        assertEquals(
                "pooling is of sequence classification alone: key=model.pooling, value=cls,"
                        + " task=masked-lm",
                refusal(language.replace("minilm-l6", "minilm-l6, pooling: cls")));
        assertEquals(
                "task has no label to deal rows by: key=simulate.partition.by, value=label,"
                        + " task=masked-lm; name a column of the source with natural",
                refusal(language + "simulate: {clients: 5}\n"));
    }

    @Test
    void read_oneColumnForTwoThings_isRefused() {
        assertEquals(
                "listed twice: key=data, value=text",
                refusal(MINIMAL.replace("set: notes", "set: notes, label: text")));
    }

    @Test
    void read_twoPartitions_areRefused() {
        assertEquals(
                "two partitions: key=simulate.partition, values=[natural, dirichlet]; keep one",
                refusal("dirichlet: 0.3, by: label", "natural: topic, dirichlet: 0.3"));
    }

    @Test
    void read_classes_areRefusedUnlessTwoAndUnique() {
        assertEquals(
                "wrong number of classes: key=data.classes, value=1, bound=2..4096",
                refusal(MINIMAL.replace("good, bad", "good")));
        assertEquals(
                "listed twice: key=data.classes, value=good",
                refusal(MINIMAL.replace("good, bad", "good, good")));
        assertEquals(
                "not a line of text: key=data.classes, value=a?b",
                refusal(MINIMAL.replace("good, bad", "\"a\\nb\", bad")));
        assertEquals(
                "not a line of text: key=data.classes, value= ",
                refusal(MINIMAL.replace("good, bad", "' ', bad")));
    }

    @Test
    void read_cohortBeyondThePopulation_isRefused() {
        assertEquals(
                "cohort is larger than the population: key=rounds.cohort, value=7, bound=6",
                refusal("cohort: 6", "cohort: 7"));
    }

    @Test
    void read_minimumBeyondTheCohort_isRefused() {
        assertEquals(
                "minimum is larger than the cohort: key=rounds.minimum, value=7, bound=6",
                refusal("minimum: 4", "minimum: 7"));
    }

    @Test
    void read_names_areRefusedUnlessTheyCanNameFiles() {
        assertEquals(
                "not a name: key=name, value=../up, expected=letters, digits, dots, dashes and"
                        + " underscores",
                refusal("wordnet-fed-sb", "../up"));
        assertEquals(
                "not a method name: key=adapter.method, value=Fed SB, expected=a-z, 0-9 and"
                        + " dashes",
                refusal("method: fed-sb", "method: Fed SB"));
        assertEquals(
                "too long: key=name, value=" + "x".repeat(65) + ", characters=65, bound=64",
                refusal("wordnet-fed-sb", "x".repeat(65)));
    }

    @Test
    void read_nullAsPublicTest_isRefused() {
        assertEquals(
                "wrong type: key=evaluation.public-test, value=nothing, expected=text",
                refusal("public-test: wordnet-test", "public-test: null"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'name: [a'| not valid YAML: line=1, column=9, problem=",
                "'a: b: c'| not valid YAML: line=1, column=5, problem=",
                "'a: \"\\q\"'| not valid YAML: line=1, column=",
                "'a: \"\\UFFFFFFFF\"'| not valid YAML: line=1, column=2, problem=bad value",
                "'a: \"\\U\"'| not valid YAML: line=1, column=",
                "'a: 1, a: 2'| not valid YAML: line=1, column=",
                "'{a: 1, a: 2}'| 'duplicate key: line=1, column=8, key=a'",
                "'{a: {b: 1, b: 1}}'| 'duplicate key: line=1, column=12, key=a.b'",
                "'{a: &x 1, b: *x}'| 'tags and anchors are not allowed: line=1, column=5, key=a'",
                "'{b: *x}'| 'aliases are not allowed: line=1, column=5, key=b'",
                "'{a: !!str 1}'| 'tags and anchors are not allowed: line=1, column=5, key=a'",
                "'{a: !x [1]}'| 'tags and anchors are not allowed: line=1, column=5, key=a'",
                "'{[a]: 1}'| 'a key must be a word: line=1, column=2, in=the file'",
                "'[a]'| 'wrong type: value=a list, expected=a mapping'",
                "'hello'| 'wrong type: value=hello, expected=a mapping'",
                "'# nothing'| 'run file is empty: expected=a mapping'"
            })
    void read_otherThanOneMapping_isRefusedWithItsPlace(String yaml, String message) {
        String refusal = refusal(yaml);

        assertTrue(refusal.startsWith(message), refusal);
    }

    @Test
    void read_secondDocument_isRefused() {
        assertEquals(
                "more than one document: line=5, column=1, bound=1",
                refusal(MINIMAL + "---\n" + MINIMAL));
    }

    @Test
    void read_characterThatYamlForbids_isRefusedWithItsPlace() {
        assertEquals(
                "character is not allowed: line=2, column=4, value=U+0007",
                refusal("a: 1\nb: \u0007"));
        assertEquals(
                "character is not allowed: line=1, column=1, value=U+D800", refusal("\ud800: 1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- ", "? "})
    void read_nestedDeeply_isRefusedBeforeTheStackIs(String opening) {
        String refusal = refusal("a: \n " + opening.repeat(100_000));

        assertTrue(
                refusal.startsWith("nested too deeply: line=2, column=")
                        || refusal.startsWith("a key must be a word: line=2, column="),
                refusal);
    }

    @Test
    void read_tooLong_isRefusedByLength() {
        assertEquals(
                "run file is too long: characters=1048577, bound=1048576",
                refusal("#".repeat(ProtocolLimits.MAX_RUN_FILE_CHARACTERS + 1)));
    }

    @Test
    void read_aliasBomb_isRefused() {
        String bomb = "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n";

        assertEquals("tags and anchors are not allowed: line=1, column=4, key=a", refusal(bomb));
    }
}
