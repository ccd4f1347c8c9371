/** Gossamer coordinator. */
package dev.gossamer.coordinator;
