package dev.gossamer.client.weights;

import dev.gossamer.client.model.Rotary;

import java.util.List;
import java.util.Optional;

/**
 * The rotary frequencies of a head, and the ways to stretch them over longer texts than a model was
 * trained on, as the transformers library computes them.
 *
 * <p>Unscaled, pair i turns by {@code base^(−2i / headSize)} a position.
 */
public sealed interface RotaryScaling {
    /** The rotary positions of a head of {@code headSize} values. */
    Rotary rotary(int headSize, double base);

    /** The frequencies before any scaling. */
    private static double[] frequencies(int headSize, double base) {
        double[] frequencies = new double[headSize / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.pow(base, -2.0 * i / headSize);
        }
        return frequencies;
    }

    /** No scaling. */
    record Unscaled() implements RotaryScaling {
        @Override
        public Rotary rotary(int headSize, double base) {
            return new Rotary(frequencies(headSize, base), 1);
        }
    }

    /** Every frequency divided by {@code factor}. */
    record Linear(double factor) implements RotaryScaling {
        @Override
        public Rotary rotary(int headSize, double base) {
            double[] frequencies = frequencies(headSize, base);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] /= factor;
            }
            return new Rotary(frequencies, 1);
        }
    }

    /**
     * Llama 3's: wavelengths above {@code trained / lowFrequency} divided by {@code factor}, those
     * below {@code trained / highFrequency} left, and a ramp between.
     *
     * @param trained the longest text that the model was trained on
     */
    record Llama3(double factor, double lowFrequency, double highFrequency, double trained)
            implements RotaryScaling {
        @Override
        public Rotary rotary(int headSize, double base) {
            double[] frequencies = frequencies(headSize, base);
            for (int i = 0; i < frequencies.length; i++) {
                double turns = trained * frequencies[i] / (2 * Math.PI);
                double smooth = (turns - lowFrequency) / (highFrequency - lowFrequency);
                double kept = Math.clamp(smooth, 0, 1);
                frequencies[i] = (1 - kept) * frequencies[i] / factor + kept * frequencies[i];
            }
            return new Rotary(frequencies, 1);
        }
    }

    /**
     * YaRN (arXiv 2309.00071): a ramp over pairs between those that turn more than {@code fast}
     * times over a trained text, which stay, and those that turn less than {@code slow} times,
     * which are divided by {@code factor}.
     *
     * @param trained the longest text that the model was trained on
     * @param magnitude of the cosines and sines
     * @param truncate whether the ramp begins and ends at whole pairs
     */
    record Yarn(
            double factor,
            double magnitude,
            double fast,
            double slow,
            double trained,
            boolean truncate)
            implements RotaryScaling {
        @Override
        public Rotary rotary(int headSize, double base) {
            double low = pairThatTurns(fast, headSize, base);
            double high = pairThatTurns(slow, headSize, base);
            low = Math.max(truncate ? Math.floor(low) : low, 0);
            high = Math.min(truncate ? Math.ceil(high) : high, headSize - 1);
            // The library's guard against a ramp of no width.
            double width = low == high ? 0.001 : high - low;
            double[] frequencies = frequencies(headSize, base);
            for (int i = 0; i < frequencies.length; i++) {
                double scaled = Math.clamp((i - low) / width, 0, 1);
                frequencies[i] = scaled * frequencies[i] / factor + (1 - scaled) * frequencies[i];
            }
            return new Rotary(frequencies, magnitude);
        }

        private double pairThatTurns(double times, int headSize, double base) {
            return headSize * Math.log(trained / (times * 2 * Math.PI)) / (2 * Math.log(base));
        }

        /** The magnitude where a model states none: {@code 0.1 weight ln(factor) + 1}. */
        static double magnitude(double factor, double weight) {
            return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
        }
    }

    /** What a config says, in its older or its newer spelling. */
    static Rotary read(ModelConfig config, int headSize) {
        Optional<ModelConfig> scaling =
                config.section("rope_parameters").or(() -> config.section("rope_scaling"));
        ModelConfig section = scaling.orElse(config);
        requireOneForAllLayers(scaling);
        double base = section.number("rope_theta", config.number("rope_theta", 10_000));
        if (!(base > 1) || headSize % 2 != 0) {
            throw config.wrong(
                    "bad rotary positions: rope_theta=" + base + ", head size=" + headSize);
        }
        double partial =
                section.number("partial_rotary_factor", config.number("partial_rotary_factor", 1));
        if (partial != 1) {
            throw config.wrong(
                    "setting is not there: name=partial_rotary_factor, value=" + partial);
        }
        return scaling.map(stated -> scaling(stated, config))
                .orElse(new Unscaled())
                .rotary(headSize, base);
    }

    private static void requireOneForAllLayers(Optional<ModelConfig> scaling) {
        for (String kind : List.of("full_attention", "sliding_attention")) {
            if (scaling.filter(stated -> stated.has(kind)).isPresent()) {
                throw scaling.get()
                        .wrong("rotary positions for each kind of layer are not there: " + kind);
            }
        }
    }

    private static RotaryScaling scaling(ModelConfig section, ModelConfig config) {
        String type = section.text("rope_type").or(() -> section.text("type")).orElse("default");
        return switch (type) {
            case "default" -> new Unscaled();
            case "linear" -> new Linear(atLeastOne(section, "factor"));
            case "llama3" -> llama3(section, config);
            case "yarn" -> yarn(section, config);
            default ->
                    throw config.wrong(
                            "unknown rotary scaling: rope_type="
                                    + type
                                    + ", known=[default, linear, llama3, yarn]");
        };
    }

    private static Llama3 llama3(ModelConfig section, ModelConfig config) {
        double low = positive(section, "low_freq_factor", section.number("low_freq_factor"));
        double high = section.number("high_freq_factor");
        if (!(high > low)) {
            throw config.wrong(
                    "bad rotary scaling: low_freq_factor=" + low + ", high_freq_factor=" + high);
        }
        return new Llama3(atLeastOne(section, "factor"), low, high, trained(section, config));
    }

    private static Yarn yarn(ModelConfig section, ModelConfig config) {
        double trained = trained(section, config);
        double factor =
                positive(
                        section,
                        "factor",
                        section.number("factor", config.size("max_position_embeddings") / trained));
        return new Yarn(
                factor,
                section.optionalNumber("attention_factor")
                        .orElseGet(() -> magnitude(section, factor)),
                orDefault(section, "beta_fast", 32),
                orDefault(section, "beta_slow", 1),
                trained,
                section.flag("truncate", true));
    }

    private static double magnitude(ModelConfig section, double factor) {
        double weight = section.number("mscale", 0);
        double all = section.number("mscale_all_dim", 0);
        return weight != 0 && all != 0
                ? Yarn.magnitude(factor, weight) / Yarn.magnitude(factor, all)
                : Yarn.magnitude(factor, 1);
    }

    /** Zero counts as absent, as it does in the library. */
    private static double orDefault(ModelConfig section, String name, double absent) {
        double value = section.number(name, absent);
        return value == 0 ? absent : positive(section, name, value);
    }

    private static double trained(ModelConfig section, ModelConfig config) {
        String name = "original_max_position_embeddings";
        return config.optionalSize(name)
                .or(() -> section.optionalSize(name))
                .orElseGet(() -> config.size("max_position_embeddings"));
    }

    private static double atLeastOne(ModelConfig section, String name) {
        double value = section.number(name);
        if (!(value >= 1)) {
            throw section.wrong("bad value: name=" + name + ", value=" + value + ", bound=1");
        }
        return value;
    }

    private static double positive(ModelConfig section, String name, double value) {
        if (!(value > 0)) {
            throw section.wrong("bad value: name=" + name + ", value=" + value + ", bound=0");
        }
        return value;
    }
}
