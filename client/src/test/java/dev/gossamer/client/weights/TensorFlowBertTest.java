package dev.gossamer.client.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Matrix;

import org.junit.jupiter.api.Test;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;

class TensorFlowBertTest {
    private static final BundleBytes BUNDLE = BundleBytes.smallBert();

    private static Map<String, StoredTensor> tensors(byte[] index, byte[] data) {
        return TensorFlowBundle.read(
                MemorySegment.ofArray(index), MemorySegment.ofArray(data), "test.index");
    }

    private static TensorFlowBert.Model read(byte[] index, byte[] data) {
        return TensorFlowBert.read(tensors(index, data), "test.index", 2);
    }

    private static float[] row(Matrix matrix, int row) {
        float[] values = new float[matrix.columns()];
        matrix.readRow(row, values, 0);
        return values;
    }

    @Test
    void read_bundle_hasSizesNamesAndHead() {
        TensorFlowBert.Model model = read(BUNDLE.index(), BUNDLE.data());

        assertEquals(1, model.base().architecture().layers());
        assertEquals(4, model.base().architecture().hidden());
        assertEquals(6, model.base().architecture().intermediate());
        assertEquals(7, model.base().architecture().vocabulary());
        assertEquals("encoder.layer.0.output.dense", model.base().linears().getLast().name());
        Head.LanguageModel head = (Head.LanguageModel) model.head();
        assertEquals(model.base().words(), head.output());
        assertEquals(7, head.bias().orElseThrow().length);
    }

    /** Kernels lie {@code [in × out]}; the values of a tensor count on from its number. */
    @Test
    void read_kernel_isTurnedToOutByIn() {
        float first = BUNDLE.first("module/bert/encoder/layer_0/intermediate/dense/kernel");

        Matrix up = read(BUNDLE.index(), BUNDLE.data()).base().blocks().getFirst().up().weight();

        assertEquals(6, up.rows());
        assertArrayEquals(new float[] {first + 5, first + 11, first + 17, first + 23}, row(up, 5));
    }

    @Test
    void read_headsThatDoNotDivide_refused() {
        WeightsFormatException refused =
                assertThrows(
                        WeightsFormatException.class,
                        () ->
                                TensorFlowBert.read(
                                        tensors(BUNDLE.index(), BUNDLE.data()), "test.index", 3));

        assertEquals(
                "not BERT: file=test.index, layers=1, hidden=4, heads=3", refused.getMessage());
    }

    @Test
    void read_dataCut_namesTheTensor() {
        byte[] cut = Arrays.copyOf(BUNDLE.data(), BUNDLE.data().length - 1);

        WeightsFormatException refused =
                assertThrows(WeightsFormatException.class, () -> read(BUNDLE.index(), cut));

        assertTrue(
                refused.getMessage()
                        .startsWith(
                                "malformed TensorFlow bundle test.index: tensor does not fit its"
                                        + " shape or the data: tensor=module/"),
                refused.getMessage());
    }

    @Test
    void read_indexCutAtEveryLength_alwaysRefused() {
        byte[] index = BUNDLE.index();

        for (int length = 0; length < index.length; length++) {
            byte[] cut = Arrays.copyOf(index, length);
            assertThrows(WeightsFormatException.class, () -> read(cut, BUNDLE.data()));
        }
    }

    /** Blocks have sums and the footer has places, so only the meta block can be wrong unseen. */
    @Test
    void read_anyBitOfTheIndexFlipped_isRefusedOrUnread() {
        byte[] index = BUNDLE.index();
        int refused = 0;

        for (int bit = 0; bit < index.length * 8; bit++) {
            byte[] damaged = index.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            try {
                read(damaged, BUNDLE.data());
            } catch (WeightsFormatException expected) {
                refused++;
            }
        }

        assertTrue(refused > (index.length - 48) * 8, "refused=" + refused);
    }

    /** The sums are right here, so what stands in the entries is looked at itself. */
    @Test
    void read_anyBitOfAnEntryFlippedUnderARightSum_throwsNothingButTheTypedException() {
        int refused = 0;
        int block = BUNDLE.block().length;

        for (int bit = 0; bit < block * 8; bit++) {
            byte[] damaged = BUNDLE.block().clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            try {
                read(BundleBytes.index(damaged), BUNDLE.data());
            } catch (WeightsFormatException expected) {
                refused++;
            }
        }

        assertTrue(refused > block * 4, "refused=" + refused + ", bits=" + block * 8);
    }
}
