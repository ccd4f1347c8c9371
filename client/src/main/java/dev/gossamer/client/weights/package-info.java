/** Readers of frozen base weights, and where built-in ones come from. */
package dev.gossamer.client.weights;
