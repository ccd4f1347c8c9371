package dev.gossamer.privacy.secagg;

/**
 * Where a session stands once inputs are in.
 *
 * @param shared where it stood before
 * @param survivors whose inputs are in a sum that will be opened
 * @param sums masked, by component
 */
@SuppressWarnings("ArrayRecordComponent") // a place in a session, never compared
record Survived(Shared shared, MemberSet survivors, RingVector[] sums) {
    Standing at() {
        return shared.at();
    }
}
