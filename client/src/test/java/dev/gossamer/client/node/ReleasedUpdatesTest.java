package dev.gossamer.client.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.protocols.adapter.Digest;
import dev.gossamer.protocols.artifact.MemoryState;
import dev.gossamer.protocols.wire.ModelVersion;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Optional;

class ReleasedUpdatesTest {
    private static final int ROUNDS = 5;
    private static final ModelVersion VERSION = version(1);

    private final MemoryState state = new MemoryState();
    private final ReleasedUpdates updates = new ReleasedUpdates("name: a", ROUNDS, state);

    private static ModelVersion version(int adapter) {
        return new ModelVersion(Optional.empty(), digest(0), digest(adapter));
    }

    private static Digest digest(int content) {
        return Digest.of(new byte[] {(byte) content});
    }

    private static MadeReport report() {
        return new MadeReport(digest(7), 1, new byte[] {1, 2, 3}, 0, 0);
    }

    @Test
    void made_afterARestart_isTheSameBytes() {
        assertEquals(Optional.empty(), updates.made(2, VERSION));
        updates.keep(2, VERSION, report());

        MadeReport again = new ReleasedUpdates("name: a", ROUNDS, state).made(2, VERSION).get();

        assertArrayEquals(new byte[] {1, 2, 3}, again.message());
        assertEquals(digest(7), again.layout());
    }

    @Test
    void made_roundOfAnotherVersionOrBeforeTheLast_isRefused() {
        updates.keep(2, VERSION, report());

        assertThrows(IllegalStateException.class, () -> updates.made(2, version(2)));
        assertThrows(IllegalStateException.class, () -> updates.made(1, VERSION));
        assertEquals(Optional.empty(), updates.made(3, version(2)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, ROUNDS + 1, Integer.MAX_VALUE})
    void made_roundThatTheRunHasNot_isRefused(int round) {
        assertThrows(IllegalStateException.class, () -> updates.made(round, VERSION));
    }

    @Test
    void made_ofAnotherRun_startsAnew() {
        updates.keep(2, VERSION, report());

        assertEquals(
                Optional.empty(), new ReleasedUpdates("name: b", ROUNDS, state).made(1, VERSION));
    }

    @Test
    void made_damagedState_isRefused() {
        updates.keep(2, VERSION, report());
        state.put("released-update", new byte[] {1});

        assertThrows(IllegalStateException.class, () -> updates.made(3, VERSION));
    }
}
