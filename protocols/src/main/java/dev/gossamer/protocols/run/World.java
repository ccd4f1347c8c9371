package dev.gossamer.protocols.run;

import static dev.gossamer.protocols.run.Preconditions.requirePositive;
import static dev.gossamer.protocols.run.Preconditions.requireRange;
import static dev.gossamer.protocols.run.Preconditions.requireText;

import java.time.Duration;
import java.util.List;

/**
 * The world that a simulator makes.
 *
 * @param clients the population
 * @param ranks that the clients can train, dealt in turn; empty where all train the run's
 * @param source a built-in data set or a file, split over the clients
 * @param rows that they share out among them, held-out ones included; 0 for as many as is usual of
 *     the source
 */
public record World(
        int clients,
        List<Integer> ranks,
        String source,
        int rows,
        Partition partition,
        Device device,
        Network network,
        Stragglers stragglers) {
    /** A world within its bounds. */
    public World {
        requireRange("simulate.clients", clients, 1, RunFile.MAX_COUNT);
        ranks = List.copyOf(ranks);
        for (int rank : ranks) {
            requireRange("simulate.ranks", rank, 1, AdapterPlan.MAX_RANK);
        }
        requireText("simulate.source", source);
        requireRange("simulate.rows", rows, 0, RunFile.MAX_COUNT);
    }

    /** What client {@code index}, from 0, can train; 0 for any rank. */
    public int rank(int index) {
        return ranks.isEmpty() ? 0 : ranks.get(index % ranks.size());
    }

    /** How the rows are split. */
    public sealed interface Partition {
        /**
         * Each class is shared out by a draw of its own.
         *
         * @param alpha the concentration, {@code dirichlet} in a file; smaller is more skewed
         */
        record Dirichlet(double alpha, By by) implements Partition {
            /** A partition within its bounds. */
            public Dirichlet {
                requirePositive("simulate.partition.dirichlet", alpha);
            }
        }

        /**
         * As the source has it: one client for each value of a column.
         *
         * @param column of the source, {@code natural} in a file
         */
        record Natural(String column) implements Partition {
            /** A partition by a named column. */
            public Natural {
                requireText("simulate.partition.natural", column);
            }
        }

        /** What the clients differ in. */
        enum By implements Word {
            LABEL
        }
    }

    /** Holds the partition to the labels that rows of {@code task} have. */
    void requireFit(RunFile.Task task) {
        if (partition instanceof Partition.Dirichlet && !task.classifies()) {
            throw new RunFileException(
                    "task has no label to deal rows by: key=simulate.partition.by, value=label,"
                            + " task="
                            + task.key()
                            + "; name a column of the source with natural");
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
