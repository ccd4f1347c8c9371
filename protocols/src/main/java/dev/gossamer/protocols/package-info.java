/** Gossamer protocols. */
package dev.gossamer.protocols;
