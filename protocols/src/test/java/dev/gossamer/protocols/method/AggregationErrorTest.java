package dev.gossamer.protocols.method;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.adapter.AdapterValues;
import dev.gossamer.protocols.adapter.Factor;
import dev.gossamer.protocols.method.Collected.Report;

import org.ejml.dense.row.NormOps_DDRM;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

class AggregationErrorTest {
    private final AdapterValues start = RandomRound.random(RandomRound.layout(3), 1);

    private Collected round(Set<Factor> trained, boolean same) {
        List<Report> reports = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            AdapterValues after = RandomRound.trained(start, trained, same ? 5 : 5 + i);
            reports.add(new Report(1 + i, RandomRound.SCALING, after));
        }
        return new Collected(start, RandomRound.SCALING, 0, 1, reports);
    }

    @Test
    void error_ofDifferingClients_isThatOfTheDenseMatrices() {
        Collected round = round(Set.of(Factor.A, Factor.B), false);

        AggregationError error = AggregationError.of(round);

        double squares = 0;
        for (AggregationError.OfTarget target : error.targets()) {
            var ideal = RandomRound.ideal(round, target.name());
            var means = round.meanFactors(target.name()).times(RandomRound.SCALING).product();
            assertEquals(RandomRound.distance(ideal, means), target.absolute(), 1e-12);
            assertEquals(NormOps_DDRM.normF(ideal), target.ideal(), 1e-12);
            assertEquals(target.absolute() / target.ideal(), target.relative());
            squares += target.absolute() * target.absolute();
        }
        assertEquals(List.of("up", "down"), error.targets().stream().map(t -> t.name()).toList());
        assertEquals(Math.sqrt(squares), error.pooled().absolute(), 1e-12);
        assertTrue(error.pooled().relative() > 0.1);
    }

    @Test
    void error_whereOneFactorIsCommonOrClientsAgree_isZero() {
        double oneFactor = AggregationError.of(round(Set.of(Factor.B), false)).pooled().absolute();
        double agreed =
                AggregationError.of(round(Set.of(Factor.A, Factor.B), true)).pooled().absolute();

        assertEquals(0, oneFactor);
        assertEquals(0, agreed, 1e-15);
    }

    @Test
    void error_ofNothingLearnt_isZeroOfZero() {
        AdapterValues zero = AdapterValues.zero(start.layout());
        Collected round = new Collected(zero, 1, 0, 1, List.of(new Report(1, 1, zero)));

        assertEquals(0, AggregationError.of(round).pooled().relative());
    }

    @Test
    void error_ofSeveralRanks_isRefused() {
        Report low = new Report(1, 1, RandomRound.random(RandomRound.layout(2), 1));
        Collected round = new Collected(start, 1, 0, 1, List.of(new Report(1, 1, start), low));

        assertThrows(IllegalArgumentException.class, () -> AggregationError.of(round));
    }

    @Test
    void round_weightsWithoutShares_areRefusedByValue() {
        for (double weight : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            var error =
                    assertThrows(
                            IllegalArgumentException.class,
                            () ->
                                    new Collected(
                                            start, 1, 0, 1, List.of(new Report(weight, 1, start))));
            assertEquals("weight is not above 0: index=0, weight=" + weight, error.getMessage());
        }
        assertThrows(
                IllegalArgumentException.class, () -> new Collected(start, 1, 0, 1, List.of()));
    }
}
