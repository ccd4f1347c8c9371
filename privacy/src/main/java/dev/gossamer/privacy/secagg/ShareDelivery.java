package dev.gossamer.privacy.secagg;

import java.util.ArrayList;
import java.util.List;

/**
 * Who shared, and for one holder the boxes of those of its neighbours who did, in the order of
 * their numbers.
 *
 * <pre>
 * header | view 32 | sharers, a bit each | box ...
 * </pre>
 *
 * @param sharers all members who shared
 * @param boxes for the receiver
 */
record ShareDelivery(MemberSet sharers, List<ShareBox> boxes) {
    byte[] encode(Session session, Sha256 view) {
        ByteWriter out = session.begin(MessageKind.SHARE_DELIVERY).bytes(view.bytes());
        out.bytes(sharers.encode());
        boxes.forEach(box -> out.bytes(box.encode()));
        return out.toBytes();
    }

    static ShareDelivery decode(
            Session session, Sha256 view, SharingGraph graph, int self, byte[] message)
            throws Refusal {
        ByteReader in = session.open(MessageKind.SHARE_DELIVERY, view, message);
        int members = graph.members();
        MemberSet sharers =
                MemberSet.decode(in.bytes("sharers", MemberSet.bytes(members)), members);
        List<ShareBox> boxes = new ArrayList<>();
        for (int neighbour : sharers.among(graph.neighbours(self))) {
            boxes.add(ShareBox.read(session.parameters().agreement(), neighbour, self, in));
        }
        in.end();
        return new ShareDelivery(sharers, boxes);
    }
}
