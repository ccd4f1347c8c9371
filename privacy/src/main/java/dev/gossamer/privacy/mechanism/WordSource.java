package dev.gossamer.privacy.mechanism;

/** A source of independent uniform words, the only thing that samplers ask of coins. */
interface WordSource {
    /** Sixty-four uniform bits. */
    long next();
}
