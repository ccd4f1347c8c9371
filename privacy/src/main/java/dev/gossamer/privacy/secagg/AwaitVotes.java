package dev.gossamer.privacy.secagg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The client has seen who is in the sum and waits until a quorum of witnesses has seen the same.
 */
record AwaitVotes(Holding holding, SurvivorList list) implements ClientPhase {
    @Override
    public Optional<MessageKind> expects() {
        return Optional.of(MessageKind.VOTE_LIST);
    }

    @Override
    public Next receive(byte[] message) throws Refusal {
        Neighbourhood at = holding.at();
        VoteList votes = VoteList.decode(at.session(), at.view(), at.graph().members(), message);
        requireQuorum(votes);
        List<Optional<byte[]>> shares = new ArrayList<>();
        holding.held().forEach((dealer, held) -> shares.add(held.map(of -> share(dealer, of))));
        byte[] answer = new UnmaskShares(shares).encode(at.session(), at.view());
        return new Next(new Unmasked(), Optional.of(answer));
    }

    /** Of each dealer one share, of the one secret that its being in the sum or not calls for. */
    private byte[] share(int dealer, ShareBox.Shares of) {
        return list.survivors().contains(dealer) ? of.ofSelfMask() : of.ofMaskKey();
    }

    private void requireQuorum(VoteList votes) throws Refusal {
        Neighbourhood at = holding.at();
        int[] witnesses = at.graph().witnesses(at.component());
        int quorum = at.graph().quorum(at.component());
        int valid = 0;
        for (Map.Entry<Integer, byte[]> vote : votes.votes().entrySet()) {
            int witness = vote.getKey();
            if (valid < quorum
                    && Arrays.binarySearch(witnesses, witness) >= 0
                    && list.survivors().contains(witness)
                    && isValid(witness, vote.getValue())) {
                valid++;
            }
        }
        if (valid < quorum) {
            throw new Refusal(
                    Fault.TOO_FEW_SIGNATURES,
                    "too few witnesses signed the survivors that this client was shown: valid="
                            + valid
                            + ", quorum="
                            + quorum);
        }
    }

    private boolean isValid(int witness, byte[] signature) throws Refusal {
        Neighbourhood at = holding.at();
        KeyTable table = at.table();
        return list.isSignedBy(
                table.signer(table.list().advert(witness)),
                signature,
                at.session(),
                at.view(),
                holding.sharers());
    }
}
