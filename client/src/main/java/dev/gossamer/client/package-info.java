/** Gossamer client. */
package dev.gossamer.client;
