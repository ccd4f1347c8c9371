/** The training engine: oneDNN's products and Vector API kernels on the memory of ND4J arrays. */
package dev.gossamer.client.tensor;
