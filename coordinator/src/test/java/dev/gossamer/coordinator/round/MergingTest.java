package dev.gossamer.coordinator.round;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.coordinator.journal.Standing;
import dev.gossamer.protocols.adapter.AdapterCodec;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.BaseChange;
import dev.gossamer.protocols.adapter.BaseChangeCodec;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.aggregate.ServerOptimizer.Memory;
import dev.gossamer.protocols.artifact.MemoryArtifacts;
import dev.gossamer.protocols.basis.RandomBasis;
import dev.gossamer.protocols.basis.ShapesCodec;
import dev.gossamer.protocols.method.Aggregator;
import dev.gossamer.protocols.method.Publisher;
import dev.gossamer.protocols.method.Setting.Shape;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What stands after what R has learnt went into the base. */
class MergingTest {
    private static final Shape UP = new Shape("up", 4, 3);
    private static final AdapterLayout LAYOUT =
            new AdapterLayout(List.of(new Slice("up.R", 2, 2), new Slice("head", 1, 3)));
    private static final AdapterState ADAPTER =
            new AdapterState(LAYOUT, new float[] {1, 2, 3, 4, 5, 6, 7});
    private static final Basis BASIS = new Basis(List.of(RandomBasis.of(UP, 2, 1)));

    private final MemoryArtifacts artifacts = new MemoryArtifacts();
    private final StandingWriter writer = writer();

    private StandingWriter writer() {
        RunFile run =
                RunFileReader.read(
                        """
                        name: tiny
                        model: {base: minilm-l6}
                        data: {set: rows, classes: [a, b]}
                        adapter: {rank: 2}
                        rounds: {cohort: 3}
                        server: {optimizer: fedadam, learning-rate: 0.1}
                        """);
        Aggregator aggregator = Aggregator.of(run);
        return new StandingWriter(
                artifacts,
                aggregator,
                new Publisher(aggregator.method(), run.exchange().download(), run.seed()),
                run.adapter().rank());
    }

    private Standing before() {
        Digest global = artifacts.put(AdapterCodec.encode(ADAPTER));
        return writer.first(artifacts.put(BasisCodec.encode(BASIS)), global, ADAPTER);
    }

    private AdapterState adapter(Digest name) throws ArtifactFormatException {
        return AdapterCodec.decode(artifacts.get(name).orElseThrow());
    }

    /** Of the optimiser's memory the head's alone means what it did. */
    @Test
    void merged_ofWhatWasLearnt_hasZerosForRAndKeepsTheHeadAndItsMemory()
            throws ArtifactFormatException {
        Memory ofHead = new Memory(4, new double[] {1, 2, 3}, new double[] {4, 5, 6});
        Memory ofR = new Memory(4, new double[4], new double[4]);

        Standing after =
                writer.merged(before(), BASIS, ADAPTER, Map.of(Factor.R, ofR, Factor.HEAD, ofHead));

        assertArrayEquals(
                new float[] {0, 0, 0, 0, 5, 6, 7}, adapter(after.version().adapter()).values());
        assertArrayEquals(new float[] {0, 0, 0, 0, 5, 6, 7}, adapter(after.global()).values());
        assertEquals(
                List.of(UP),
                ShapesCodec.decode(artifacts.get(after.version().basis()).orElseThrow()));
        Map<Factor, Memory> memories =
                MemoryCodec.decode(artifacts.get(after.memory().orElseThrow()).orElseThrow());
        assertEquals(List.of(Factor.HEAD), List.copyOf(memories.keySet()));
        assertArrayEquals(ofHead.second(), memories.get(Factor.HEAD).second());
    }

    @Test
    void merged_again_namesTheChangeBefore() throws ArtifactFormatException {
        Standing once = writer.merged(before(), BASIS, ADAPTER, Map.of());

        Standing twice = writer.merged(once, BASIS, ADAPTER, Map.of());

        Digest last = twice.version().base().orElseThrow();
        BaseChange change = BaseChangeCodec.decode(artifacts.get(last).orElseThrow());
        assertEquals(once.version().base(), change.previous());
        assertNotEquals(once.version().base(), Optional.of(last));
        assertEquals(Optional.empty(), twice.memory());
    }

    @Test
    void with_aNewBasis_keepsBaseAndMemory() {
        Memory ofHead = new Memory(4, new double[3], new double[3]);
        Standing merged = writer.merged(before(), BASIS, ADAPTER, Map.of(Factor.HEAD, ofHead));
        Digest basis = Digest.of(new byte[] {1});

        Standing after = writer.with(merged, basis, ADAPTER);

        assertEquals(merged.version().base(), after.version().base());
        assertEquals(merged.memory(), after.memory());
        assertEquals(basis, after.version().basis());
        assertNotEquals(merged.global(), after.global());
    }

    static Stream<byte[]> others() {
        return Stream.of(
                new byte[] {1, 2},
                ShapesCodec.encode(List.of(UP)),
                BasisCodec.encode(Basis.NONE),
                BasisCodec.encode(new Basis(List.of(RandomBasis.of(UP, 1, 1)))),
                BasisCodec.encode(
                        new Basis(List.of(RandomBasis.of(new Shape("down", 4, 3), 2, 1)))));
    }

    @ParameterizedTest
    @MethodSource("others")
    void basis_thatIsNotTheAdapters_isRefused(byte[] content) {
        assertThrows(IllegalArgumentException.class, () -> Merging.basis(content, LAYOUT));
    }

    static Stream<byte[]> otherShapes() {
        return Stream.of(
                new byte[] {1, 2},
                BasisCodec.encode(BASIS),
                ShapesCodec.encode(List.of(UP, new Shape("down", 4, 3))),
                ShapesCodec.encode(List.of(new Shape("down", 4, 3))),
                ShapesCodec.encode(List.of(new Shape("up", 1, 3))));
    }

    @ParameterizedTest
    @MethodSource("otherShapes")
    void finder_ofShapesThatAreNotTheAdapters_isRefused(byte[] content) {
        assertThrows(IllegalArgumentException.class, () -> RangeFinding.finder(content, LAYOUT, 1));
    }

    @Test
    void finder_ofTheAdaptersShapes_hasItsRank() {
        byte[] shapes = ShapesCodec.encode(List.of(UP));

        assertEquals(2, RangeFinding.finder(shapes, LAYOUT, 1).rank());
    }
}
