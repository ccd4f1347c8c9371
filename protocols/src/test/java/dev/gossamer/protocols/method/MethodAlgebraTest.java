package dev.gossamer.protocols.method;

import static dev.gossamer.protocols.method.RandomRound.SCALING;
import static dev.gossamer.protocols.method.RandomRound.TARGETS;
import static dev.gossamer.protocols.method.RandomRound.combined;
import static dev.gossamer.protocols.method.RandomRound.distance;
import static dev.gossamer.protocols.method.RandomRound.effective;
import static dev.gossamer.protocols.method.RandomRound.ideal;
import static dev.gossamer.protocols.method.RandomRound.largestDifference;
import static dev.gossamer.protocols.method.RandomRound.layout;
import static dev.gossamer.protocols.method.RandomRound.product;
import static dev.gossamer.protocols.method.RandomRound.random;
import static dev.gossamer.protocols.method.RandomRound.trained;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;
import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.algebra.Factored;
import dev.gossamer.protocols.algebra.Triplets;
import dev.gossamer.protocols.method.Collected.Report;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.SingularOps_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** What each method promises, against products of dense matrices in double precision. */
class MethodAlgebraTest {
    private static final double EXACT = 1e-12;
    private static final int RANK = 4;
    private static final int ROUND = 0;
    private static final List<Double> WEIGHTS = List.of(5.0, 1.0, 3.0, 2.0, 7.0);

    private final AdapterValues start = random(layout(RANK), 1);

    /** Clients of the weights given that trained what {@code method} trains. */
    private Collected round(ExchangeMethod method, int number, List<Double> weights) {
        List<Report> reports = new ArrayList<>();
        for (int i = 0; i < weights.size(); i++) {
            AdapterValues after = trained(start, method.trained(number), 100 + i);
            reports.add(new Report(weights.get(i), SCALING, after));
        }
        return new Collected(start, SCALING, number, 7, reports);
    }

    /** Clients of several ranks and scalings; the server's rank is the largest. */
    private static Collected mixedRound() {
        List<Report> reports = new ArrayList<>();
        int[] ranks = {2, 4, 3};
        double[] scalings = {8, 4, 16.0 / 3};
        for (int i = 0; i < ranks.length; i++) {
            reports.add(new Report(1 + i, scalings[i], random(layout(ranks[i]), 50 + i)));
        }
        return new Collected(random(layout(RANK), 1), SCALING, ROUND, 7, reports);
    }

    private static void assertIdeal(ExchangeMethod method, Collected round) {
        Combined after = combined(method, round);
        for (Setting.Shape target : TARGETS) {
            DMatrixRMaj is = effective(after, target.name(), round.scaling());
            double error = largestDifference(ideal(round, target.name()), is);
            assertTrue(error < EXACT, method.name() + " " + target.name() + " error=" + error);
        }
    }

