package dev.gossamer.privacy.secagg;

import dev.gossamer.privacy.identity.RosterTrust;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;

/**
 * Where a session stands once the graph is drawn.
 *
 * @param session itself
 * @param trust in the members' keys
 * @param adverts by number
 * @param view that binds all that follows
 * @param graph of the members
 */
record Standing(
        Session session,
        RosterTrust trust,
        List<KeyAdvert> adverts,
        Sha256 view,
        SharingGraph graph) {
    String name(int member) {
        return adverts.get(member).name();
    }

    List<String> names(int... members) {
        List<String> names = new ArrayList<>();
        for (int member : members) {
            names.add(name(member));
        }
        return names;
    }

    /** The number of the member {@code name}, which is in the session. */
    int number(String name) throws Refusal {
        int low = 0;
        int high = adverts.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = name(middle).compareTo(name);
            if (order == 0) {
                return middle;
            }
            low = order < 0 ? middle + 1 : low;
            high = order < 0 ? high : middle - 1;
        }
        throw unknown(name);
    }

    static Refusal unknown(String name) {
        return new Refusal(
                Fault.UNKNOWN_SENDER,
                "sender has no part in this session, or has left it: name=" + name,
                List.of(name));
    }

    /** A message for each of {@code members}. */
    ServerStep.Send send(MemberSet members, IntFunction<byte[]> message) {
        SortedMap<String, byte[]> messages = new TreeMap<>();
        for (int member : members.toArray()) {
            messages.put(name(member), message.apply(member));
        }
        return new ServerStep.Send(messages);
    }

    /**
     * Those of {@code members} whose component has what it needs, or a refusal if too few
     * components have.
     *
     * @param fault of a component that has not
     * @param what is counted
     * @param count in a component
     * @param least that it needs
     */
    MemberSet standing(
            MemberSet members,
            Fault fault,
            String what,
            IntToLongFunction count,
            IntToLongFunction least)
            throws Refusal {
        BitSet kept = new BitSet();
        int components = 0;
        for (int component = 0; component < graph.components(); component++) {
            int[] in = members.among(graph.membersOf(component));
            if (in.length > 0 && count.applyAsLong(component) >= least.applyAsLong(component)) {
                components++;
                for (int member : in) {
                    kept.set(member);
                }
            } else if (graph.components() == 1) {
                throw new Refusal(
                        fault,
                        "too few "
                                + what
                                + ": count="
                                + count.applyAsLong(component)
                                + ", least="
                                + least.applyAsLong(component));
            }
        }
        requireComponents(what, components);
        return MemberSet.of(kept, graph.members());
    }

    /** Refuses fewer sums than the rule across them needs. */
    void requireComponents(String what, int components) throws Refusal {
        int least =
                session.parameters().topology() instanceof Topology.Groups groups
                        ? groups.leastCount()
                        : 1;
        if (components < least) {
            throw new Refusal(
                    Fault.TOO_FEW_GROUPS,
                    "too few groups with enough "
                            + what
                            + ": groups="
                            + components
                            + ", least="
                            + least);
        }
    }
}
