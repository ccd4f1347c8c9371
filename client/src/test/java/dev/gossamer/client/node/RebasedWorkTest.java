package dev.gossamer.client.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.adapter.GradientBasis;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.BaseChange;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.basis.RangeFinder;
import dev.gossamer.protocols.basis.Rebasing;
import dev.gossamer.protocols.basis.ShapesCodec;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.protocols.wire.Message.Score;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a node does for a basis besides the first: another one, sketches, and their measure. */
class RebasedWorkTest {
    private static final NodeId NODE = new NodeId("client-1");

    @TempDir private Path folder;
    private final Workers workers = new Workers(2);
    private final SharedModels models = new SharedModels(workers);

    @AfterEach
    void stop() {
        workers.close();
    }

    private RunFile run(String basis, String weights) throws IOException {
        Path model = folder.resolve("bert-sequence");
        if (!Files.exists(model)) {
            StockFolder.copy("bert-sequence", folder);
        }
        return RunFileReader.read(
                """
                name: tiny
                model: {base: '%s', weights: %s}
                data: {set: own, max-tokens: 24, held-out: 0.25, classes: [first, second]}
                adapter: {method: fed-sb, rank: 2, targets: all-linear}
                basis: {sample: public, rows: 8, learning-rate: 0.02, %s}
                train: {local-steps: 12, batch-size: 4, learning-rate: 0.03}
                rounds: {cohort: 1}
                seed: 3
                """
                        .formatted(model, weights, basis));
    }

