package dev.gossamer.privacy.secagg;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Shares that open the masks are collected, and then the sums are opened. */
final class CollectUnmasking implements ServerPhase {
    private final Survived survived;
    private final Standing at;
    private final MemberSet asked;
    private final Map<Integer, UnmaskShares> answers = new HashMap<>();

    CollectUnmasking(Survived survived, MemberSet asked) {
        this.survived = survived;
        this.asked = asked;
        at = survived.at();
    }

    @Override
    public MessageKind collects() {
        return MessageKind.UNMASK_SHARES;
    }

    @Override
    public void accept(String name, byte[] message) throws Refusal {
        int member = at.number(name);
        if (!asked.contains(member)) {
            throw Standing.unknown(name);
        }
        int dealers = survived.shared().dealersOf(member).length;
        answers.put(member, UnmaskShares.decode(at.session(), at.view(), dealers, message));
    }

    @Override
    public boolean isComplete() {
        return answers.size() == asked.size();
    }

    @Override
    public Closed close() throws Refusal {
        List<SecAggResult.Sum> sums = new ArrayList<>();
        Set<Integer> liars = new TreeSet<>();
        Set<Integer> included = new TreeSet<>();
        for (int component = 0; component < at.graph().components(); component++) {
            int[] members = asked.among(at.graph().membersOf(component));
            if (members.length == 0) {
                continue;
            }
            Unmasking unmasking = new Unmasking(survived, component, answers, liars);
            try {
                RingVector words = unmasking.open();
                sums.add(new SecAggResult.Sum(at.names(members), words));
                IntStream.of(members).forEach(included::add);
            } catch (Refusal e) {
                if (at.graph().components() == 1) {
                    throw e;
                }
            }
        }
        at.requireComponents("shares", sums.size());
        return new Closed.End(result(sums, liars, included));
    }

    private SecAggResult result(
            List<SecAggResult.Sum> sums, Set<Integer> liars, Set<Integer> included) {
        int[] dropped =
                IntStream.range(0, at.graph().members())
                        .filter(member -> !included.contains(member))
                        .toArray();
        int[] lying = liars.stream().mapToInt(Integer::intValue).toArray();
        return new SecAggResult(
                sums,
                at.names(dropped),
                at.names(lying),
                new SecAggResult.Guarantee(
                        at.trust(), at.session().parameters(), at.graph().members()));
    }
}
