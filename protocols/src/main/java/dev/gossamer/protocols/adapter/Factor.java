package dev.gossamer.protocols.adapter;

import java.util.Optional;

/** What a slice of an adapter is: a factor of a target's change {@code B R A}, or the head's. */
public enum Factor {
    /** The inner factor of LoRA, {@code [rank × in]}. */
    A(".lora_A"),
    /** The outer factor of LoRA, {@code [out × rank]}. */
    B(".lora_B"),
    /** The core between frozen factors, {@code [rank × rank]}. */
    R(".R"),
    /** Whatever is trained besides the targets. */
    HEAD("");

    private final String suffix;

    Factor(String suffix) {
        this.suffix = suffix;
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
}
