package dev.gossamer.simulations.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.privacy.secagg.Topology;

import org.junit.jupiter.api.Test;

class SecAggBenchTest {
    private long nanos;

    /** Every look at the clock is a microsecond after the last, so that seconds count the looks. */
    private long clock() {
        return nanos += 1000;
    }

    @Test
    void completeSession_ofFewClients_isExactAndCountsAllParties() {
        SecAggBench.Result result =
                SecAggBench.measure(this::clock, SecAggBench.Setting.complete(10, 100, 2));

        // 10 adverts; 10 lists, 10 deliveries; 8 inputs; 8 sets of survivors, 8 requests
        assertEquals(54e-6, result.clientSeconds(), 1e-12);
        // 10 adverts, 10 packages, 8 inputs, 8 votes, 8 answers, 5 closings
        assertEquals(49e-6, result.serverSeconds(), 1e-12);
        assertEquals(result.clientSeconds() + result.serverSeconds(), result.seconds());
        assertTrue(result.bytesUp() > 8 * 400, "bytesUp=" + result.bytesUp());
    }

    @Test
    void regularSession_ofFewClients_isExact() {
        SecAggBench.Setting setting =
                SecAggBench.Setting.regular(30, 50, 0, new Topology.Regular(8, 5));

        SecAggBench.Result result = SecAggBench.measure(this::clock, setting);

        assertEquals(3, setting.dropped());
        assertTrue(result.seconds() > 0);
    }

    @Test
    void settings_ofTheBenchmark_areThoseOfItsNumbers() {
        SecAggBench.Setting complete = SecAggBench.Setting.complete();
        SecAggBench.Setting regular = SecAggBench.Setting.regular();

        assertEquals(50, complete.clients());
        assertEquals(5, complete.dropped());
        assertEquals(57_344, complete.parameters().words());
        assertEquals(16, complete.parameters().colluders());
        assertEquals(34, complete.parameters().minimum());
        assertEquals(1000, regular.clients());
        assertEquals(100, regular.dropped());
        assertEquals(new Topology.Regular(52, 28), regular.parameters().topology());
    }
}
