/** Stores of what a node keeps: content-addressed bytes, and values by name. */
package dev.gossamer.protocols.artifact;
