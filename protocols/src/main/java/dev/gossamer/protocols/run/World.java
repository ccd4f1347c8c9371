package dev.gossamer.protocols.run;

import static dev.gossamer.protocols.run.Preconditions.requirePositive;
import static dev.gossamer.protocols.run.Preconditions.requireRange;
import static dev.gossamer.protocols.run.Preconditions.requireText;

import java.time.Duration;

/**
 * The world that a simulator makes.
 *
 * @param clients the population
 * @param source a built-in data set or a file, split over the clients
 */
public record World(
        int clients,
        String source,
        Partition partition,
        Device device,
        Network network,
        Stragglers stragglers) {
    /** A world within its bounds. */
    public World {
        requireRange("simulate.clients", clients, 1, RunFile.MAX_COUNT);
        requireText("simulate.source", source);
    }

    /**
     * How the rows are split.
     *
     * @param dirichlet the concentration; smaller is more skewed
     */
    public record Partition(double dirichlet, By by) {
        /** A partition within its bounds. */
        public Partition {
            requirePositive("simulate.partition.dirichlet", dirichlet);
        }

        /** What the clients differ in. */
        public enum By implements Word {
            LABEL
        }
    }

    /** How fast a client trains. */
    public record Device(double tokensPerSecond) {
        /** A device that moves. */
        public Device {
            requirePositive("simulate.device.tokens-per-second", tokensPerSecond);
        }
    }

    /** A client's line: {@code bandwidth} and {@code latency} in a file. */
    public record Network(long bitsPerSecond, Duration latency) {
        private static final long MAX_BITS_PER_SECOND = 1_000_000_000_000L;
        private static final Duration MOST_LATENCY = Duration.ofHours(1);

        /** A line within its bounds. */
        public Network {
            requireRange("simulate.network.bandwidth", bitsPerSecond, 1, MAX_BITS_PER_SECOND);
            requireRange("simulate.network.latency", latency, Duration.ZERO, MOST_LATENCY);
        }
    }

    /** Which clients are slow beyond their device. */
    public enum Stragglers implements Word {
        NONE
    }
}
