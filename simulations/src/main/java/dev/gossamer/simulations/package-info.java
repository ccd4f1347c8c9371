/** Many nodes in one process: virtual time, networks, faults, experiments. */
package dev.gossamer.simulations;
