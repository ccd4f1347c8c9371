package dev.gossamer.privacy.secagg;

/**
 * Why a message, a key, a share or a whole session was refused; stable, for counters and answers.
 */
public enum Fault {
    /** Bytes that no encoder of ours writes: wrong length, version, kind, order or filling. */
    MALFORMED,
    /** A message of another run, round, attempt, configuration or view of the keys. */
    WRONG_SESSION,
    /** A message whose turn has not come. */
    EARLY,
    /** A message whose turn is over. */
    LATE,
    /** A second message where a different one was answered. */
    CONFLICT,
    /** A sender that is not of the cohort or has left the round. */
    UNKNOWN_SENDER,
    /** A signature that does not fit. */
    BAD_SIGNATURE,
    /** A name or key that the pinned roster does not have. */
    NOT_ON_ROSTER,
    /** One key under two names, or reflected to its owner under another name. */
    DUPLICATE_KEY,
    /** A key of low order, or one that the scheme cannot use. */
    WEAK_KEY,
    /** A list without one's own entry, or with another in its place. */
    OWN_ENTRY,
    /** Fewer members than the client or the round accepts. */
    TOO_FEW_MEMBERS,
    /** A revealed value that is not what was committed to. */
    BAD_COMMITMENT,
    /** A contributor to the joint randomness did not reveal: a new attempt has to leave it out. */
    NO_REVEAL,
    /** A share that is none: bad index, repeated index, wrong length, not in the field. */
    BAD_SHARE,
    /** Fewer shares than the threshold. */
    TOO_FEW_SHARES,
    /** Shares that belong to no polynomial, or to a secret that was never published. */
    WRONG_SECRET,
    /** Survivors that had not shared, or sharers that had not advertised. */
    NOT_A_SUBSET,
    /** Too few signatures of witnesses on the same survivors. */
    TOO_FEW_SIGNATURES,
    /** A graph that the assumed colluders would break with a probability that is not negligible. */
    UNSOUND_GRAPH,
    /** Fewer groups than the robust rule needs. */
    TOO_FEW_GROUPS,
    /** A session that this client has begun before, has answered, or must not begin any more. */
    SPENT_SESSION
}
