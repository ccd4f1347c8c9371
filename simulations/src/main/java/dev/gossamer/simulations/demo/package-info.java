/** The commands of several nodes: the demo, and the simulation of a run file. */
package dev.gossamer.simulations.demo;
