package dev.gossamer.privacy.secagg;

import java.util.ArrayList;
import java.util.List;

/**
 * A member's shares, a box for each neighbour in the order of their numbers.
 *
 * <pre>
 * header | view 32 | box ...
 * </pre>
 *
 * @param boxes for the neighbours
 */
record SharePackage(List<ShareBox> boxes) {
    byte[] encode(Session session, Sha256 view) {
        ByteWriter out = session.begin(MessageKind.SHARE_PACKAGE).bytes(view.bytes());
        boxes.forEach(box -> out.bytes(box.encode()));
        return out.toBytes();
    }

    static SharePackage decode(
            Session session, Sha256 view, int from, int[] neighbours, byte[] message)
            throws Refusal {
        ByteReader in = session.open(MessageKind.SHARE_PACKAGE, view, message);
        List<ShareBox> boxes = new ArrayList<>();
        for (int neighbour : neighbours) {
            boxes.add(ShareBox.read(session.parameters().agreement(), from, neighbour, in));
        }
        in.end();
        return new SharePackage(boxes);
    }
}
