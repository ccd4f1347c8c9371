package dev.gossamer.privacy.secagg;

import java.util.BitSet;
import java.util.stream.IntStream;

/**
 * A set of members by their numbers, as bytes with the lowest bit first. A set says of each member
 * that it is in or out: there is no way to name one on two lists.
 */
final class MemberSet {
    private final BitSet bits;
    private final int members;

    private MemberSet(BitSet bits, int members) {
        this.bits = bits;
        this.members = members;
    }

    /** The set of some of {@code members} members. */
    static MemberSet of(BitSet bits, int members) {
        return new MemberSet((BitSet) bits.clone(), members);
    }

    static int bytes(int members) {
        return (members + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** The set that {@code encoded} holds; bits of nobody are refused. */
    static MemberSet decode(byte[] encoded, int members) throws Refusal {
        BitSet bits = BitSet.valueOf(encoded);
        if (encoded.length != bytes(members) || bits.length() > members) {
            throw new Refusal(
                    Fault.MALFORMED,
                    "set names members that there are not: highest="
                            + (bits.length() - 1)
                            + ", members="
                            + members);
        }
        return new MemberSet(bits, members);
    }

    byte[] encode() {
        byte[] encoded = new byte[bytes(members)];
        byte[] used = bits.toByteArray();
        System.arraycopy(used, 0, encoded, 0, used.length);
        return encoded;
    }

    boolean contains(int member) {
        return bits.get(member);
    }

    boolean isSubsetOf(MemberSet other) {
        BitSet more = (BitSet) bits.clone();
        more.andNot(other.bits);
        return more.isEmpty();
    }

    int size() {
        return bits.cardinality();
    }

    /** Those of {@code some} who are in. */
    int[] among(int... some) {
        return IntStream.of(some).filter(bits::get).toArray();
    }

    /** Those who are in, ascending. */
    int[] toArray() {
        return bits.stream().toArray();
    }
}
