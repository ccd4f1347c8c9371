package dev.gossamer.privacy.secagg;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The client has dealt its shares and waits for those that others dealt it.
 *
 * @param kept the client's shares of its own secrets
 */
record AwaitDelivery(Neighbourhood at, ShareBox.Shares kept) implements ClientPhase {
    @Override
    public Optional<MessageKind> expects() {
        return Optional.of(MessageKind.SHARE_DELIVERY);
    }

    @Override
    public Next receive(byte[] message) throws Refusal {
        ShareDelivery delivery =
                ShareDelivery.decode(at.session(), at.view(), at.graph(), at.own(), message);
        MemberSet sharers = delivery.sharers();
        if (!sharers.contains(at.own())) {
            throw new Refusal(Fault.OWN_ENTRY, "this client shared and is not among the sharers");
        }
        int inSum = at.inOwnSum(sharers);
        at.self().policy().requireEnough("sharers", inSum);
        int least = at.graph().leastSurvivors(at.component());
        if (inSum < least) {
            throw new Refusal(
                    Fault.TOO_FEW_MEMBERS, "too few sharers: count=" + inSum + ", least=" + least);
        }
        Map<Integer, Optional<ShareBox.Shares>> held = new TreeMap<>();
        Map<Integer, byte[]> maskCiphertexts = new TreeMap<>();
        held.put(at.own(), Optional.of(kept));
        int next = 0;
        for (Peer peer : at.peers()) {
            if (sharers.contains(peer.number())) {
                ShareBox box = delivery.boxes().get(next++);
                held.put(peer.number(), open(peer, box));
                maskCiphertexts.put(peer.number(), box.maskCiphertext());
            }
        }
        Holding holding = new Holding(at, sharers, held, maskCiphertexts);
        return new Next(new AwaitInput(holding), Optional.empty());
    }

    /**
     * What a neighbour dealt, or nothing where it cannot be opened: a neighbour that deals rubbish
     * to one holder must not stop the session, since the others' shares may be enough.
     */
    private Optional<ShareBox.Shares> open(Peer peer, ShareBox box) {
        Session session = at.session();
        byte[] key =
                PairSecrets.boxKey(
                        session,
                        at.view(),
                        peer.advert(),
                        at.self().advert(),
                        peer.channelPoint(),
                        at.self().secrets().channelKey().decapsulate(box.channelCiphertext()));
        try {
            return Optional.of(
                    box.open(key, Sharing.boxContext(session, at.view(), peer.number(), at.own())));
        } catch (Refusal e) {
            return Optional.empty();
        }
    }
}
