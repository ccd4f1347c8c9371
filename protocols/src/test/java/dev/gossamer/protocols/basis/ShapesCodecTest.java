package dev.gossamer.protocols.basis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.ArtifactFormatException;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.method.Setting.Shape;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

class ShapesCodecTest {
    private static final List<Shape> SHAPES =
            List.of(new Shape("layers.0.q", 3, 5), new Shape("größer", 1 << 20, 1));

    @Test
    void decode_ofEncode_isTheSame() throws ArtifactFormatException {
        assertEquals(SHAPES, ShapesCodec.decode(ShapesCodec.encode(SHAPES)));
    }

    @Test
    void encode_oneTarget_hasTheseBytes() {
        assertEquals(
                "47535331" + "01000000" + "0100000071" + "05000000" + "03000000",
                HexFormat.of().formatHex(ShapesCodec.encode(List.of(new Shape("q", 3, 5)))));
    }

    @Test
    void writes_shapesOrABasis_tellsThemApart() {
        Basis basis = new Basis(List.of(RandomBasis.of(new Shape("q", 3, 5), 2, 1)));

        assertTrue(ShapesCodec.writes(ShapesCodec.encode(ShapesCodec.of(basis))));
        assertFalse(ShapesCodec.writes(BasisCodec.encode(basis)));
        assertFalse(ShapesCodec.writes(new byte[0]));
    }

    @Test
    void decode_cutLengthenedTwiceOrWithoutASide_isRefused() {
        byte[] whole = ShapesCodec.encode(SHAPES);

        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(
                    ArtifactFormatException.class,
                    () -> ShapesCodec.decode(cut),
                    "length=" + length);
        }
        for (byte[] bad :
                List.of(
                        Arrays.copyOf(whole, whole.length + 1),
                        ShapesCodec.encode(List.of(SHAPES.get(0), SHAPES.get(0))),
                        ShapesCodec.encode(List.of()),
                        ShapesCodec.encode(List.of(new Shape("q", 0, 1))),
                        ShapesCodec.encode(List.of(new Shape("q", 1, -1))),
                        ShapesCodec.encode(List.of(new Shape("q", 1, (1 << 20) + 1))))) {
            assertThrows(ArtifactFormatException.class, () -> ShapesCodec.decode(bad));
        }
    }
}
