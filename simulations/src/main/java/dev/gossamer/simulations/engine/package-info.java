/**
 * Virtual time: an event queue that hosts the deployed node code. Nothing here knows what the nodes
 * do, and no node knows that it is here.
 */
package dev.gossamer.simulations.engine;
