/** Sums of vectors that nobody sees: secure aggregation as pure state machines. */
package dev.gossamer.privacy.secagg;
