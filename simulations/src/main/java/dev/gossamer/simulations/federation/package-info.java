/** Whole federations from one run file: in virtual time, over loopback, in processes. */
package dev.gossamer.simulations.federation;
