/** The fine-tuning node: models, kernels, training. */
package dev.gossamer.client;
