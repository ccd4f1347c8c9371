/** Coins that anyone with the key can draw again. */
package dev.gossamer.protocols.random;
