package dev.gossamer.client.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.LocalTrainer;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.protocols.wire.Message.Score;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every task on small stock models: basis, rounds and scores of one node. */
class ModelWorkTest {
    private static final NodeId NODE = new NodeId("client-1");
    private static final int RANK = 2;

    @TempDir private Path folder;
    private final Workers workers = new Workers(2);
    private final SharedModels models = new SharedModels(workers);

    @AfterEach
    void stop() {
        workers.close();
    }

    private RunFile run(String base, String task, String data, String more) throws IOException {
        return run(base, task, data, more, "");
    }

    private RunFile run(String base, String task, String data, String more, String basis)
            throws IOException {
        Path model = folder.resolve(base);
        if (!Files.exists(model)) {
            StockFolder.copy(base, folder);
        }
        return RunFileReader.read(
                """
                name: tiny
                task: %s
                model: {base: '%s'%s}
                data: {set: own%s, max-tokens: 24, held-out: 0.25}
                adapter: {method: fed-sb, rank: 2, targets: all-linear}
                basis: {sample: public, rows: 8, learning-rate: 0.02%s}
                train: {local-steps: 12, batch-size: 4, learning-rate: 0.03}
                rounds: {cohort: 1}
                seed: 3
                """
                        .formatted(task, model, more, data, basis));
    }

