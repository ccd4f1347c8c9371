package dev.gossamer.privacy.secagg;

import java.util.Arrays;

/**
 * Where a session stands once shares are dealt.
 *
 * @param at where it stood before
 * @param sharers who are in
 * @param packages by number; nothing where a member has not shared
 */
@SuppressWarnings("ArrayRecordComponent") // a place in a session, never compared
record Shared(Standing at, MemberSet sharers, SharePackage[] packages) {
    /** What {@code from} dealt {@code to}. */
    ShareBox box(int from, int to) {
        int place = Arrays.binarySearch(at.graph().neighbours(from), to);
        return packages[from].boxes().get(place);
    }

    /** Those of whom {@code holder} has a share, ascending. */
    int[] dealersOf(int holder) {
        return sharers.among(at.graph().holders(holder));
    }
}