    private static double error(ExchangeMethod method, Collected round) {
        return distance(
                ideal(round, "up"), effective(combined(method, round), "up", round.scaling()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffa", "rolora", "fedex", "flora"})
    void exactMethod_anyWeights_givesTheIdealMean(String name) {
        ExchangeMethod method = ExchangeMethod.named(name);

        assertIdeal(method, round(method, 0, WEIGHTS));
        assertIdeal(method, round(method, 1, WEIGHTS));
        assertIdeal(method, round(method, 0, List.of(1.0, 1.0, 1.0)));
    }

    /** The test above can fail: what averages both factors does not pass it. */
    @Test
    void fedIt_differingClients_missesTheIdealMean() {
        FedIt method = new FedIt();

        assertTrue(error(method, round(method, ROUND, WEIGHTS)) > 0.1);
    }

    @Test
    void fedSb_randomAndUniformWeights_commuteWithTheBasis() {
        DMatrixRMaj b = random(layout(RANK), 8).matrix("up.lora_B");
        DMatrixRMaj a = random(layout(RANK), 9).matrix("up.lora_A");
        for (double[] shares : new double[][] {{0.5, 0.3, 0.2}, {1 / 3.0, 1 / 3.0, 1 / 3.0}}) {
            DMatrixRMaj mean = new DMatrixRMaj(RANK, RANK);
            DMatrixRMaj ideal = new DMatrixRMaj(b.numRows, a.numCols);
            for (int i = 0; i < shares.length; i++) {
                DMatrixRMaj r = random(layout(RANK), 20 + i).matrix("up.lora_A");
                DMatrixRMaj core = CommonOps_DDRM.extract(r, 0, RANK, 0, RANK);
                CommonOps_DDRM.addEquals(mean, shares[i], core);
                CommonOps_DDRM.addEquals(ideal, shares[i], between(b, core, a));
            }
            assertTrue(largestDifference(ideal, between(b, mean, a)) < EXACT);
        }
    }

    private static DMatrixRMaj between(DMatrixRMaj b, DMatrixRMaj core, DMatrixRMaj a) {
        DMatrixRMaj left = CommonOps_DDRM.mult(b, core, null);
        return CommonOps_DDRM.mult(left, a, null);
    }

    @Test
    void means_weightedAndUniform_differWhereWeightsDo() {
        FfaLora method = new FfaLora();
        DMatrixRMaj weighted =
                effective(combined(method, round(method, ROUND, WEIGHTS)), "up", SCALING);
        DMatrixRMaj uniform =
                effective(
                        combined(method, round(method, ROUND, List.of(1.0, 1.0, 1.0, 1.0, 1.0))),
                        "up",
                        SCALING);

        assertTrue(distance(weighted, uniform) > 0.1);
    }

    @Test
    void fedEx_residual_isTheErrorOfTheMeansAtRankOfAllButOne() {
        FedEx method = new FedEx();
        Collected round = round(method, ROUND, WEIGHTS);

        Factored residual = method.combine(round).residuals().getFirst().change();

        DMatrixRMaj error = ideal(round, "up");
        CommonOps_DDRM.addEquals(error, -SCALING, round.meanFactors("up").product());
        assertTrue(largestDifference(error, residual.product()) < EXACT);
        assertEquals(4 * RANK, residual.inner());
    }

    /** Five clients of rank four: 16, not 20, on matrices that are large enough for either. */
    @Test
    void fedEx_error_hasRankOfAllClientsButOne() {
        List<Factored> products = new ArrayList<>();
        AdapterLayout big =
                new AdapterLayout(
                        List.of(new Slice("m.lora_A", 4, 40), new Slice("m.lora_B", 50, 4)));
        List<Report> reports = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            reports.add(new Report(1 + i, 1, random(big, i)));
            products.add(
                    new Factored(
                            random(big, i).matrix("m.lora_B"), random(big, i).matrix("m.lora_A")));
        }
        Collected round = new Collected(AdapterValues.zero(big), 1, 0, 7, reports);

        DMatrixRMaj error = ideal(round, "m");
        CommonOps_DDRM.addEquals(error, -1, round.meanFactors("m").product());

        assertEquals(16, SingularOps_DDRM.rank(error, 1e-9));
        assertEquals(20, SingularOps_DDRM.rank(Factored.stacked(products).product(), 1e-9));
    }

    @Test
    void fedEx_truncated_losesTheEnergyBeyondItsRank() {
        FedEx exact = new FedEx();
        Collected round = round(exact, ROUND, WEIGHTS);
        ExchangeMethod truncated = exact.with(new MethodOptions(Map.of("residual-rank", 3.0)));
        Factored error = exact.combine(round).residuals().getFirst().change();
        double[] values = error.leading(error.inner()).values();

        assertEquals(new FedEx(OptionalInt.of(3)), truncated);
        assertEquals(tail(values, 3), error(truncated, round), 1e-10);
        assertTrue(error(truncated, round) < error(new FedIt(), round));
    }

    private static double tail(double[] values, int rank) {
        double squares = 0;
        for (int i = rank; i < values.length; i++) {
            squares += values[i] * values[i];
        }
        return Math.sqrt(squares);
    }

    @Test
    void flora_ranksAndScalingsOfTheirOwn_areStackedExactly() {
        Collected round = mixedRound();

        assertIdeal(new Flora(), round);
        assertEquals(9, new Flora().combine(round).residuals().getFirst().change().inner());
    }

    /** What scales both factors of a pair by the share is far off, so the test above sees it. */
    @Test
    void flora_bothFactorsScaled_wouldBeFarFromTheMean() {
        Collected round = mixedRound();
        double[] shares = round.shares();
        List<Factored> twice = new ArrayList<>();
        for (int i = 0; i < shares.length; i++) {
            Report report = round.reports().get(i);
            twice.add(round.product(report, "up").times(shares[i] * shares[i] * report.scaling()));
        }

        double error = distance(ideal(round, "up"), Factored.stacked(twice).product());

        assertTrue(error > 0.3 * NormOps_DDRM.normF(ideal(round, "up")), "error=" + error);
    }

    @Test
    void flora_nextAdapter_isDrawnAnewByRoundAndSlice() {
        Collected round = round(new Flora(), ROUND, WEIGHTS);
        AdapterValues next = new Flora().combine(round).next();
        AdapterValues again = new Flora().combine(round).next();
        AdapterValues later =
                new Flora().combine(new Collected(start, SCALING, 1, 7, round.reports())).next();

        assertEquals(next.state().digest(), again.state().digest());
        assertEquals(0, NormOps_DDRM.normF(next.matrix("up.lora_B")));
        assertTrue(distance(next.matrix("up.lora_A"), later.matrix("up.lora_A")) > 0.1);
        double bound = 1 / Math.sqrt(10);
        assertTrue(CommonOps_DDRM.elementMaxAbs(next.matrix("up.lora_A")) <= bound);
    }

    @Test
    void flexLora_error_isTheTailOfTheSingularValues() {
        Collected round = mixedRound();
        DMatrixRMaj dense = ideal(round, "up");
        double[] values = Factored.stacked(List.of(whole(dense))).leading(10).values();

        assertEquals(tail(values, RANK), error(new FlexLora(), round), 1e-10);
    }

    private static Factored whole(DMatrixRMaj matrix) {
        return new Factored(matrix, CommonOps_DDRM.identity(matrix.numCols));
    }

    @Test
    void flexLora_coreRoute_isTheDenseRoute() {
        Collected round = mixedRound();
        Factored byCore =
                new Factored(
                        new FlexLora().combine(round).next().matrix("up.lora_B"),
                        new FlexLora().combine(round).next().matrix("up.lora_A"));

        Triplets dense = whole(ideal(round, "up")).leading(RANK);

        Factored byDense = dense.balanced(RANK, 1 / SCALING);
        assertTrue(largestDifference(byDense.left(), byCore.left()) < 1e-10);
        assertTrue(largestDifference(byDense.right(), byCore.right()) < 1e-10);
    }

    @Test
    void flexLora_clientOfLowerRank_getsTheBestFactorsOfItsRank() {
        Collected round = mixedRound();
        AdapterState global = new FlexLora().combine(round).next().state();
        double[] values = whole(ideal(round, "up")).leading(10).values();

        AdapterValues own = AdapterValues.of(new FlexLora().start(global, 2));

        double error = distance(ideal(round, "up"), product(own, "up", SCALING));
        assertEquals(tail(values, 2), error, 1e-5);
    }

    @Test
    void roLora_firstRound_isFfas() {
        Collected round = round(new FfaLora(), ROUND, WEIGHTS);

        assertEquals(
                combined(new FfaLora(), round).next().state().digest(),
                combined(new RoLora(), round).next().state().digest());
        assertEquals(Set.of(Factor.A, Factor.HEAD), new RoLora().trained(1));
    }

    static Stream<ExchangeMethod> loraMethods() {
        return ExchangeMethod.all().stream().filter(m -> !m.name().equals("fed-sb"));
    }

    /** A start, and what a client that trains everything would have made of it. */
    @Test
    void methods_identicalClients_allKeepWhatTheClientsLearnt() {
        AdapterValues learnt = random(layout(RANK), 99);
        for (int clients : new int[] {1, 4}) {
            List<Report> same = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                same.add(new Report(1 + i, SCALING, learnt));
            }
            Collected round = new Collected(start, SCALING, ROUND, 7, same);
            loraMethods()
                    .filter(method -> method.trained(ROUND).contains(Factor.A))
                    .forEach(
                            method -> {
                                Combined after = combined(method, round);
                                DMatrixRMaj is = effective(after, "up", SCALING);
                                double off = largestDifference(product(learnt, "up", SCALING), is);
                                assertTrue(off < EXACT, method.name() + " off=" + off);
                                assertEquals(
                                        0,
                                        distance(
                                                learnt.matrix("classifier.weight"),
                                                after.next().matrix("classifier.weight")),
                                        EXACT);
                            });
        }
    }

    @Test
    void dropOut_threeOfFive_isTheMeanRenormalisedOverThree() {
        FedEx method = new FedEx();
        Collected all = round(method, ROUND, WEIGHTS);
        List<Report> three =
                List.of(all.reports().get(0), all.reports().get(2), all.reports().get(4));
        Collected reported = new Collected(start, SCALING, ROUND, 7, three);

        Combined after = method.combine(reported);

        DMatrixRMaj expected = product(three.get(0).trained(), "up", SCALING * 5 / 15);
        CommonOps_DDRM.addEquals(expected, product(three.get(1).trained(), "up", SCALING * 3 / 15));
        CommonOps_DDRM.addEquals(expected, product(three.get(2).trained(), "up", SCALING * 7 / 15));
        assertTrue(largestDifference(expected, effective(after, "up", SCALING)) < EXACT);
    }

    @Test
    void loraFair_correction_leavesTheErrorOutsideTheRowsOfA() {
        FedIt averaging = new FedIt();
        Collected round = round(averaging, ROUND, WEIGHTS);
        double before = error(averaging, round);

        double free = error(new LoraFair(0), round);
        double held = error(new LoraFair(1), round);

        DMatrixRMaj a = round.meanFactors("up").right();
        Factored error = round.covariance("up").times(SCALING);
        assertEquals(outside(error.product(), a), free, 1e-10);
        assertTrue(free < held && held < before, free + " " + held + " " + before);
    }

    /** The norm of what of the rows of {@code error} no combination of the rows of A gives. */
    private static double outside(DMatrixRMaj error, DMatrixRMaj a) {
        DMatrixRMaj inverse = new DMatrixRMaj(a.numCols, a.numRows);
        CommonOps_DDRM.pinv(a, inverse);
        DMatrixRMaj within =
                CommonOps_DDRM.mult(CommonOps_DDRM.mult(error, inverse, null), a, null);
        return distance(error, within);
    }

    @Test
    void hetLora_lowerRanks_countAsZerosBeyondThem() {
        HetLora method = new HetLora();
        Collected round = mixedRound();

        AdapterValues next = combined(method, round).next();

        DMatrixRMaj b = next.matrix("up.lora_B");
        DMatrixRMaj only = round.reports().get(1).trained().matrix("up.lora_B");
        for (int row = 0; row < b.numRows; row++) {
            assertEquals(only.get(row, 3) * 2 / 6, b.get(row, 3), EXACT);
        }
    }

    @Test
    void hetLora_weight_isTheNormOfWhatWasLearnt() {
        AdapterState one = random(layout(RANK), 3).state();
        double squares = 0;
        for (Setting.Shape shape : TARGETS) {
            squares +=
                    Math.pow(
                            NormOps_DDRM.normF(product(AdapterValues.of(one), shape.name(), 1)), 2);
        }

        int weight = new HetLora().weight(one, 1);

        assertEquals(Math.sqrt(squares) * (1 << 14), weight, 1);
        assertEquals(1, new HetLora().weight(AdapterValues.zero(layout(RANK)).state(), 100));
    }

    @Test
    void start_otherRank_isRefusedWhereAMethodHasOne() {
        AdapterState global = start.state();

        var error =
                assertThrows(IllegalArgumentException.class, () -> new FedIt().start(global, 2));

        assertEquals(
                "method has one rank for all clients: method=fedit, rank=2, bound=4",
                error.getMessage());
        assertEquals(layout(2), new FlexLora().start(global, 2).layout());
    }
}
