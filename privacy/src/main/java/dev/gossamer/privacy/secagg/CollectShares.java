package dev.gossamer.privacy.secagg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Sealed shares are collected; whoever has not shared when this ends has left the session. */
final class CollectShares implements ServerPhase {
    private final Standing at;
    private final SharePackage[] packages;
    private final BitSet sharers = new BitSet();

    CollectShares(Standing at) {
        this.at = at;
        packages = new SharePackage[at.graph().members()];
    }

    @Override
    public MessageKind collects() {
        return MessageKind.SHARE_PACKAGE;
    }

    @Override
    public void accept(String name, byte[] message) throws Refusal {
        int member = at.number(name);
        int[] neighbours = at.graph().neighbours(member);
        packages[member] =
                SharePackage.decode(at.session(), at.view(), member, neighbours, message);
        sharers.set(member);
    }

    @Override
    public boolean isComplete() {
        return sharers.cardinality() == at.graph().members();
    }

    @Override
    public Closed close() throws Refusal {
        MemberSet shared = MemberSet.of(sharers, at.graph().members());
        MemberSet standing =
                at.standing(
                        shared,
                        Fault.TOO_FEW_MEMBERS,
                        "sharers",
                        c -> shared.among(at.graph().membersOf(c)).length,
                        c -> at.graph().leastSurvivors(c));
        CollectInputs next = new CollectInputs(new Shared(at, standing, packages));
        return new Closed.Next(next, at.send(standing, to -> delivery(standing, to)));
    }

    private byte[] delivery(MemberSet standing, int to) {
        List<ShareBox> boxes = new ArrayList<>();
        for (int from : standing.among(at.graph().neighbours(to))) {
            int place = Arrays.binarySearch(at.graph().neighbours(from), to);
            boxes.add(packages[from].boxes().get(place));
        }
        return new ShareDelivery(standing, boxes).encode(at.session(), at.view());
    }
}
