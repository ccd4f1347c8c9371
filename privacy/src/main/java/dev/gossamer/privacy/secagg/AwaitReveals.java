package dev.gossamer.privacy.secagg;

import java.util.Optional;

/** The client has revealed its contribution to the joint randomness and waits for all of them. */
@SuppressWarnings("ArrayRecordComponent") // a place in a session, never compared
record AwaitReveals(KeyTable table, int[] contributors) implements ClientPhase {
    @Override
    public Optional<MessageKind> expects() {
        return Optional.of(MessageKind.REVEAL_LIST);
    }

    @Override
    public Next receive(byte[] message) throws Refusal {
        Session session = table.self().session();
        Sha256 view = table.list().view();
        RevealList list = RevealList.decode(session, view, contributors.length, message);
        for (int i = 0; i < contributors.length; i++) {
            list.reveals().get(i).requireCommitted(session, table.list().advert(contributors[i]));
        }
        return Sharing.begin(table, RevealList.seed(session, view, list.reveals()));
    }
}
