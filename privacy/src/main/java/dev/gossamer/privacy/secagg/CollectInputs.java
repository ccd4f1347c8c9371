package dev.gossamer.privacy.secagg;

import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Masked inputs are collected and added as they come; whose is not here at the end has dropped out.
 */
final class CollectInputs implements ServerPhase {
    private final Shared shared;
    private final Standing at;
    private final BitSet survivors = new BitSet();
    private final RingVector[] sums;

    CollectInputs(Shared shared) {
        this.shared = shared;
        at = shared.at();
        sums = new RingVector[at.graph().components()];
    }

    @Override
    public MessageKind collects() {
        return MessageKind.MASKED_INPUT;
    }

    @Override
    public void accept(String name, byte[] message) throws Refusal {
        int member = at.number(name);
        if (!shared.sharers().contains(member)) {
            throw Standing.unknown(name);
        }
        MaskedInput input = MaskedInput.decode(at.session(), at.view(), message);
        int component = at.graph().component(member);
        if (Optional.ofNullable(sums[component]).isEmpty()) {
            sums[component] = input.words();
        } else {
            sums[component].addInPlace(input.words());
        }
        survivors.set(member);
    }

    @Override
    public boolean isComplete() {
        return survivors.cardinality() == shared.sharers().size();
    }

    @Override
    public Closed close() throws Refusal {
        MemberSet sent = MemberSet.of(survivors, at.graph().members());
        MemberSet standing =
                at.standing(
                        sent,
                        Fault.TOO_FEW_MEMBERS,
                        "survivors",
                        c -> sent.among(at.graph().membersOf(c)).length,
                        c -> at.graph().leastSurvivors(c));
        MemberSet open =
                at.standing(
                        standing,
                        Fault.TOO_FEW_SHARES,
                        "holders of some secret among the survivors",
                        c -> fewestHolders(c, standing),
                        c -> at.graph().threshold(c));
        byte[] message = new SurvivorList(open).encode(at.session(), at.view());
        return new Closed.Next(
                new CollectVotes(new Survived(shared, open, sums)), at.send(open, _ -> message));
    }

    /**
     * How many survivors hold the secret that the fewest hold: fewer than the threshold open
     * nothing.
     */
    private int fewestHolders(int component, MemberSet standing) {
        return IntStream.of(shared.sharers().among(at.graph().membersOf(component)))
                .map(dealer -> standing.among(at.graph().holders(dealer)).length)
                .min()
                .orElse(0);
    }
}
