package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.RosterTrust;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The members of a session, once keys are listed.
 *
 * @param session that they are in
 * @param trust in their keys
 * @param list of their keys
 * @param adverts by name, which is the order of the list
 */
record Roll(
        Session session, RosterTrust trust, KeyList list, SortedMap<String, KeyAdvert> adverts) {
    List<KeyAdvert> inOrder() {
        return new ArrayList<>(adverts.values());
    }

    /** One message to all members. */
    ServerStep.Send toAll(byte[] message) {
        SortedMap<String, byte[]> messages = new TreeMap<>();
        adverts.keySet().forEach(name -> messages.put(name, message));
        return new ServerStep.Send(messages);
    }

    /** Where the session stands once the graph can be drawn. */
    Standing standing(Sha256 view) throws Refusal {
        SharingGraph graph = SharingGraph.of(session.parameters(), list.size(), view);
        return new Standing(session, trust, inOrder(), view, graph);
    }
}
