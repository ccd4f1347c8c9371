package dev.gossamer.privacy.mechanism;

/**
 * A law on the integers whose masses f, seen from a mode m, are known relative to f(m).
 *
 * <p>The law is log-concave: f(k + 1) / f(k) never rises with k. {@code offset} is k - m.
 */
interface UnimodalLaw {
    /** The standard deviation, roughly: it sets how fine an envelope is, not what is drawn. */
    double deviation();

    /** About ln(f(m + offset) / f(m)); negative infinity, exactly, where f is 0. */
    double log(long offset);

    /** At least the distance of {@link #log}, whose value is {@code log}, from the truth. */
    double logError(long offset, double log);

    /** Bounds of f(m + offset) / f(m) that are less than {@code 2^-bits} apart. */
    DyadicInterval ratio(long offset, int bits);
}
