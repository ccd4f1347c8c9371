package dev.gossamer.coordinator.cohort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.protocols.node.NodeId;
import dev.gossamer.protocols.wire.Message.Hello;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

class MembersTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final Hello PLAIN = new Hello(10, 2, false, 0);
    private static final Hello DESIGNATED = new Hello(10, 2, true, 0);
    private static final long GRACE = 30;

    private final Members members = new Members();

    @Test
    void present_joinedInAnyOrder_isInOrderOfIds() {
        List<NodeId> nodes =
                IntStream.range(10, 60).mapToObj(i -> new NodeId("client-" + i)).toList();

        nodes.reversed().forEach(node -> members.joined(node, PLAIN));

        assertEquals(nodes, members.present());
        assertEquals(nodes, members.expected(0, GRACE));
    }

    @Test
    void mayReport_memberThatLeft_onlyWithinTheGrace() {
        members.joined(A, PLAIN);
        members.left(A, 100);

        assertFalse(members.has(A));
        assertTrue(members.mayReport(A, 100, GRACE));
        assertTrue(members.mayReport(A, 129, GRACE));
        assertFalse(members.mayReport(A, 130, GRACE));
        assertEquals(List.of(A), members.expected(129, GRACE));
        assertEquals(List.of(), members.expected(130, GRACE));
    }

    @Test
    void mayReport_memberThatLostItsConnectionAgain_getsTheGraceAnew() {
        members.joined(A, PLAIN);
        members.left(A, 100);
        members.left(A, 120);

        assertTrue(members.mayReport(A, 149, GRACE));
    }

    @Test
    void joined_afterLeaving_staysHoweverLong() {
        members.joined(A, PLAIN);
        members.left(A, 100);
        members.joined(A, PLAIN);

        assertEquals(List.of(A), members.present());
        assertTrue(members.mayReport(A, Long.MAX_VALUE, GRACE));
    }

    @Test
    void left_strangerThatNeverJoined_isNotWaitedFor() {
        members.joined(B, PLAIN);
        members.left(A, 100);

        assertFalse(members.mayReport(A, 100, GRACE));
        assertEquals(List.of(B), members.expected(100, GRACE));
    }

    @Test
    void expect_nodeOfBeforeARestart_isWaitedForButNotHere() {
        members.expect(A, 100);

        assertEquals(List.of(), members.present());
        assertEquals(List.of(A), members.expected(129, GRACE));
        assertEquals(List.of(), members.expected(130, GRACE));
    }

    @Test
    void designated_severalHere_isTheFirstByIdWhoeverJoinedFirst() {
        members.joined(C, DESIGNATED);
        members.joined(B, DESIGNATED);
        members.joined(A, PLAIN);

        assertEquals(Optional.of(B), members.designated());
        assertTrue(members.isDesignated(C));
        assertFalse(members.isDesignated(A));
    }

    @Test
    void designated_gone_isNobody() {
        members.joined(B, DESIGNATED);
        members.left(B, 100);

        assertEquals(Optional.empty(), members.designated());
        assertFalse(members.isDesignated(B));
    }
}
