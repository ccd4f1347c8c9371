package dev.gossamer.privacy.secagg;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The client has advertised its keys and waits for those of all members. */
record AwaitKeys(ClientSelf self) implements ClientPhase {
    @Override
    public Optional<MessageKind> expects() {
        return Optional.of(MessageKind.KEY_LIST);
    }

    @Override
    public Next receive(byte[] message) throws Refusal {
        Session session = self.session();
        KeyList list = KeyList.decode(session, message);
        self.policy().requireEnough("members", list.size());
        SharingGraph.requireEnough(session.parameters(), list.size());
        int own = ownNumber(list);
        requireSoundEntries(list);
        int[] contributors =
                SharingGraph.contributors(session.parameters(), list.size(), list.view());
        KeyTable table = new KeyTable(self, list, own);
        table.requireSigned(contributors);
        if (!session.parameters().drawsGraph()) {
            return Sharing.begin(table, RevealList.seed(session, list.view(), List.of()));
        }
        Optional<byte[]> answer =
                Arrays.binarySearch(contributors, own) < 0
                        ? Optional.empty()
                        : Optional.of(
                                new Reveal(self.secrets().reveal()).encode(session, list.view()));
        return new Next(new AwaitReveals(table, contributors), answer);
    }

    /** The own number, if the own advert stands in the list as it was sent. */
    private int ownNumber(KeyList list) throws Refusal {
        byte[] own = self.advert().body();
        for (int i = 0; i < list.size(); i++) {
            if (Arrays.equals(list.body(i), own)) {
                return i;
            }
        }
        throw new Refusal(
                Fault.OWN_ENTRY,
                "list has not this client's keys as they were sent: name=" + self.member().name());
    }

    /**
     * Refuses members that are not on the roster, and keys that are there twice, whosesoever: a
     * copied key would let its pair see through the other's masks.
     */
    private void requireSoundEntries(KeyList list) throws Refusal {
        Map<ByteBuffer, String> owners = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            KeyAdvert advert = list.advert(i);
            if (!self.policy().trust().admits(advert.name(), advert.signer())) {
                throw new Refusal(
                        Fault.NOT_ON_ROSTER,
                        "name and key are not on the pinned roster: name=" + advert.name(),
                        List.of(advert.name()));
            }
            if (!PairKey.isCanonical(advert.channelKey())
                    || !PairKey.isCanonical(advert.maskKey())) {
                throw new Refusal(
                        Fault.WEAK_KEY,
                        "X25519 key is not canonical: name=" + advert.name(),
                        List.of(advert.name()));
            }
            for (byte[] key : advert.publicValues()) {
                String owner = owners.putIfAbsent(ByteBuffer.wrap(key), advert.name());
                if (owner != null) {
                    throw new Refusal(
                            Fault.DUPLICATE_KEY,
                            "a key is there twice: names=" + owner + " and " + advert.name(),
                            List.of(owner, advert.name()));
                }
            }
        }
    }
}
