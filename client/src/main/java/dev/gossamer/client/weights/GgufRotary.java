package dev.gossamer.client.weights;

import dev.gossamer.client.model.Rotary;

import java.util.Optional;

/** Rotary frequencies as a GGUF file states them. */
final class GgufRotary {
    private static final double DEFAULT_BASE = 10_000;
    private static final double DEFAULT_FAST = 32;
    private static final double DEFAULT_SLOW = 1;

    private final GgufMetadata metadata;
    private final String prefix;

    private GgufRotary(GgufMetadata metadata, String prefix) {
        this.metadata = metadata;
        this.prefix = prefix;
    }

    /**
     * The frequencies of a head of {@code headSize} values.
     *
     * @param divisors of the frequencies, one a pair, as Llama 3.1 keeps its scaling
     */
    static Rotary read(
            GgufMetadata metadata, String architecture, int headSize, Optional<float[]> divisors) {
        GgufRotary keys = new GgufRotary(metadata, architecture + ".rope.");
        double base = keys.number("freq_base", DEFAULT_BASE, 1);
        Rotary rotary = keys.scaling().rotary(headSize, base);
        divisors.ifPresent(values -> keys.divide(rotary.inverseFrequencies(), values));
        return rotary;
    }

    private RotaryScaling scaling() {
        String key = prefix + "scaling.type";
        String type = metadata.text(key).orElse("none");
        return switch (type) {
            case "none" -> new RotaryScaling.Unscaled();
            case "linear" -> new RotaryScaling.Linear(factor());
            case "yarn" -> yarn();
            default ->
                    throw metadata.unsuitable(
                            "rotary scaling that is not supported: "
                                    + key
                                    + "="
                                    + type
                                    + ", supported=[none, linear, yarn]");
        };
    }

    private RotaryScaling yarn() {
        double factor = factor();
        return new RotaryScaling.Yarn(
                factor,
                number("scaling.attn_factor", 1, 0) * RotaryScaling.Yarn.magnitude(factor, 1),
                number("scaling.yarn_beta_fast", DEFAULT_FAST, 0),
                number("scaling.yarn_beta_slow", DEFAULT_SLOW, 0),
                metadata.requiredWhole(prefix + "scaling.original_context_length", 1),
                true);
    }

    private double factor() {
        return number("scaling.factor", 1, 0);
    }

    private void divide(double[] frequencies, float[] divisors) {
        for (int i = 0; i < frequencies.length; i++) {
            if (!(divisors[i] > 0)) {
                throw metadata.unsuitable(
                        "bad divisor of a rotary frequency: pair=" + i + ", value=" + divisors[i]);
            }
            frequencies[i] /= divisors[i];
        }
    }

    private double number(String suffix, double absent, double above) {
        double value = metadata.real(prefix + suffix).orElse(absent);
        if (!(value > above)) {
            throw metadata.unsuitable(
                    "out of bounds: " + prefix + suffix + "=" + value + ", bound=" + above);
        }
        return value;
    }
}
