package dev.gossamer.protocols.adapter;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What a slice of an adapter is: a factor of a target's change {@code B R A}, or the head's. */
public enum Factor {
    /** The inner factor of LoRA, {@code [rank × in]}. */
    A(".lora_A", 1),
    /** The outer factor of LoRA, {@code [out × rank]}. */
    B(".lora_B", 2),
    /** The core between frozen factors, {@code [rank × rank]}. */
    R(".R", 4),
    /** Whatever is trained besides the targets. */
    HEAD("", 8);

    private final String suffix;
    private final int bit;

    Factor(String suffix, int bit) {
        this.suffix = suffix;
        this.bit = bit;
    }

    /** What the slice called {@code name} is. */
    public static Factor of(String name) {
        for (Factor factor : values()) {
            if (name.endsWith(factor.suffix)) {
                return factor;
            }
        }
        return HEAD;
    }

    /** The name of this factor's slice of {@code target}. */
    public String slice(String target) {
        return target + suffix;
    }

    /** The target whose factor the slice called {@code name} is; empty for the head's. */
    public Optional<String> target(String name) {
        return this == HEAD || !name.endsWith(suffix)
                ? Optional.empty()
                : Optional.of(name.substring(0, name.length() - suffix.length()));
    }

    /** {@code factors} as bits of a number, A the lowest. */
    public static int bits(Set<Factor> factors) {
        int bits = 0;
        for (Factor factor : factors) {
            bits |= factor.bit;
        }
        return bits;
    }

    /**
     * The factors that {@link #bits} wrote.
     *
     * @throws IllegalArgumentException if a bit is no factor's
     */
    public static Set<Factor> ofBits(int bits) {
        EnumSet<Factor> factors = EnumSet.noneOf(Factor.class);
        for (Factor factor : values()) {
            if ((bits & factor.bit) != 0) {
                factors.add(factor);
            }
        }
        if (bits(factors) != bits) {
            throw new IllegalArgumentException("no such factors: bits=" + bits);
        }
        return factors;
    }
}
