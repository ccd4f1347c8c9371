package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.Roster;
import dev.gossamer.privacy.identity.RosterTrust;
import dev.gossamer.privacy.identity.SigningKey;
import dev.gossamer.privacy.identity.VerifyingKey;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Members with long-term keys and a roster, and sessions for them. */
final class Cohort {
    static final SigningKey AUTHORITY = SigningKey.generate(SeededRandom.of(1));
    private static final List<SigningKey> KEYS = new ArrayList<>();

    private final int size;
    private final Roster roster;

    Cohort(int size) {
        this.size = size;
        Map<String, VerifyingKey> members = new TreeMap<>();
        for (int i = 0; i < size; i++) {
            members.put(name(i), key(i).verifyingKey());
        }
        roster = Roster.sign(1, members, AUTHORITY);
    }

    static String name(int member) {
        return String.format(Locale.ROOT, "m-%04d", member);
    }

    static synchronized SigningKey key(int member) {
        while (KEYS.size() <= member) {
            KEYS.add(SigningKey.generate(SeededRandom.of(1000 + KEYS.size())));
        }
        return KEYS.get(member);
    }

    RosterTrust pinned() {
        return new RosterTrust.PinnedRoster(AUTHORITY.verifyingKey(), roster);
    }

    Set<String> names() {
        return new TreeSet<>(roster.members().keySet());
    }

    Member member(int member) {
        return new Member(name(member), key(member));
    }

    ClientPolicy policy() {
        return new ClientPolicy(3, pinned());
    }

    static Sha256 digest(String of) {
        return Sha256.of(KeyDerivation.ascii(of));
    }

    static SessionContext context(int attempt, SecAggParameters parameters) {
        return new SessionContext(
                "demo",
                7,
                attempt,
                digest("base"),
                digest("basis"),
                digest("adapter"),
                digest("configuration"),
                parameters);
    }

    /** Everybody with everybody, 32-bit words, and the least minimum that no colluders allow. */
    SecAggParameters complete(int words) {
        return complete(words, Math.max(3, Thresholds.majority(size, 0)), 0);
    }

    SecAggParameters complete(int words, int minimum, int colluders) {
        return new SecAggParameters(
                Ring.WORDS_32,
                words,
                size,
                minimum,
                colluders,
                Agreement.X25519,
                new Topology.Complete());
    }

    SecAggClient open(int member, SessionContext context, long seed) throws Refusal {
        return SecAggClient.open(
                context,
                member(member),
                policy(),
                SessionMemory.fresh(context.run()),
                SeededRandom.of(seed + member));
    }

    SecAggServer server(SessionContext context) {
        return new SecAggServer(context, pinned(), names());
    }
}
