package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Whatever two members disagree about, their masks do not cancel. */
class SessionContextTest {
    private static final SecAggParameters PARAMETERS =
            new SecAggParameters(
                    Ring.WORDS_32, 64, 9, 6, 1, Agreement.X25519, new Topology.Complete());
    private static final SessionContext CONTEXT = Cohort.context(0, PARAMETERS);

    private static SessionContext with(
            String run, long round, int attempt, String[] of, SecAggParameters parameters) {
        return new SessionContext(
                run,
                round,
                attempt,
                Cohort.digest(of[0]),
                Cohort.digest(of[1]),
                Cohort.digest(of[2]),
                Cohort.digest(of[3]),
                parameters);
    }

    private static SessionContext with(SecAggParameters parameters) {
        return Cohort.context(0, parameters);
    }

    /** One for each thing that can differ. */
    static Stream<SessionContext> others() {
        String[] same = {"base", "basis", "adapter", "configuration"};
        List<SessionContext> others = new ArrayList<>();
        others.add(with("demo2", 7, 0, same, PARAMETERS));
        others.add(with("demo", 8, 0, same, PARAMETERS));
        others.add(with("demo", 7, 1, same, PARAMETERS));
        for (int i = 0; i < 4; i++) {
            String[] digests = same.clone();
            digests[i] = "another";
            others.add(with("demo", 7, 0, digests, PARAMETERS));
        }
        Topology complete = new Topology.Complete();
        Agreement plain = Agreement.X25519;
        others.add(with(new SecAggParameters(Ring.WORDS_64, 64, 9, 6, 1, plain, complete)));
        others.add(with(new SecAggParameters(Ring.WORDS_32, 65, 9, 6, 1, plain, complete)));
        others.add(with(new SecAggParameters(Ring.WORDS_32, 64, 8, 6, 1, plain, complete)));
        others.add(with(new SecAggParameters(Ring.WORDS_32, 64, 9, 7, 1, plain, complete)));
        others.add(with(new SecAggParameters(Ring.WORDS_32, 64, 9, 6, 0, plain, complete)));
        others.add(
                with(
                        new SecAggParameters(
                                Ring.WORDS_32,
                                64,
                                9,
                                6,
                                1,
                                Agreement.X25519_ML_KEM_768,
                                complete)));
        for (Topology topology :
                List.of(
                        new Topology.Regular(4, 5),
                        new Topology.Regular(6, 5),
                        new Topology.Regular(4, 4))) {
            others.add(with(new SecAggParameters(Ring.WORDS_32, 64, 9, 6, 0, plain, topology)));
        }
        return others.stream();
    }

    @ParameterizedTest
    @MethodSource("others")
    void mask_ofAPairThatDiffersInAnything_doesNotCancel(SessionContext other) throws Refusal {
        byte[] ours = pairMask(CONTEXT, 0, 1);
        byte[] theirs = pairMask(other, 1, 0);
        byte[] agreeing = pairMask(CONTEXT, 1, 0);

        assertArrayEquals(ours, agreeing);
        assertFalse(Arrays.equals(ours, theirs));
        RingVector sum = RingVector.zeros(Ring.WORDS_32, 64);
        sum.maskInPlace(ours);
        sum.unmaskInPlace(theirs);
        assertNotEquals(0, Arrays.stream(sum.signed()).filter(word -> word != 0).count());
    }

    /** The pair's mask as one of the two derives it, from the same key pairs in any context. */
    private static byte[] pairMask(SessionContext context, int own, int peer) throws Refusal {
        Session session = Session.of(context);
        PairKey[] keys = {
            PairKey.of(Agreement.X25519, Cohort.digest("key 0").bytes()),
            PairKey.of(Agreement.X25519, Cohort.digest("key 1").bytes())
        };
        KeyAdvert[] adverts = new KeyAdvert[2];
        for (int i = 0; i < 2; i++) {
            byte[] key = keys[i].publicKey();
            adverts[i] =
                    new KeyAdvert(
                            Cohort.name(i),
                            key,
                            key,
                            key,
                            Cohort.digest("r"),
                            Cohort.digest("b"),
                            new byte[0]);
        }
        return PairSecrets.maskSeed(
                session,
                Cohort.digest("view"),
                adverts[0],
                adverts[1],
                keys[own].point(keys[peer].publicKey()),
                PairKey.Encapsulation.NONE);
    }

    @Test
    void digest_differsWithEveryField() {
        Set<Sha256> digests = new HashSet<>();
        digests.add(CONTEXT.digest());
        others().forEach(other -> digests.add(other.digest()));

        assertEquals(1 + others().count(), digests.size());
    }

    @Test
    void context_encodedAndDecoded_isTheSame() throws Refusal {
        for (SessionContext context : Stream.concat(Stream.of(CONTEXT), others()).toList()) {
            assertEquals(context, SessionContext.decode(context.encode()));
        }
    }

    @Test
    void context_cutOrWithAnyByteChanged_isRefusedOrAnother() {
        byte[] encoded = CONTEXT.encode();

        for (int i = 0; i < encoded.length; i++) {
            byte[] cut = Arrays.copyOf(encoded, i);
            assertThrows(Refusal.class, () -> SessionContext.decode(cut));
            byte[] changed = encoded.clone();
            changed[i] ^= 0x55;
            try {
                assertNotEquals(CONTEXT, SessionContext.decode(changed));
            } catch (Refusal refused) {
                assertEquals(Fault.MALFORMED, refused.fault());
            }
        }
    }

    @Test
    void context_outOfRange_isRefused() {
        for (int attempt : new int[] {-1, 4}) {
            assertThrows(IllegalArgumentException.class, () -> Cohort.context(attempt, PARAMETERS));
        }
        String[] same = {"base", "basis", "adapter", "configuration"};
        assertThrows(IllegalArgumentException.class, () -> with("", 0, 0, same, PARAMETERS));
        assertThrows(
                IllegalArgumentException.class,
                () -> with("ü".repeat(128), 0, 0, same, PARAMETERS));
        assertThrows(IllegalArgumentException.class, () -> with("demo", -1, 0, same, PARAMETERS));
    }

    @Test
    void digest_ofAnotherLength_isRefused() {
        assertEquals(
                "digest has a wrong length: bytes=31, expected=32",
                assertThrows(IllegalArgumentException.class, () -> Sha256.fromBytes(new byte[31]))
                        .getMessage());
    }
}
