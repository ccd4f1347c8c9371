package dev.gossamer.protocols.adapter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.random.CounterRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

class ArtifactCodecTest {
    interface Decoder {
        Object decode(byte[] content) throws ArtifactFormatException;
    }

    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    record Kind(String name, byte[] content, Decoder decoder) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final AdapterState ADAPTER =
            new AdapterState(
                    new AdapterLayout(List.of(new Slice("q.R", 2, 2), new Slice("bias", 1, 3))),
                    new float[] {1, -0f, 3.5f, Float.MIN_VALUE, 5, 6, 7});
    private static final Basis BASIS =
            new Basis(
                    List.of(
                            new Basis.Target("q", 1, 2, 3, new float[2], new float[] {1, 2, 3}),
                            new Basis.Target("größe", 2, 2, 2, new float[4], new float[4])));

    /** Orthonormal, as the rounded form has to be. */
    private static final Basis AXES =
            new Basis(
                    List.of(
                            new Basis.Target(
                                    "q", 1, 2, 3, new float[] {0, -1}, new float[] {1, 0, 0}),
                            new Basis.Target(
                                    "größe",
                                    2,
                                    2,
                                    2,
                                    new float[] {0.6f, 0.8f, -0.8f, 0.6f},
                                    new float[] {1, 0, 0, 1})));

    static Stream<Kind> kinds() {
        return Stream.of(
                new Kind("rounded basis", BasisCodec.encodeBfloat16(AXES), BasisCodec::decode),
                new Kind("adapter", AdapterCodec.encode(ADAPTER), AdapterCodec::decode),
                new Kind("basis", BasisCodec.encode(BASIS), BasisCodec::decode));
    }

    @Test
    void decode_adapter_givesTheSameDigest() throws ArtifactFormatException {
        AdapterState decoded = AdapterCodec.decode(AdapterCodec.encode(ADAPTER));

        assertEquals(ADAPTER.layout(), decoded.layout());
        assertEquals(ADAPTER.digest(), decoded.digest());
    }

    @Test
    void decode_basis_givesTheSameBytesAgain() throws ArtifactFormatException {
        byte[] content = BasisCodec.encode(BASIS);

        Basis decoded = BasisCodec.decode(content);

        assertEquals("größe", decoded.targets().get(1).name());
        assertArrayEquals(content, BasisCodec.encode(decoded));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void decode_truncatedAtAnyLength_isRefused(Kind kind) {
        for (int length = 0; length < kind.content().length; length++) {
            byte[] cut = Arrays.copyOf(kind.content(), length);
            assertThrows(ArtifactFormatException.class, () -> kind.decoder().decode(cut));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void decode_trailingByte_isRefused(Kind kind) {
        byte[] longer = Arrays.copyOf(kind.content(), kind.content().length + 1);

        var error =
                assertThrows(ArtifactFormatException.class, () -> kind.decoder().decode(longer));

        assertEquals("bytes after the end: bytes=1", error.getMessage());
    }

    /** Any bytes give a value or the one exception; nothing is allocated beyond the content. */
    @ParameterizedTest
    @MethodSource("kinds")
    void decode_randomlyChanged_throwsNothingElse(Kind kind) {
        CounterRandom random = CounterRandom.of(6, "fuzz", 0, kind.name());
        int refused = 0;

        for (int trial = 0; trial < 20_000; trial++) {
            byte[] changed = kind.content().clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextLong();
            }
            try {
                kind.decoder().decode(changed);
            } catch (ArtifactFormatException e) {
                refused++;
            }
        }

        assertNotEquals(0, refused);
        assertNotEquals(20_000, refused);
    }

    @Test
    void decode_valueNotFinite_isRefusedByName() {
        AdapterState bad =
                new AdapterState(
                        new AdapterLayout(List.of(new Slice("q.R", 1, 1))),
                        new float[] {Float.NaN});

        var error =
                assertThrows(
                        ArtifactFormatException.class,
                        () -> AdapterCodec.decode(AdapterCodec.encode(bad)));

        assertEquals("value is not finite: name=adapter, value=NaN", error.getMessage());
    }

    @Test
    void target_rankAboveASide_isRefusedByName() {
        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new Basis.Target("q", 3, 2, 4, new float[6], new float[12]));

        assertEquals(
                "rank is larger than a side of the matrix: target=q, rank=3, in=2, out=4",
                error.getMessage());
    }

    @Test
    void digest_oneBitOfOneValue_isAnother() {
        float[] flipped = ADAPTER.values().clone();
        flipped[2] = Float.intBitsToFloat(Float.floatToRawIntBits(flipped[2]) ^ 1);

        assertNotEquals(ADAPTER.digest(), new AdapterState(ADAPTER.layout(), flipped).digest());
    }

    @Test
    void layout_sliceNamedTwice_isRefusedByName() {
        Slice slice = new Slice("a", 1, 1);

        var error =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new AdapterLayout(List.of(slice, slice)));

        assertEquals("slice named twice: name=a", error.getMessage());
    }
}
