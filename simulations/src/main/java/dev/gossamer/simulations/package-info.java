/** Gossamer simulations. */
package dev.gossamer.simulations;
