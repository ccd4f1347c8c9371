package dev.gossamer.privacy.secagg;

import java.util.List;

/**
 * Where a client stands once the graph is known.
 *
 * @param table of all keys
 * @param view that binds all that follows
 * @param graph of the session
 * @param peers the neighbours, by number
 */
record Neighbourhood(KeyTable table, Sha256 view, SharingGraph graph, List<Peer> peers) {
    ClientSelf self() {
        return table.self();
    }

    Session session() {
        return table.self().session();
    }

    int own() {
        return table.own();
    }

    int component() {
        return graph.component(table.own());
    }

    /** Those of the own sum who are in {@code set}. */
    int inOwnSum(MemberSet set) {
        return set.among(graph.membersOf(component())).length;
    }
}
