/** Built-in text, and how it is dealt out to simulated clients. */
package dev.gossamer.simulations.data;
