package dev.gossamer.privacy.secagg;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The step in which a client meets its neighbours: it checks their signatures, agrees on keys with
 * each, and deals each a share of its two secrets.
 */
final class Sharing {
    private final Neighbourhood at;
    private final List<byte[]> ofMaskKey;
    private final List<byte[]> ofSelfMask;

    private Sharing(Neighbourhood at) {
        this.at = at;
        ClientSecrets secrets = at.self().secrets();
        int[] holders = at.graph().holders(at.own());
        int[] numbers = new int[holders.length];
        for (int i = 0; i < holders.length; i++) {
            numbers[i] = shareNumber(holders[i]);
        }
        int threshold = at.graph().threshold(at.component());
        MaskStream coins = secrets.coins();
        ofMaskKey = Shamir.split(secrets.maskKeySeed(), threshold, numbers, coins);
        ofSelfMask = Shamir.split(secrets.selfMask(), threshold, numbers, coins);
    }

    /** The number that a member has as a holder: no share is at zero. */
    static int shareNumber(int member) {
        return member + 1;
    }

    /** Shares, and goes on to wait for those of the others. */
    static ClientPhase.Next begin(KeyTable table, Sha256 view) throws Refusal {
        SecAggParameters parameters = table.self().session().parameters();
        SharingGraph graph = SharingGraph.of(parameters, table.list().size(), view);
        int[] neighbours = graph.neighbours(table.own());
        int component = graph.component(table.own());
        table.self()
                .policy()
                .requireEnough("members of its sum", graph.membersOf(component).length);
        table.requireSigned(neighbours);
        List<Peer> peers = new ArrayList<>();
        for (int neighbour : neighbours) {
            peers.add(peer(table, neighbour));
        }
        return new Sharing(new Neighbourhood(table, view, graph, peers)).deal();
    }

    private static Peer peer(KeyTable table, int number) throws Refusal {
        KeyAdvert advert = table.list().advert(number);
        ClientSecrets secrets = table.self().secrets();
        try {
            return new Peer(
                    number,
                    advert,
                    secrets.channelKey().point(advert.channelKey()),
                    secrets.maskKey().point(advert.maskKey()),
                    table.own() < number
                            ? secrets.maskKey().encapsulate(advert.maskKey())
                            : PairKey.Encapsulation.NONE);
        } catch (Refusal e) {
            throw new Refusal(
                    e.fault(), e.getMessage() + ": name=" + advert.name(), List.of(advert.name()));
        }
    }

    private ClientPhase.Next deal() throws Refusal {
        int[] holders = at.graph().holders(at.own());
        List<ShareBox> boxes = new ArrayList<>();
        int place = 0;
        ShareBox.Shares kept = new ShareBox.Shares(new byte[0], new byte[0]);
        for (int i = 0; i < holders.length; i++) {
            ShareBox.Shares shares = new ShareBox.Shares(ofMaskKey.get(i), ofSelfMask.get(i));
            if (holders[i] == at.own()) {
                kept = shares;
            } else {
                boxes.add(seal(at.peers().get(place++), shares));
            }
        }
        byte[] answer = new SharePackage(boxes).encode(at.session(), at.view());
        return new ClientPhase.Next(new AwaitDelivery(at, kept), Optional.of(answer));
    }

    private ShareBox seal(Peer peer, ShareBox.Shares shares) throws Refusal {
        Session session = at.session();
        PairKey.Encapsulation channelKem =
                at.self().secrets().channelKey().encapsulate(peer.advert().channelKey());
        byte[] key =
                PairSecrets.boxKey(
                        session,
                        at.view(),
                        at.self().advert(),
                        peer.advert(),
                        peer.channelPoint(),
                        channelKem);
        return ShareBox.seal(
                key,
                boxContext(session, at.view(), at.own(), peer.number()),
                channelKem.ciphertext(),
                peer.maskKem().ciphertext(),
                shares);
    }

    /** What a box is authenticated along with. */
    static byte[] boxContext(Session session, Sha256 view, int from, int to) {
        return new ByteWriter()
                .bytes(session.digest().bytes())
                .bytes(view.bytes())
                .u32(from)
                .u32(to)
                .toBytes();
    }
}
