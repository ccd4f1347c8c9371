package dev.gossamer.protocols.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.node.NodeId;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

class BackoffTest {
    private static final NodeId A = new NodeId("a");

    private static List<Long> pauses(Backoff backoff, int count) {
        return Stream.generate(backoff::next).limit(count).map(Duration::toMillis).toList();
    }

    private static void assertNear(long expectedMillis, long pauseMillis) {
        double off = Math.abs(pauseMillis - expectedMillis) / (double) expectedMillis;
        assertTrue(off <= Backoff.JITTER + 0.01, "pauseMillis=" + pauseMillis);
    }

    @Test
    void next_again_doublesUpToTheBound() {
        List<Long> pauses = pauses(new Backoff(A), 20);

        assertNear(200, pauses.get(0));
        assertNear(400, pauses.get(1));
        assertNear(3200, pauses.get(4));
        assertNear(10_000, pauses.get(7));
        assertTrue(pauses.stream().allMatch(pause -> pause <= 10_000), pauses.toString());
    }

    @Test
    void reset_afterMany_beginsAnew() {
        Backoff backoff = new Backoff(A);
        pauses(backoff, 20);

        backoff.reset();

        assertNear(200, backoff.next().toMillis());
    }

    @Test
    void next_ofTwoNodes_differs() {
        assertNotEquals(pauses(new Backoff(A), 3), pauses(new Backoff(new NodeId("b")), 3));
        assertEquals(pauses(new Backoff(A), 3), pauses(new Backoff(A), 3));
    }
}
