package dev.gossamer.client.weights;

import dev.gossamer.client.model.Rotary;

import java.util.Optional;

/** Rotary frequencies as a GGUF file states them. */
final class GgufRotary {
    private static final double DEFAULT_BASE = 10_000;

    private GgufRotary() {}

    /**
     * The frequencies of a head of {@code headSize} values.
     *
     * @param divisors of the frequencies, one a pair, in which Llama 3.1 keeps its scaling
     */
    static Rotary read(
            GgufMetadata metadata, String family, int headSize, Optional<float[]> divisors) {
        String scaling = metadata.text(family + ".rope.scaling.type").orElse("none");
        double base = metadata.real(family + ".rope.freq_base").orElse(DEFAULT_BASE);
        double[] frequencies = new double[headSize / 2];
        for (int i = 0; i < frequencies.length; i++) {
            double frequency = Math.pow(base, -2.0 * i / headSize);
            frequencies[i] = divisors.isEmpty() ? frequency : frequency / divisors.get()[i];
        }
        return new Rotary(frequencies, 1);
    }
}