    private Path rows(String name, int count) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            String word = (i % 2 == 0 ? "aba" : "xyx") + "abcxyz".charAt(i % 6);
            String label = i % 2 == 0 ? "first" : "second";
            lines.append("{\"text\": \"%s\", \"label\": \"%s\"}\n".formatted(word, label));
        }
        return Files.writeString(folder.resolve(name + ".jsonl"), lines);
    }

    private ModelWork work(String basis) throws IOException {
        Map<String, Path> files = Map.of("own", rows("own", 32), "public", rows("public", 8));
        return new ModelWork(run(basis, "fp32"), NODE, new OwnerFiles(files), models);
    }

    private static Materials materials(BaseVersion base, GradientBasis.Start start) {
        return new Materials(base, Digest.of(start.artifact()), start.basis(), start.adapter());
    }

    /** Zeros alone, which leave something to learn: the fitted head has learnt it all. */
    private static Materials start(ModelWork work) {
        Materials made = materials(BaseVersion.UNCHANGED, work.makeBasis(3, Optional.empty()));
        return made.with(AdapterValues.zero(made.adapter().layout()).state());
    }

    private static Materials trained(ModelWork work) {
        Materials start = start(work);
        Materials once = start.with(work.train(start, 3, 1, new SecureRandom()).state());
        return once.with(work.train(once, 3, 2, new SecureRandom()).state());
    }

    /** With what R has learnt in the base, as a server does it. */
    private static Materials merged(Materials learnt) {
        AdapterState adapter = learnt.adapter();
        BaseChange change =
                new BaseChange(learnt.base().name(), Rebasing.merged(learnt.basis(), adapter));
        AdapterValues zero = AdapterValues.zero(adapter.layout().only(Set.of(Factor.R)));
        return new Materials(
                learnt.base().with(change),
                Digest.of(new byte[0]),
                Basis.NONE,
                adapter.with(zero.state()));
    }

    private static double loss(ModelWork work, Materials model) {
        Score score = work.evaluate(model).heldOut();
        return score.lossSum() / score.rows();
    }

    /** The merged base is the base with B R A, but for the rounding of weights to fp32. */
    @Test
    void evaluate_mergedOnABasisWhoseFirstRIsZero_scoresAsBefore() throws IOException {
        ModelWork work = work("from: random");
        Materials learnt = trained(work);
        double before = loss(work, learnt);
        double withoutR =
                loss(
                        work,
                        new Materials(
                                learnt.base(),
                                learnt.basisName(),
                                learnt.basis(),
                                merged(learnt).adapter()));
        assertTrue(Math.abs(before - withoutR) > 1e-2, before + " and " + withoutR);

        Materials merged = merged(learnt);
        Materials rebased = materials(merged.base(), work.makeBasis(4, Optional.of(merged)));

        assertNotEquals(learnt.basisName(), rebased.basisName());
        assertEquals(before, loss(work, rebased), 1e-5);
        double after =
                loss(work, rebased.with(work.train(rebased, 3, 2, new SecureRandom()).state()));
        assertTrue(after < before, "loss " + before + " became " + after);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gradient", "weights", "random"})
    void makeBasis_fromWhatWasLearnt_isOfTheMergedBaseAndKeepsTheHead(String from)
            throws IOException {
        ModelWork work = work("from: " + from);
        Materials learnt = merged(trained(work));

        GradientBasis.Start made = work.makeBasis(4, Optional.of(learnt));

        Set<Factor> head = Set.of(Factor.HEAD);
        assertArrayEquals(
                learnt.adapter().only(learnt.adapter().layout().only(head)).values(),
                made.adapter().only(made.adapter().layout().only(head)).values());
        Materials unchanged =
                new Materials(
                        BaseVersion.UNCHANGED,
                        learnt.basisName(),
                        learnt.basis(),
                        learnt.adapter());
        boolean sees = !from.equals("random");
        assertEquals(
                sees,
                !Digest.of(made.artifact())
                        .equals(Digest.of(work.makeBasis(4, Optional.of(unchanged)).artifact())));
    }

    @Test
    void makeBasis_ofARangeFinder_isTheTargetsShapesAndAnAdapterOfZeros()
            throws IOException, ArtifactFormatException {
        ModelWork gradient = work("from: gradient");
        GradientBasis.Start whole = gradient.makeBasis(3, Optional.empty());

        GradientBasis.Start start = work("from: range-finder").makeBasis(3, Optional.empty());

        assertEquals(ShapesCodec.of(whole.basis()), ShapesCodec.decode(start.artifact()));
        assertEquals(whole.adapter().layout(), start.adapter().layout());
        Set<Factor> cores = Set.of(Factor.R);
        for (float value : start.adapter().only(start.adapter().layout().only(cores)).values()) {
            assertEquals(0, value);
        }
    }

    /** Of one client, the basis is that of its own gradient: more than coins would catch. */
    @Test
    void sketch_inTwoPasses_findsABasisOfTheGradientAndRepeatsItsBits() throws IOException {
        ModelWork work = work("from: range-finder, rebase-below: 0.5");
        GradientBasis.Start start = work.makeBasis(3, Optional.empty());
        Materials model = materials(BaseVersion.UNCHANGED, start);
        RangeFinder finder =
                new RangeFinder(
                        ShapesCodec.of(work("from: random").makeBasis(3, Optional.empty()).basis()),
                        2,
                        3,
                        RangeFinder.EXPONENT);

        AdapterState sketch = work.sketch(model, Optional.empty(), 3);
        AdapterState range = finder.range(AdapterValues.of(sketch));
        AdapterState projection = work.sketch(model, Optional.of(range), 3);
        RangeFinder.Found found = finder.found(range, AdapterValues.of(projection), 0);

        assertEquals(finder.sketchLayout(), sketch.layout());
        assertEquals(finder.projectionLayout(), projection.layout());
        assertEquals(sketch.digest(), work.sketch(model, Optional.empty(), 3).digest());
        assertEquals(projection.digest(), work.sketch(model, Optional.of(range), 3).digest());
        double own = captured(work, model, found.basis());
        double coins =
                captured(work, model, work("from: random").makeBasis(3, Optional.empty()).basis());
        assertTrue(own > 0.25 && own <= 1 && own > 50 * coins, "own=" + own + ", coins=" + coins);
    }

    /** By R of zero, so that nothing is merged: the first rows are those of the sample. */
    private static double captured(ModelWork work, Materials model, Basis basis) {
        Materials onBasis =
                new Materials(
                        model.base(),
                        Digest.of(new byte[] {(byte) basis.hashCode()}),
                        basis,
                        model.adapter());
        return work.evaluate(onBasis).captured().orElseThrow();
    }

    @Test
    void evaluate_ofARunThatDoesNotAskForIt_measuresNothing() throws IOException {
        ModelWork work = work("rebase-every: 1");

        assertTrue(work.evaluate(trained(work)).captured().isEmpty());
    }

    @Test
    void requireFit_weightsThatCannotChange_areRefusedByName() throws IOException {
        RunFile run = run("rebase-every: 3", "bf16");

        var refused =
                assertThrows(
                        IllegalArgumentException.class, () -> ModelWork.requireFit(run, models));

        assertEquals(
                "re-basing changes the base's weights: key=model.weights, value=bf16,"
                        + " basis.rebase-every=3, basis.rebase-below=0.0, available=[fp32]",
                refused.getMessage());
    }
}
