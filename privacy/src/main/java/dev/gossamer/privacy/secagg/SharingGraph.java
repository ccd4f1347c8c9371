package dev.gossamer.privacy.secagg;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Who masks with whom, holds whose shares, and vouches for whose survivors, among the members of
 * one session. Members are numbered in the order of their names.
 *
 * <p>Members stand on a circle, in the order of their numbers where everybody is everybody's
 * neighbour, and in a random order otherwise. In a regular graph (Harary's) the neighbours are the
 * nearest on both sides; groups are stretches of the circle. A member and its neighbours hold its
 * shares.
 *
 * <p>Witnesses sign the set of survivors. A member that opens shares wants signatures of a quorum
 * on the one set that it was shown; two sets cannot both find a quorum as long as the colluders
 * among the witnesses are as few as assumed. In a group, witnesses are its members and the quorum
 * is the threshold. In a regular graph they are the first {@value #WITNESSES} of the circle, whom
 * nobody could choose.
 */
final class SharingGraph {
    static final int WITNESSES = 128;

    private final SecAggParameters parameters;
    private final int[] circle;
    private final int[] placeOf;
    private final int components;
    private final int quorumOfRegular;

    private SharingGraph(SecAggParameters parameters, int[] circle, int components) {
        this.parameters = parameters;
        this.circle = circle;
        this.components = components;
        placeOf = new int[circle.length];
        for (int place = 0; place < circle.length; place++) {
            placeOf[circle[place]] = place;
        }
        quorumOfRegular = quorumOfRegular();
    }

    private int quorumOfRegular() {
        if (!(parameters.topology() instanceof Topology.Regular)) {
            return 0;
        }
        int witnesses = Math.min(WITNESSES, members());
        int marked = Math.min(parameters.colluders(), members());
        int most =
                Thresholds.mostMarked(1, members(), marked, witnesses, Thresholds.SOUNDNESS_BITS);
        return Thresholds.majority(witnesses, most);
    }

    /**
     * The graph of {@code members}.
     *
     * @param seed joint randomness where the topology draws
     * @throws Refusal if there are too few for the topology and the colluders
     */
    static SharingGraph of(SecAggParameters parameters, int members, Sha256 seed) throws Refusal {
        requireEnough(parameters, members);
        int[] circle =
                parameters.drawsGraph()
                        ? permutation(members, seed)
                        : IntStream.range(0, members).toArray();
        int components =
                parameters.topology() instanceof Topology.Groups groups ? groups.count(members) : 1;
        return new SharingGraph(parameters, circle, components);
    }

    /** Refuses a number of members that no graph can be made of. */
    static void requireEnough(SecAggParameters parameters, int members) throws Refusal {
        switch (parameters.topology()) {
            case Topology.Complete _ -> requireMembers(parameters, members);
            case Topology.Regular regular -> {
                requireMembers(parameters, members);
                if (!isSound(regular, members, parameters.colluders())) {
                    throw new Refusal(
                            Fault.UNSOUND_GRAPH,
                            "too few members for the graph and its colluders: members="
                                    + members
                                    + ", degree="
                                    + regular.degree()
                                    + ", threshold="
                                    + regular.threshold()
                                    + ", colluders="
                                    + parameters.colluders());
                }
            }
            case Topology.Groups groups -> {
                if (groups.count(members) < groups.leastCount()) {
                    throw new Refusal(
                            Fault.TOO_FEW_GROUPS,
                            "too few groups: groups="
                                    + groups.count(members)
                                    + ", least="
                                    + groups.leastCount()
                                    + ", members="
                                    + members);
                }
            }
        }
    }

    private static void requireMembers(SecAggParameters parameters, int members) throws Refusal {
        if (members < parameters.minimum()) {
            throw new Refusal(
                    Fault.TOO_FEW_MEMBERS,
                    "too few members: members=" + members + ", minimum=" + parameters.minimum());
        }
    }

    /**
     * Whether colluders reach the threshold of nobody's neighbours, but with a negligible
     * probability.
     */
    static boolean isSound(Topology.Regular regular, int members, int colluders) {
        return regular.degree() < members
                && Thresholds.isNegligible(
                        members,
                        members - 1,
                        Math.min(colluders, members - 1),
                        regular.degree(),
                        regular.threshold(),
                        Thresholds.SOUNDNESS_BITS);
    }

    /**
     * The members whose reveals make the joint randomness, ascending; a server cannot choose them.
     */
    static int[] contributors(SecAggParameters parameters, int members, Sha256 view) {
        if (!parameters.drawsGraph()) {
            return new int[0];
        }
        int colluders =
                parameters.topology() instanceof Topology.Groups groups
                        ? Math.max(groups.liars(), parameters.colluders())
                        : parameters.colluders();
        int count = Thresholds.contributors(members, colluders);
        int[] order = permutation(members, view);
        int[] chosen = Arrays.copyOf(order, count);
        Arrays.sort(chosen);
        return chosen;
    }

    /** The permutation of a seed: Fisher and Yates, with numbers drawn without bias. */
    private static int[] permutation(int members, Sha256 seed) {
        MaskStream coins = MaskStream.of(seed.bytes());
        int[] order = IntStream.range(0, members).toArray();
        for (int i = members - 1; i > 0; i--) {
            int j = below(i + 1, coins);
            int moved = order[i];
            order[i] = order[j];
            order[j] = moved;
        }
        return order;
    }

    private static int below(int bound, MaskStream coins) {
        long top = (1L << Integer.SIZE) / bound * bound;
        long drawn;
        do {
            int[] word = new int[1];
            coins.addTo(word);
            drawn = Integer.toUnsignedLong(word[0]);
        } while (drawn >= top);
        return (int) (drawn % bound);
    }

    /** The number of members. */
    int members() {
        return circle.length;
    }

    /** The number of sums: that of the groups, or one. */
    int components() {
        return components;
    }

    /** The first place of a component on the circle; larger ones come first. */
    private int start(int component) {
        int size = members() / components;
        return component * size + Math.min(component, members() % components);
    }

    /** The component of a member. */
    int component(int member) {
        int size = members() / components;
        int larger = members() % components;
        int place = placeOf[member];
        return place < larger * (size + 1)
                ? place / (size + 1)
                : larger + (place - larger * (size + 1)) / size;
    }

    /** The members of a component, ascending. */
    int[] membersOf(int component) {
        int[] found = Arrays.copyOfRange(circle, start(component), start(component + 1));
        Arrays.sort(found);
        return found;
    }

    /** The neighbours of a member, ascending, without itself. */
    int[] neighbours(int member) {
        int[] found =
                switch (parameters.topology()) {
                    case Topology.Regular regular -> nearest(placeOf[member], regular.degree() / 2);
                    case Topology.Complete _, Topology.Groups _ ->
                            IntStream.of(membersOf(component(member)))
                                    .filter(other -> other != member)
                                    .toArray();
                };
        Arrays.sort(found);
        return found;
    }

    private int[] nearest(int place, int reach) {
        int size = members();
        return IntStream.rangeClosed(1, reach)
                .flatMap(step -> IntStream.of(place + step, place + size - step))
                .map(other -> circle[other % size])
                .toArray();
    }

    /** Who holds shares of a member's secrets, ascending: its neighbours and itself. */
    int[] holders(int member) {
        return IntStream.concat(IntStream.of(member), IntStream.of(neighbours(member)))
                .sorted()
                .toArray();
    }

    /** The number of holders that open a secret of this component. */
    int threshold(int component) {
        return switch (parameters.topology()) {
            case Topology.Regular regular -> regular.threshold();
            case Topology.Complete _, Topology.Groups _ ->
                    Thresholds.majority(sizeOf(component), parameters.colluders());
        };
    }

    private int sizeOf(int component) {
        return start(component + 1) - start(component);
    }

    /** The fewest survivors whose sum may be opened. */
    int leastSurvivors(int component) {
        return parameters.topology() instanceof Topology.Regular
                ? parameters.minimum()
                : Math.max(parameters.minimum(), threshold(component));
    }

    /** The members of a component who vouch for its survivors, ascending. */
    int[] witnesses(int component) {
        if (!(parameters.topology() instanceof Topology.Regular)) {
            return membersOf(component);
        }
        int[] first = Arrays.copyOf(circle, Math.min(WITNESSES, members()));
        Arrays.sort(first);
        return first;
    }

    /** How many witnesses have to vouch for one set. */
    int quorum(int component) {
        return parameters.topology() instanceof Topology.Regular
                ? quorumOfRegular
                : threshold(component);
    }
}
