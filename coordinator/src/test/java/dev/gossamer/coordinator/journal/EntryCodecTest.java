package dev.gossamer.coordinator.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.coordinator.cohort.Participant;
import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.ModelVersion;
import dev.gossamer.protocols.wire.PatchOffer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

class EntryCodecTest {
    private static final Digest BASIS = Digest.of(new byte[] {1});
    private static final Digest ADAPTER = Digest.of(new byte[] {2});

    private static final Standing FIRST =
            new Standing(
                    new ModelVersion(Optional.empty(), BASIS, ADAPTER),
                    ADAPTER,
                    Optional.empty(),
                    Optional.empty());
    private static final Standing LATER =
            new Standing(
                    new ModelVersion(Optional.of(BASIS), BASIS, ADAPTER),
                    BASIS,
                    Optional.of(new PatchOffer(BASIS, Set.of(Factor.B, Factor.HEAD), ADAPTER)),
                    Optional.of(ADAPTER));

    private static Participant participant(String node, int rank) {
        return new Participant(new NodeId(node), rank);
    }

    static Stream<Entry> entries() {
        return Stream.of(
                new Entry.Started("name: größer\n"),
                new Entry.Started(""),
                new Entry.BasisMade(FIRST),
                new Entry.RoundOpened(7, 2, List.of(participant("a", 4), participant("b-1", 16))),
                new Entry.RoundOpened(1, 1, List.of()),
                new Entry.BasisDue(LATER),
                new Entry.SketchOpened(2, 1, List.of(participant("a", 4), participant("b-1", 4))),
                new Entry.RangeFound(BASIS),
                new Entry.RoundClosed(Integer.MAX_VALUE, LATER),
                new Entry.RoundAbandoned(3, 2),
                new Entry.Evaluated(3),
                new Entry.Ended("done"));
    }

    private static Entry decoded(Entry entry) throws IOException {
        return EntryCodec.decode(EntryCodec.encode(entry));
    }

    @ParameterizedTest
    @MethodSource("entries")
    void decode_ofEncode_isTheSame(Entry entry) throws IOException {
        assertEquals(entry, decoded(entry));
    }

    @Test
    void decode_ofFrames_hasTheirBytes() throws IOException {
        byte[] frame = {0, -1, 127};

        assertArrayEquals(frame, ((Entry.Reported) decoded(new Entry.Reported(frame))).frame());
        assertArrayEquals(frame, ((Entry.Scored) decoded(new Entry.Scored(frame))).frame());
    }

    @ParameterizedTest
    @MethodSource("entries")
    void decode_cutOrLengthened_isRefused(Entry entry) {
        byte[] whole = EntryCodec.encode(entry);

        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(IOException.class, () -> EntryCodec.decode(cut), "length=" + length);
        }
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        var error = assertThrows(IOException.class, () -> EntryCodec.decode(longer));
        assertEquals("entry is longer than its fields: bytes=" + longer.length, error.getMessage());
    }
}
