package dev.gossamer.privacy.secagg;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.gossamer.privacy.identity.Roster;
import dev.gossamer.privacy.identity.RosterTrust;
import dev.gossamer.privacy.identity.SigningKey;
import dev.gossamer.privacy.identity.VerifyingKey;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A server that speaks bytes: members 0 and 1 are real clients, all others are its own, and it can
 * say what it likes to each client.
 */
final class WireServer {
    static final int WORDS = 5;
    static final int[] INPUT = {7, -1, 0, Integer.MAX_VALUE, Integer.MIN_VALUE};

    final int size;
    final SessionContext context;
    final byte[] session;
    final SortedMap<String, WireMember> own = new TreeMap<>();
    final RosterTrust trust;

    WireServer(int size, int minimum, int colluders) {
        this.size = size;
        context =
                Cohort.context(
                        0,
                        new SecAggParameters(
                                Ring.WORDS_32,
                                WORDS,
                                size,
                                minimum,
                                colluders,
                                Agreement.X25519,
                                new Topology.Complete()));
        byte[][] digests = {
            digest("base"), digest("basis"), digest("adapter"), digest("configuration")
        };
        session =
                WireView.sessionOf(
                        "demo", 7, 0, digests, WORDS, new int[] {size, minimum, colluders});
        int threshold = (size + colluders) / 2 + 1;
        Map<String, VerifyingKey> members = new TreeMap<>();
        for (int i = 0; i < size; i++) {
            if (i < 2) {
                members.put(Cohort.name(i), Cohort.key(i).verifyingKey());
            } else {
                WireMember member = new WireMember(Cohort.name(i), 100L * i, threshold);
                own.put(member.name, member);
                members.put(member.name, VerifyingKey.fromBytes(member.signerKey()));
            }
        }
        SigningKey authority = Cohort.AUTHORITY;
        trust =
                new RosterTrust.PinnedRoster(
                        authority.verifyingKey(), Roster.sign(1, members, authority));
    }

    private static byte[] digest(String of) {
        return JdkCrypto.sha256(JdkCrypto.text(of));
    }

    SecAggClient client(int number) throws Refusal {
        return client(number, new ClientPolicy(3, trust));
    }

    SecAggClient client(int number, ClientPolicy policy) throws Refusal {
        return SecAggClient.open(
                context,
                new Member(Cohort.name(number), Cohort.key(number)),
                policy,
                SessionMemory.fresh("demo"),
                SeededRandom.of(40 + number));
    }

    static byte[] answer(ClientStep step) {
        return assertInstanceOf(ClientStep.Advanced.class, step, step::toString)
                .answer()
                .orElseThrow();
    }

    /** Adverts of all, those of the clients as they sent them. */
    SortedMap<String, byte[]> adverts(SecAggClient... clients) {
        SortedMap<String, byte[]> adverts = new TreeMap<>();
        own.forEach((name, member) -> adverts.put(name, member.advert(session)));
        for (SecAggClient client : clients) {
            adverts.put(client.name(), WireView.advertOf(answer(client.advert())));
        }
        return adverts;
    }

    /** The box from one member to another, whoever made it. */
    byte[] box(WireView view, Map<String, byte[]> packages, String from, String to) {
        if (own.containsKey(from)) {
            return own.get(from).box(view, to);
        }
        List<String> others = view.names();
        others.remove(from);
        byte[] boxes = WireView.behindSeed(packages.get(from));
        return JdkCrypto.part(boxes, 82 * others.indexOf(to), 82);
    }

    /** The boxes for {@code to} of all {@code sharers} but itself, in order. */
    byte[][] boxes(
            WireView view, Map<String, byte[]> packages, Collection<String> sharers, String to) {
        List<byte[]> boxes = new ArrayList<>();
        for (String from : new TreeSet<>(sharers)) {
            if (!from.equals(to)) {
                boxes.add(box(view, packages, from, to));
            }
        }
        return boxes.toArray(byte[][]::new);
    }

    /** Votes of own members on a set. */
    SortedMap<Integer, byte[]> votes(
            WireView view, Collection<String> sharers, Collection<String> survivors) {
        SortedMap<Integer, byte[]> votes = new TreeMap<>();
        own.forEach(
                (name, member) -> {
                    if (survivors.contains(name)) {
                        votes.put(
                                view.number(name),
                                member.vote(view, view.set(sharers), view.set(survivors)));
                    }
                });
        return votes;
    }
}
