package dev.gossamer.client.model;

/**
 * Rotary position embeddings (arXiv 2104.09864) on the halves of a head: position p turns the pair
 * {@code (x[i], x[i + n])} by {@code p · inverseFrequencies[i]}.
 *
 * @param inverseFrequencies one for each pair, scaling included; belongs to this object
 * @param magnitude that cosines and sines are multiplied with, 1 but for yarn
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record Rotary(double[] inverseFrequencies, double magnitude) {}
