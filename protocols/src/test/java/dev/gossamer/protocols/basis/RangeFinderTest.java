package dev.gossamer.protocols.basis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Basis;
import dev.gossamer.protocols.adapter.BasisCodec;
import dev.gossamer.protocols.aggregate.FixedPoint;
import dev.gossamer.protocols.aggregate.RingAccumulator;
import dev.gossamer.protocols.codec.CodecException;
import dev.gossamer.protocols.codec.UpdateCodec;
import dev.gossamer.protocols.method.Setting.Shape;
import dev.gossamer.protocols.random.CounterRandom;
import dev.gossamer.protocols.run.CodecPlan;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.SingularOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class RangeFinderTest {
    private static final Shape WIDE = new Shape("up", 40, 60);
    private static final Shape TALL = new Shape("down", 50, 30);
    private static final int RANK = 5;
    private static final RangeFinder FINDER = new RangeFinder(List.of(WIDE, TALL), RANK, 11, 0);

    /** Clients and what their reports weigh. */
    private record Client(List<WeightGradient> gradients, int weight) {}

    private static List<WeightGradient> gradients(DMatrixRMaj up, DMatrixRMaj down) {
        return List.of(Gradients.gradient("up", up), Gradients.gradient("down", down));
    }

    /** Full rank, the sides of the targets, norms near a hundredth. */
    private static List<Client> clients(int count) {
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            DMatrixRMaj up = Gradients.normal(40, 60, 2L * i);
            DMatrixRMaj down = Gradients.normal(50, 30, 2L * i + 1);
            CommonOps_DDRM.scale(2e-4, up);
            CommonOps_DDRM.scale(2e-4, down);
            clients.add(new Client(gradients(up, down), 3 + 100 * i));
        }
        return clients;
    }

    /** A report through codec and ring, as those of any round. */
    private static void add(RingAccumulator ring, AdapterState report, int weight)
            throws CodecException {
        UpdateCodec codec = new UpdateCodec(CodecPlan.PLAIN, report.layout());
        byte[] message =
                codec.encode(report.values(), 0, CounterRandom.of(1, "rounding", 0, "")).bytes();
        ring.add(codec.decode(message).dense(), weight);
    }

    private static RingAccumulator ring(int size) {
        return new RingAccumulator(FixedPoint.planned(10, 1 << 20), size);
    }

    private static RangeFinder.Found found(RangeFinder finder, List<Client> clients)
            throws CodecException {
        RingAccumulator first = ring(finder.sketchLayout().size());
        for (Client client : clients) {
            add(first, finder.sketch(client.gradients()), client.weight());
        }
        AdapterState range = finder.range(new AdapterValues(finder.sketchLayout(), first.mean()));
        RingAccumulator second = ring(finder.projectionLayout().size());
        for (Client client : clients) {
            add(second, finder.projection(range, client.gradients()), client.weight());
        }
        return finder.found(
                range, new AdapterValues(finder.projectionLayout(), second.mean()), 1e-3);
    }

    /** The weighted mean of the clients' gradients of one target. */
    private static DMatrixRMaj pooled(List<Client> clients, int target) {
        double weights = clients.stream().mapToInt(Client::weight).sum();
        DMatrixRMaj first = Gradients.matrix(clients.getFirst().gradients().get(target));
        DMatrixRMaj mean = new DMatrixRMaj(first.numRows, first.numCols);
        for (Client client : clients) {
            DMatrixRMaj own = Gradients.matrix(client.gradients().get(target));
            CommonOps_DDRM.addEquals(mean, client.weight() / weights, own);
        }
        return mean;
    }

    private static double[] geometric(int count, double ratio) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = Math.pow(ratio, i);
        }
        return values;
    }

    /** The square root of the sum of squares beyond the rank. */
    private static double tail(double[] values, int rank) {
        double squares = 0;
        for (int i = rank; i < values.length; i++) {
            squares += values[i] * values[i];
        }
        return Math.sqrt(squares);
    }

    @Test
    void layouts_areThoseOfBAndA() {
        assertEquals(
                List.of(new Slice("up.lora_B", 40, 13), new Slice("down.lora_B", 50, 13)),
                FINDER.sketchLayout().slices());
        assertEquals(
                List.of(new Slice("up.lora_A", 13, 60), new Slice("down.lora_A", 13, 30)),
                FINDER.projectionLayout().slices());
    }

    @Test
    void layouts_ofASmallMatrix_endAtItsSides() {
        RangeFinder finder = new RangeFinder(List.of(new Shape("up", 40, 7)), RANK, 1, 0);

        assertEquals(new Slice("up.lora_B", 40, 7), finder.sketchLayout().slices().getFirst());
        assertEquals(new Slice("up.lora_A", 7, 7), finder.projectionLayout().slices().getFirst());
    }

    /** No rank beyond the basis's: nothing is left out, but for fp32 and the ring's places. */
    @Test
    void found_gradientOfTheBasisRank_isExact() throws CodecException {
        double[] spectrum = {1, 0.9, 0.4, 0.05, 0.01};
        DMatrixRMaj up = Gradients.withSpectrum(40, 60, spectrum, 1);
        DMatrixRMaj down = Gradients.withSpectrum(50, 30, spectrum, 3);

        RangeFinder.Found found = found(FINDER, List.of(new Client(gradients(up, down), 1)));

        List<Basis.Target> targets = found.basis().targets();
        assertTrue(Gradients.distance(Gradients.projection(targets.get(0), up), up) < 1e-6);
        assertTrue(Gradients.distance(Gradients.projection(targets.get(1), down), down) < 1e-6);
    }

    /** The rank of what is seen may be as large as the sketch: then the cut to r is the best. */
    @Test
    void found_gradientOfTheSketchRank_isTheBestOfItsRank() throws CodecException {
        double[] spectrum = geometric(13, 0.7);
        DMatrixRMaj up = Gradients.withSpectrum(40, 60, spectrum, 1);
        DMatrixRMaj down = Gradients.withSpectrum(50, 30, spectrum, 3);

        RangeFinder.Found found = found(FINDER, List.of(new Client(gradients(up, down), 1)));

        List<Basis.Target> targets = found.basis().targets();
        double best = tail(spectrum, RANK);
        assertEquals(best, Gradients.distance(Gradients.projection(targets.get(0), up), up), 1e-6);
        assertEquals(
                best, Gradients.distance(Gradients.projection(targets.get(1), down), down), 1e-6);
    }

    /**
     * Halko, Martinsson and Tropp's theorem 10.5, in the mean over coins: the square of what Q
     * leaves is at most {@code (1 + r / 7) τ²}. The values found are never above the true ones, and
     * by Weyl none is further below than what Q leaves.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.6, 0.9, 0.97})
    void range_decayingSpectrum_leavesNoMoreThanTheBound(double ratio) {
        double[] spectrum = geometric(30, ratio);
        DMatrixRMaj gradient = Gradients.withSpectrum(50, 30, spectrum, 9);
        int trials = 40;
        double squares = 0;

        for (int seed = 0; seed < trials; seed++) {
            RangeFinder finder = new RangeFinder(List.of(TALL), RANK, seed, 0);
            List<WeightGradient> own = List.of(Gradients.gradient("down", gradient));
            AdapterState range = finder.range(AdapterValues.of(finder.sketch(own)));
            AdapterState rest = finder.projection(range, own);
            DMatrixRMaj found = AdapterValues.of(rest).matrix("down.lora_A");
            double left =
                    Math.pow(NormOps_DDRM.normF(gradient), 2)
                            - Math.pow(NormOps_DDRM.normF(found), 2);
            squares += left / trials;
            double[] values = SingularOps_DDRM.singularValues(found);
            for (int i = 0; i < RANK; i++) {
                assertTrue(values[i] < spectrum[i] + 1e-6);
                assertTrue(values[i] > spectrum[i] - Math.sqrt(left) - 1e-6);
            }
        }

        double tail = tail(spectrum, RANK);
        assertTrue(squares <= (1 + RANK / 7.0) * tail * tail, squares + " of " + tail * tail);
        assertTrue(squares > 0);
    }

    /**
     * A sketch is off by fp32's rounding of each client's value, 2^-24 of it, and by half of the
     * ring's 2^-33 place; values are below 5 standard deviations of 1.6e-3.
     */
    @Test
    void sketch_meanOfClientsThroughTheRing_isThatOfThePooledGradient() throws CodecException {
        List<Client> clients = clients(6);
        RingAccumulator ring = ring(FINDER.sketchLayout().size());
        for (Client client : clients) {
            add(ring, FINDER.sketch(client.gradients()), client.weight());
        }

        DMatrixRMaj up = pooled(clients, 0);
        DMatrixRMaj down = pooled(clients, 1);
        AdapterState whole = FINDER.sketch(gradients(up, down));

        double bound = 3 * 0x1p-24 * 8e-3 + 0x1p-34;
        double[] mean = ring.mean();
        for (int i = 0; i < mean.length; i++) {
            assertEquals(whole.values()[i], mean[i], bound);
        }
        assertTrue(Arrays.stream(mean).anyMatch(value -> Math.abs(value) > 1e-4));
    }

    @Test
    void found_clientsInAnyOrder_hasTheSameBits() throws CodecException {
        List<Client> clients = clients(6);

        RangeFinder.Found one = found(FINDER, clients);
        RangeFinder.Found other = found(FINDER, clients.reversed());

        assertArrayEquals(BasisCodec.encode(one.basis()), BasisCodec.encode(other.basis()));
        assertEquals(one.cores().digest(), other.cores().digest());
    }

    @Test
    void found_factors_areOrthonormal() throws CodecException {
        RangeFinder.Found found = found(FINDER, clients(3));

        for (Basis.Target target : found.basis().targets()) {
            assertTrue(Gradients.departure(target) < 1e-6, target.name());
        }
    }

    /** A gradient of zero has no directions, and any factors do. */
    @Test
    void found_noGradient_isOrthonormalWithNoStep() throws CodecException {
        List<WeightGradient> none = gradients(new DMatrixRMaj(40, 60), new DMatrixRMaj(50, 30));

        RangeFinder.Found found = found(FINDER, List.of(new Client(none, 1)));

        assertTrue(Gradients.departure(found.basis().targets().getFirst()) < 1e-6);
        assertArrayEquals(new float[2 * RANK * RANK], found.cores().values());
    }

    /** As long as the step by signs at its longest, and downhill. */
    @Test
    void cores_firstStep_isAgainstTheGradientAndOfItsLength() throws CodecException {
        List<Client> clients = clients(3);

        RangeFinder.Found found = found(FINDER, clients);

        AdapterValues cores = AdapterValues.of(found.cores());
        for (int t = 0; t < 2; t++) {
            Basis.Target target = found.basis().targets().get(t);
            DMatrixRMaj step = Gradients.product(target, cores.matrix(target.sliceName()));
            double length = 1e-3 * Math.sqrt(target.out() * target.in());
            assertEquals(length, NormOps_DDRM.normF(step), 1e-6);
            DMatrixRMaj gradient = pooled(clients, t);
            CommonOps_DDRM.elementMult(step, gradient);
            double cosine =
                    CommonOps_DDRM.elementSum(step) / (length * NormOps_DDRM.normF(gradient));
            assertTrue(cosine < -0.3, target.name() + " cosine " + cosine);
        }
    }

    @Test
    void found_stepOfZero_startsAtTheBase() {
        AdapterState range =
                FINDER.range(AdapterValues.of(FINDER.sketch(clients(1).getFirst().gradients())));
        AdapterState rest = FINDER.projection(range, clients(1).getFirst().gradients());

        RangeFinder.Found found = FINDER.found(range, AdapterValues.of(rest), 0);

        for (float value : found.cores().values()) {
            assertEquals(0, value, 0x1p-149f);
        }
    }

    /** A power of two rounds nothing: the same factors from small gradients, and the same step. */
    @Test
    void exponent_ofSmallGradients_givesTheSameBits() throws CodecException {
        List<Client> clients = clients(2);
        List<Client> small = new ArrayList<>();
        for (Client client : clients) {
            List<WeightGradient> scaled = new ArrayList<>();
            for (WeightGradient gradient : client.gradients()) {
                DMatrixRMaj matrix = Gradients.matrix(gradient);
                CommonOps_DDRM.scale(0x1p-20, matrix);
                scaled.add(Gradients.gradient(gradient.target(), matrix));
            }
            small.add(new Client(scaled, client.weight()));
        }

        RangeFinder.Found one = found(FINDER, clients);
        RangeFinder.Found other = found(new RangeFinder(List.of(WIDE, TALL), RANK, 11, 20), small);

        assertArrayEquals(BasisCodec.encode(one.basis()), BasisCodec.encode(other.basis()));
        assertEquals(one.cores().digest(), other.cores().digest());
    }

    /** A client whose gradient has exploded has no more weight than one of the largest norm. */
    @Test
    void sketch_gradientAboveTheNorm_isCutAndKeepsItsDirection() {
        DMatrixRMaj up = Gradients.normal(40, 60, 1);
        DMatrixRMaj down = Gradients.normal(50, 30, 1);
        List<WeightGradient> huge = gradients(up, down);
        CommonOps_DDRM.scale(RangeFinder.LARGEST_NORM / NormOps_DDRM.normF(up), up);
        CommonOps_DDRM.scale(RangeFinder.LARGEST_NORM / NormOps_DDRM.normF(down), down);

        AdapterState cut = FINDER.sketch(huge);
        AdapterState largest = FINDER.sketch(gradients(up, down));

        FixedPoint ring = FixedPoint.planned(10, 1 << 20);
        for (int i = 0; i < cut.values().length; i++) {
            assertEquals(largest.values()[i], cut.values()[i], 1e-5f);
            assertTrue(ring.holds(cut.values()[i]));
        }
    }

    @Test
    void finder_wrongArguments_areRefusedByName() {
        var rank =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new RangeFinder(List.of(WIDE), 41, 1, 0));
        var none =
                assertThrows(
                        IllegalArgumentException.class, () -> new RangeFinder(List.of(), 4, 1, 65));
        var missing =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> FINDER.sketch(clients(1).getFirst().gradients().subList(0, 1)));
        var layout =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> FINDER.range(AdapterValues.zero(FINDER.projectionLayout())));
        AdapterState range = AdapterValues.zero(FINDER.sketchLayout()).state();
        AdapterValues rest = AdapterValues.zero(FINDER.projectionLayout());
        var step =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> FINDER.found(range, rest, Double.NaN));

        assertEquals(
                "rank is larger than a side of the matrix: rank=41, target=up, bound=40",
                rank.getMessage());
        assertEquals("bad range finder: targets=0, exponent=65", none.getMessage());
        assertEquals(
                "gradient is missing or has other sides: target=down, out=50, in=30",
                missing.getMessage());
        assertTrue(layout.getMessage().startsWith("values are of another layout: layout="));
        assertEquals("bad step size: stepSize=NaN, bound=0", step.getMessage());
    }

    @Test
    void gradient_thatDoesNotFitOrIsNotFinite_isRefusedByName() {
        var sides =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new WeightGradient("up", 2, 3, new float[5]));
        var infinite =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new WeightGradient("up", 1, 1, new float[] {Float.NaN}));

        assertEquals("gradient does not fit: target=up, out=2, in=3, values=5", sides.getMessage());
        assertEquals("gradient is not finite: target=up, value=NaN", infinite.getMessage());
    }
}
