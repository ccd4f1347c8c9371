package dev.gossamer.client.model;

import java.util.Optional;

/**
 * A layer norm, or a root-mean-square norm without bias: which, the {@link Architecture} says.
 *
 * @param gain one for each value; belongs to this object
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record Norm(float[] gain, Optional<float[]> bias) {}
