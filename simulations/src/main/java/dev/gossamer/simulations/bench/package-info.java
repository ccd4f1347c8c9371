/** Measurements of what nodes exchange, each against a baseline in the same process. */
package dev.gossamer.simulations.bench;
