package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.VerifyingKey;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Witnesses' signatures of the survivors are collected. */
final class CollectVotes implements ServerPhase {
    private final Survived survived;
    private final Standing at;
    private final SurvivorList list;
    private final SortedMap<Integer, byte[]> votes = new TreeMap<>();

    CollectVotes(Survived survived) {
        this.survived = survived;
        at = survived.at();
        list = new SurvivorList(survived.survivors());
    }

    @Override
    public MessageKind collects() {
        return MessageKind.SURVIVOR_VOTE;
    }

    @Override
    public void accept(String name, byte[] message) throws Refusal {
        int member = at.number(name);
        if (!survived.survivors().contains(member) || !isWitness(member)) {
            throw Standing.unknown(name);
        }
        SurvivorVote vote = SurvivorVote.decode(at.session(), at.view(), message);
        VerifyingKey key =
                at.trust()
                        .keyOf(name, at.adverts().get(member).signer())
                        .orElseThrow(() -> Standing.unknown(name));
        if (!list.isSignedBy(
                key, vote.signature(), at.session(), at.view(), survived.shared().sharers())) {
            throw new Refusal(
                    Fault.BAD_SIGNATURE,
                    "signature is not of these survivors: name=" + name,
                    List.of(name));
        }
        votes.put(member, vote.signature());
    }

    private boolean isWitness(int member) {
        int[] witnesses = at.graph().witnesses(at.graph().component(member));
        return Arrays.binarySearch(witnesses, member) >= 0;
    }

    @Override
    public boolean isComplete() {
        for (int member : survived.survivors().toArray()) {
            if (isWitness(member) && !votes.containsKey(member)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Closed close() throws Refusal {
        MemberSet open =
                at.standing(
                        survived.survivors(),
                        Fault.TOO_FEW_SIGNATURES,
                        "signatures of the survivors",
                        c -> quorumOf(c).size(),
                        c -> at.graph().quorum(c));
        byte[][] messages = new byte[at.graph().components()][];
        for (int c = 0; c < messages.length; c++) {
            messages[c] = new VoteList(quorumOf(c)).encode(at.session(), at.view());
        }
        return new Closed.Next(
                new CollectUnmasking(survived, open),
                at.send(open, member -> messages[at.graph().component(member)]));
    }

    /** The first votes of a component's witnesses, as many as are needed. */
    private SortedMap<Integer, byte[]> quorumOf(int component) {
        SortedMap<Integer, byte[]> quorum = new TreeMap<>();
        for (int witness : at.graph().witnesses(component)) {
            if (votes.containsKey(witness) && quorum.size() < at.graph().quorum(component)) {
                quorum.put(witness, votes.get(witness));
            }
        }
        return quorum;
    }
}
