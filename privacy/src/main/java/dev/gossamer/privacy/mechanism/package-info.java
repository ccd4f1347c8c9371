/** Noise that is exact, and what bounds a vector before noise is added to it. */
package dev.gossamer.privacy.mechanism;
