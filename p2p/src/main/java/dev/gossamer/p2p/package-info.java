/** Gossamer p2p. */
package dev.gossamer.p2p;
