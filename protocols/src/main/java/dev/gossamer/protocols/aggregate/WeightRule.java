package dev.gossamer.protocols.aggregate;

import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.wire.ProtocolLimits;

/** What a report counts for, before weights are made shares of those who reported. */
public sealed interface WeightRule {
    /**
     * The weight of a client that trained on {@code examples} rows.
     *
     * @param examples at least 1
     */
    int weight(int examples);

    /** The most that a report may count for. */
    int bound();

    /** The rule of {@code rounds}. */
    static WeightRule of(RunFile.Rounds rounds) {
        return switch (rounds.weights()) {
            case EXAMPLES -> new Examples();
            case UNIFORM -> new Uniform();
            case CAPPED -> new Capped(rounds.weightCap());
        };
    }

    /** As many as its rows: the mean over all rows. */
    record Examples() implements WeightRule {
        @Override
        public int weight(int examples) {
            return new Capped(bound()).weight(examples);
        }

        @Override
        public int bound() {
            return ProtocolLimits.MAX_WEIGHT;
        }
    }

    /** One each: the mean over clients, which tells nothing of their rows. */
    record Uniform() implements WeightRule {
        @Override
        public int weight(int examples) {
            return new Capped(bound()).weight(examples);
        }

        @Override
        public int bound() {
            return 1;
        }
    }

    /**
     * As many as its rows, up to a bound: no client outweighs another by more than that.
     *
     * @param cap at least 1
     */
    record Capped(int cap) implements WeightRule {
        /** A cap that weights can have. */
        public Capped {
            if (cap < 1 || cap > ProtocolLimits.MAX_WEIGHT) {
                throw new IllegalArgumentException(
                        "cap out of range: cap=" + cap + ", bound=1.." + ProtocolLimits.MAX_WEIGHT);
            }
        }

        @Override
        public int weight(int examples) {
            if (examples < 1) {
                throw new IllegalArgumentException("nothing to weigh: examples=" + examples);
            }
            return Math.min(examples, cap);
        }

        @Override
        public int bound() {
            return cap;
        }
    }
}