    private Path rows(String name, String form, int count) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String word = (i % 2 == 0 ? "aba" : "xyx") + "abcxyz".charAt(i % 6);
            lines.append(
                    form.replace("WORD", word)
                            .replace("LABEL", i % 2 == 0 ? "first" : "second")
                            .replace('\'', '"'));
            lines.append('\n');
        }
        return Files.writeString(folder.resolve(name + ".jsonl"), lines);
    }

    private ModelWork work(RunFile run, String form) throws IOException {
        Map<String, Path> files =
                Map.of("own", rows("own", form, 32), "public", rows("public", form, 8));
        return new ModelWork(run, NODE, new OwnerFiles(files), models);
    }

    /** A basis and its name. */
    private record Made(GradientBasis.Start start, Digest name) {
        static Made by(ModelWork work) {
            GradientBasis.Start start = work.makeBasis(3, Optional.empty());
            return new Made(start, Digest.of(start.artifact()));
        }

        /** The digest of what a round makes of the start. */
        Digest train(ModelWork work, int round) {
            return trained(work, start.adapter(), round).state().digest();
        }

        private Materials materials(AdapterState adapter) {
            return new Materials(BaseVersion.UNCHANGED, name, start.basis(), adapter);
        }

        LocalTrainer.Trained trained(ModelWork work, AdapterState from, int round) {
            return work.train(materials(from), 3, round, new SecureRandom());
        }

        /** The bare base, under a head whose output map is zero. */
        AdapterState nothing() {
            AdapterLayout layout = start.adapter().layout();
            float[] values = start.adapter().values().clone();
            Arrays.fill(values, 0, start.basis().targets().size() * RANK * RANK, 0);
            List<Slice> slices = layout.slices();
            if (slices.size() > start.basis().targets().size()) {
                int output = layout.offset(slices.get(slices.size() - 2).name());
                Arrays.fill(values, output, values.length, 0);
            }
            return new AdapterState(layout, values);
        }

        Score score(ModelWork work, AdapterState adapter) {
            return work.evaluate(materials(adapter)).heldOut();
        }
    }

    private static double loss(Score score) {
        return score.lossSum() / score.rows();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bert-sequence| sequence-classification| , classes: [first, second]| "
                        + "| {'text': 'WORD', 'label': 'LABEL'}",
                "bert-sequence| sequence-classification| , classes: [first, second]"
                        + "| , pooling: cls| {'text': 'WORD', 'label': 'LABEL'}",
                "roberta-sequence| sequence-classification"
                        + "| , second-text: other, classes: [first, second]| , pooling: head"
                        + "| {'text': 'WORD', 'other': 'c', 'label': 'LABEL'}",
                "bert-token| token-classification| , classes: [first, second, none]| "
                        + "| {'tokens': ['WORD', 'c'], 'tags': ['LABEL', 'none']}",
                "bert-mlm| masked-lm| , text: body| | {'body': 'WORDWORDWORDWORD'}",
                "llama| causal-lm| | | {'prompt': 'say ', 'completion': 'WORD'}",
                "gpt2| causal-lm| , messages: talk| | {'talk': [{'role': 'user', 'content': 'say'},"
                        + " {'role': 'assistant', 'content': 'WORD'}]}"
            })
    void work_ofAnyTask_learnsInARound(
            String base, String task, String data, String more, String form) throws IOException {
        RunFile run = run(base, task, data == null ? "" : data, more == null ? "" : more);
        ModelWork work = work(run, form);
        Made made = Made.by(work);

        Digest trained = made.train(work, 1);

        assertEquals(24, work.trainingRows());
        assertEquals(8, work.heldOutRows());
        AdapterState nothing = made.nothing();
        double before = loss(made.score(work, nothing));
        double after = loss(made.score(work, made.trained(work, nothing, 1).state()));
        assertTrue(after < 0.95 * before, "loss " + before + " became " + after);
        assertEquals(trained, made.train(work, 1));
        assertNotEquals(trained, made.train(work, 2));
    }

    /** Factors of any kind, and as they are or rounded, serve a round. */
    @ParameterizedTest
    @CsvSource({"gradient, bf16", "weights, fp32", "weights, bf16", "random, fp32", "random, bf16"})
    void work_onAnyBasis_learnsInARound(String from, String values) throws IOException {
        RunFile run =
                run(
                        "bert-sequence",
                        "sequence-classification",
                        ", classes: [first, second]",
                        "",
                        ", from: %s, values: %s".formatted(from, values));
        ModelWork work = work(run, "{'text': 'WORD', 'label': 'LABEL'}");
        Made made = Made.by(work);

        AdapterState trained = made.trained(work, made.start().adapter(), 1).state();

        double before = loss(made.score(work, made.start().adapter()));
        double after = loss(made.score(work, trained));
        assertTrue(after < before, "loss " + before + " became " + after);
        assertEquals(made.name(), Made.by(work).name());
        assertEquals(made.start().adapter().digest(), Made.by(work).start().adapter().digest());
    }

    /** Two bytes a value where it is rounded, and the head is the same whatever the factors are. */
    @Test
    void basis_ofAnyKind_hasTheBytesOfItsValuesAndTheFittedHead() throws IOException {
        String data = ", classes: [first, second]";
        String form = "{'text': 'WORD', 'label': 'LABEL'}";
        String task = "sequence-classification";
        RunFile plain = run("bert-sequence", task, data, "");
        RunFile random = run("bert-sequence", task, data, "", ", from: random, values: bf16");

        GradientBasis.Start whole = work(plain, form).makeBasis(3, Optional.empty());
        GradientBasis.Start half = work(random, form).makeBasis(3, Optional.empty());

        int values =
                whole.basis().targets().stream().mapToInt(t -> t.rank() * (t.in() + t.out())).sum();
        assertEquals(2 * values, whole.artifact().length - half.artifact().length);
        int cores = whole.basis().targets().size() * RANK * RANK;
        float[] head = whole.adapter().values();
        assertArrayEquals(
                Arrays.copyOfRange(head, cores, head.length),
                Arrays.copyOfRange(half.adapter().values(), cores, head.length));
        assertArrayEquals(new float[cores], Arrays.copyOf(half.adapter().values(), cores));
    }

    @Test
    void layout_ofAClassifier_endsWithItsHead() throws IOException {
        RunFile run =
                run("bert-sequence", "sequence-classification", ", classes: [first, second]", "");

        Made made = Made.by(work(run, "{'text': 'WORD', 'label': 'LABEL'}"));

        List<Slice> slices = made.start().adapter().layout().slices();
        assertEquals(
                List.of("classifier.weight", "classifier.bias"),
                slices.subList(slices.size() - 2, slices.size()).stream()
                        .map(Slice::name)
                        .toList());
    }

    /** Rows are the tokens of the completions, their ends among them. */
    @Test
    void score_ofALanguageModel_countsTokens() throws IOException {
        RunFile run = run("llama", "causal-lm", "", "");
        ModelWork work = work(run, "{'prompt': 'say ', 'completion': 'xyx'}");
        Made made = Made.by(work);

        Score score = made.score(work, made.start().adapter());

        assertEquals(8 * 4, score.rows());
        assertEquals(Math.exp(score.lossSum() / 32), score.perplexity(), 1e-9);
    }

    @Test
    void twoRuns_onOneProcess_keepApart() throws IOException {
        String form = "{'text': 'WORD', 'label': 'LABEL'}";
        String classes = ", classes: [first, second]";
        ModelWork mean = work(run("bert-sequence", "sequence-classification", classes, ""), form);
        ModelWork first =
                work(
                        run("bert-sequence", "sequence-classification", classes, ", pooling: cls"),
                        form);
        Made madeByMean = Made.by(mean);
        Made madeByFirst = Made.by(first);

        Digest alone = madeByMean.train(mean, 1);
        Digest other = madeByFirst.train(first, 1);

        assertEquals(alone, madeByMean.train(mean, 1));
        assertNotEquals(alone, other);
    }

    @Test
    void rows_longerThanTheBound_areCutAndCounted() throws IOException {
        RunFile run = run("llama", "causal-lm", "", "");

        ModelWork work = work(run, "{'text': 'WORDWORDWORDWORDWORDWORDWORD'}");

        // Every second row, where no two letters are one token: 16 of 32, and 4 of 8.
        assertEquals(20, work.truncatedRows());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rank: 2| rank: 999| rank is larger than a side of the matrix: key=adapter.rank,"
                        + " value=999, bound=",
                "all-linear| [no_such.map]"
                        + "| no linear map of the base matches: targets=no_such.map, there are=",
                "all-linear| [gate]| no linear map of the base matches: targets=gate",
                "max-tokens: 24| max-tokens: 9999| rows are longer than the base can read:"
                        + " key=data.max-tokens, value=9999",
                "task: masked-lm| task: causal-lm| task does not fit the base: task=causal-lm",
                "bert-mlm'| no-such'| no such model: name="
            })
    void requireFit_whatTheBaseHasNot_isRefusedByName(
            String part, String replacement, String refusal) throws IOException {
        StockFolder.copy("bert-mlm", folder);
        String yaml =
                """
                name: tiny
                task: masked-lm
                model: {base: 'bert-mlm'}
                data: {set: own, max-tokens: 24}
                adapter: {rank: 2, targets: all-linear}
                rounds: {cohort: 1}
                """
                        .replace(part, replacement)
                        .replace("base: '", "base: '" + folder + "/");
        RunFile run = RunFileReader.read(yaml);

        var refused =
                assertThrows(
                        IllegalArgumentException.class, () -> ModelWork.requireFit(run, models));

        assertTrue(refused.getMessage().startsWith(refusal), refused.getMessage());
        assertEquals(1, refused.getMessage().lines().count());
    }

    /** What the defaults say of a basis is no wish. */
    @ParameterizedTest
    @CsvSource({
        "ffa, from: random, 'key=basis.from, value=random, adapter.method=ffa'",
        "fedit, values: bf16, 'key=basis.values, value=bf16, adapter.method=fedit'",
        "rolora, from: range-finder, 'key=basis.from, value=range-finder, adapter.method=rolora'",
        "flora, rebase-every: 2, 'key=basis.rebase-every, value=2, adapter.method=flora'",
        "ffa, rebase-below: 0.5, 'key=basis.rebase-below, value=0.5, adapter.method=ffa'"
    })
    void requireFit_basisOfAMethodWithoutOne_isRefusedByName(
            String method, String wish, String refusal) throws IOException {
        StockFolder.copy("bert-mlm", folder);
        String yaml =
                """
                name: tiny
                task: masked-lm
                model: {base: '%s/bert-mlm'}
                data: {set: own, max-tokens: 24}
                adapter: {method: %s, rank: 2}
                basis: {WISH}
                rounds: {cohort: 1}
                """
                        .formatted(folder, method);
        RunFile run = RunFileReader.read(yaml.replace("WISH", wish));

        var refused =
                assertThrows(
                        IllegalArgumentException.class, () -> ModelWork.requireFit(run, models));

        assertEquals("method has no basis: " + refusal, refused.getMessage());
        ModelWork.requireFit(RunFileReader.read(yaml.replace("WISH", "rows: 8")), models);
    }
}
