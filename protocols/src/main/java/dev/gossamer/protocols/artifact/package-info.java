/** Stores of content-addressed bytes. */
package dev.gossamer.protocols.artifact;
