package dev.gossamer.privacy.secagg;

import java.util.Arrays;
import java.util.Optional;

/** The client has sent its input and waits to hear whose inputs are in the sum. */
record AwaitSurvivors(Holding holding) implements ClientPhase {
    @Override
    public Optional<MessageKind> expects() {
        return Optional.of(MessageKind.SURVIVOR_LIST);
    }

    @Override
    public Next receive(byte[] message) throws Refusal {
        Neighbourhood at = holding.at();
        Session session = at.session();
        SurvivorList list = SurvivorList.decode(session, at.view(), at.graph().members(), message);
        MemberSet survivors = list.survivors();
        if (!survivors.isSubsetOf(holding.sharers())) {
            throw new Refusal(Fault.NOT_A_SUBSET, "a survivor had not shared");
        }
        if (!survivors.contains(at.own())) {
            throw new Refusal(
                    Fault.OWN_ENTRY, "this client sent its input and is not among the survivors");
        }
        int inSum = at.inOwnSum(survivors);
        at.self().policy().requireEnough("survivors", inSum);
        int least = at.graph().leastSurvivors(at.component());
        if (inSum < least) {
            throw new Refusal(
                    Fault.TOO_FEW_MEMBERS,
                    "too few survivors: count=" + inSum + ", least=" + least);
        }
        return new Next(new AwaitVotes(holding, list), vote(list));
    }

    /** A witness signs what it was shown, once. */
    private Optional<byte[]> vote(SurvivorList list) {
        Neighbourhood at = holding.at();
        if (Arrays.binarySearch(at.graph().witnesses(at.component()), at.own()) < 0) {
            return Optional.empty();
        }
        byte[] signature =
                list.sign(at.self().member().key(), at.session(), at.view(), holding.sharers());
        return Optional.of(new SurvivorVote(signature).encode(at.session(), at.view()));
    }
}
