package dev.gossamer.privacy.secagg;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * All members' keys, by ascending name, which numbers the members from 0.
 *
 * <pre>
 * header | members u32 | advert without header ...
 * </pre>
 *
 * <p>The digest of this message is the view that a member has of the session. Adverts are read when
 * they are asked for: in a large session a member needs those of its neighbours, not all.
 */
final class KeyList {
    private final Session session;
    private final byte[] message;
    private final int[] starts;
    private final Sha256 view;

    private KeyList(Session session, byte[] message, int[] starts) {
        this.session = session;
        this.message = message;
        this.starts = starts;
        view = Sha256.of(message);
    }

    /** The message that lists {@code adverts}, which ascend by name. */
    static byte[] encode(Session session, Collection<KeyAdvert> adverts) {
        ByteWriter out = session.begin(MessageKind.KEY_LIST).u32(adverts.size());
        adverts.forEach(advert -> out.bytes(advert.body()));
        return out.toBytes();
    }

    /** The list in {@code message}, which the list keeps; refused if a name is there twice. */
    static KeyList decode(Session session, byte[] message) throws Refusal {
        ByteReader in = session.open(MessageKind.KEY_LIST, message);
        int members = in.u32("members");
        if (members < 1 || members > session.parameters().cohort()) {
            throw new Refusal(
                    Fault.MALFORMED,
                    "list has a wrong length: members="
                            + members
                            + ", bound=1.."
                            + session.parameters().cohort());
        }
        int[] starts = new int[members + 1];
        String before = "";
        for (int i = 0; i < members; i++) {
            starts[i] = in.position();
            String name = KeyAdvert.readName(in);
            if (name.compareTo(before) <= 0) {
                throw new Refusal(
                        Fault.MALFORMED,
                        "names do not ascend: name=" + name + ", before=" + before,
                        List.of(name));
            }
            in.skip("advert", KeyAdvert.fixedBytes(session));
            before = name;
        }
        starts[members] = in.position();
        in.end();
        return new KeyList(session, message, starts);
    }

    int size() {
        return starts.length - 1;
    }

    /** The digest of the message. */
    Sha256 view() {
        return view;
    }

    KeyAdvert advert(int member) throws Refusal {
        return KeyAdvert.read(session, new ByteReader(body(member)));
    }

    String name(int member) throws Refusal {
        return KeyAdvert.readName(new ByteReader(body(member)));
    }

    /** The advert of a member, as bytes without header. */
    byte[] body(int member) {
        return Arrays.copyOfRange(message, starts[member], starts[member + 1]);
    }

    List<String> names(int... members) throws Refusal {
        List<String> names = new ArrayList<>();
        for (int member : members) {
            names.add(name(member));
        }
        return names;
    }
}
