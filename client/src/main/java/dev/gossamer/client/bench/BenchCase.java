package dev.gossamer.client.bench;

import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;

/**
 * One thing that is measured.
 *
 * @param base a built-in name, a folder or a file
 * @param rows of a batch; of each client in a cohort
 * @param length tokens of a row
 * @param rank of every adapted map
 */
record BenchCase(
        String name,
        String base,
        Work work,
        AdapterKind adapter,
        int rows,
        int length,
        int rank,
        Storage storage,
        Precision precision) {
    /** What is done over and over. */
    enum Work {
        /** A training step on rows of one length. */
        STEP,
        /** The same with each row's gradient clipped. */
        PRIVATE,
        /** Training steps on glosses of WordNet. */
        TEXT,
        /** A step for many adapters at once, and a step for each. */
        COHORT,
        /** Getting a base ready, and then training steps. */
        LOAD,
        /** Tokens one by one, with keys and values kept. */
        GENERATE
    }

    /** Which factors are trained. */
    enum AdapterKind {
        /** A and B. */
        LORA("lora"),
        /** R between frozen factors. */
        LORA_SB("lora-sb");

        private final String word;

        AdapterKind(String word) {
            this.word = word;
        }

        /** As names of cases have it. */
        String word() {
            return word;
        }
    }

    /** A case whose sizes are at least 1. */
    BenchCase {
        require("--rows", rows);
        require("--length", length);
        require("--rank", rank);
    }

    private static void require(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "out of range: " + option + "=" + value + ", bound=1");
        }
    }

    /** The tokens of one batch. */
    int tokens() {
        return rows * length;
    }
}
