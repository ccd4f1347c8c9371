/** Methods against each other: what each reaches for the bytes that it sends, and at which rate. */
package dev.gossamer.simulations.compare;
