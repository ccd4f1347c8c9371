package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.RosterTrust;
import dev.gossamer.privacy.identity.VerifyingKey;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Keys are collected; whoever has none here when this ends takes no part in the session. */
final class CollectAdverts implements ServerPhase {
    /** Any scalar tells a point of low order. */
    private static final byte[] PROBE = Sha256.of(KeyDerivation.ascii("probe")).bytes();

    private final Session session;
    private final RosterTrust trust;
    private final Set<String> cohort;
    private final SortedMap<String, KeyAdvert> adverts = new TreeMap<>();
    private final Map<ByteBuffer, String> owners = new HashMap<>();

    CollectAdverts(Session session, RosterTrust trust, Set<String> cohort) {
        this.session = session;
        this.trust = trust;
        this.cohort = new TreeSet<>(cohort);
    }

    @Override
    public MessageKind collects() {
        return MessageKind.KEY_ADVERT;
    }

    @Override
    public void accept(String name, byte[] message) throws Refusal {
        KeyAdvert advert = KeyAdvert.decode(session, message);
        if (!cohort.contains(name) || !advert.name().equals(name)) {
            throw new Refusal(
                    Fault.UNKNOWN_SENDER,
                    "keys of " + advert.name() + " from another or from outside the cohort",
                    List.of(name));
        }
        VerifyingKey signer =
                trust.keyOf(name, advert.signer())
                        .orElseThrow(
                                () ->
                                        new Refusal(
                                                Fault.NOT_ON_ROSTER,
                                                "name and key are not on the roster: name=" + name,
                                                List.of(name)));
        if (!advert.isSignedBy(signer, session)) {
            throw new Refusal(
                    Fault.BAD_SIGNATURE,
                    "keys are not signed by their member: name=" + name,
                    List.of(name));
        }
        requireUsable(advert);
        adverts.put(name, advert);
        advert.publicValues().forEach(key -> owners.put(ByteBuffer.wrap(key), name));
    }

    /** One member's bad keys must not reach the others, who would refuse the whole list. */
    private void requireUsable(KeyAdvert advert) throws Refusal {
        PairKey probe = PairKey.of(session.parameters().agreement(), PROBE);
        try {
            for (byte[] key : List.of(advert.channelKey(), advert.maskKey())) {
                probe.point(key);
                probe.encapsulate(key);
            }
        } catch (Refusal e) {
            throw new Refusal(e.fault(), e.getMessage(), List.of(advert.name()));
        }
        List<byte[]> keys = advert.publicValues();
        for (byte[] key : keys) {
            boolean isTaken = owners.containsKey(ByteBuffer.wrap(key));
            if (isTaken || keys.stream().filter(other -> isSame(key, other)).count() > 1) {
                throw new Refusal(
                        Fault.DUPLICATE_KEY,
                        "a key is there twice: name=" + advert.name(),
                        List.of(advert.name()));
            }
        }
    }

    private static boolean isSame(byte[] one, byte[] other) {
        return ByteBuffer.wrap(one).equals(ByteBuffer.wrap(other));
    }

    @Override
    public boolean isComplete() {
        return adverts.size() == cohort.size();
    }

    @Override
    public Closed close() throws Refusal {
        SharingGraph.requireEnough(session.parameters(), adverts.size());
        byte[] message = KeyList.encode(session, adverts.values());
        KeyList list = KeyList.decode(session, message);
        Roll roll = new Roll(session, trust, list, adverts);
        ServerPhase next =
                session.parameters().drawsGraph()
                        ? new CollectReveals(roll)
                        : new CollectShares(
                                roll.standing(RevealList.seed(session, list.view(), List.of())));
        return new Closed.Next(next, roll.toAll(message));
    }
}
