package dev.gossamer.simulations.traffic;

import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.method.Setting;
import dev.gossamer.protocols.run.CodecPlan;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.simulations.traffic.Forecast.Coding;
import dev.gossamer.simulations.traffic.Forecast.Way;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * A run as far as its traffic hangs on it.
 *
 * @param method the name of the one that is asked about
 * @param rank of its adapters
 * @param ranks of the clients of a round, for methods that let them differ; empty where they do not
 * @param clients of each round
 * @param classes outputs of a new head that is trained too, 0 for none
 * @param coding how all that travels is written
 */
record TrafficPlan(
        ModelShape model,
        String method,
        int rank,
        List<Integer> ranks,
        int clients,
        int rounds,
        List<String> targets,
        int classes,
        Coding coding) {
    private static final int MOST_ROUNDS = RunFile.MAX_COUNT;

    /** A plan whose numbers can be those of a run. */
    TrafficPlan {
        ranks = List.copyOf(ranks);
        targets = List.copyOf(targets);
        requireRange("rank", rank, 1, 1 << 16);
        requireRange("clients", clients, 1, 1 << 20);
        requireRange("rounds", rounds, 1, MOST_ROUNDS);
        requireRange("classes", classes, 0, 1 << 20);
    }

    private static void requireRange(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "out of range: " + key + "=" + value + ", bound=" + least + ".." + most);
        }
    }

    /** The plan of {@code run}. */
    static TrafficPlan of(RunFile run) {
        return new TrafficPlan(
                ModelShapes.find(run.model().base()),
                run.adapter().method(),
                run.adapter().rank(),
                ranks(run),
                run.rounds().cohort(),
                run.rounds().count(),
                run.adapter().targets(),
                run.task().classifies() ? run.data().classes().size() : 0,
                new Coding(
                        way(run.exchange().upload()),
                        way(run.exchange().download()),
                        bases(run.basis())));
    }

    private static Bases bases(RunFile.BasisPlan plan) {
        return new Bases(
                Values.valueOf(plan.values().name()),
                plan.from() == RunFile.BasisPlan.From.RANGE_FINDER,
                plan.rebaseEvery());
    }

    private static List<Integer> ranks(RunFile run) {
        int rank = run.adapter().rank();
        return run.simulate()
                .filter(world -> !world.ranks().isEmpty())
                .map(
                        world ->
                                IntStream.range(0, run.rounds().cohort())
                                        .mapToObj(client -> Math.min(rank, world.rank(client)))
                                        .toList())
                .orElse(List.of());
    }

    /** A density of one is what a run file has where it says nothing. */
    private static Way way(CodecPlan codec) {
        return new Way(
                Values.valueOf(codec.values().name()),
                codec.isSparse() ? OptionalDouble.of(codec.density()) : OptionalDouble.empty());
    }

    /** The maps that carry adapters. */
    List<Setting.Shape> shapes() {
        return model.targets(targets);
    }

    /** The trained values of the head. */
    long head() {
        return classes == 0 ? 0 : model.head(classes);
    }

    /**
     * The forecast of any method, at any rank; where clients have ranks of their own, what goes up
     * is the mean over them, and what goes down is for all of the run's, which all score.
     *
     * @throws IllegalArgumentException if the rank is larger than a side of a matrix
     */
    Forecast forecast(ExchangeMethod other, int itsRank) {
        List<Setting.Shape> shapes = shapes();
        for (Setting.Shape shape : shapes) {
            requireRank(shape, itsRank);
        }
        if (ranks.isEmpty() || !other.mixedRanks() || itsRank != rank) {
            Setting all = Setting.of(shapes, itsRank, clients, head());
            return Forecast.of(other, all, rounds, coding);
        }
        long sum = ranks.stream().mapToLong(Integer::longValue).sum();
        Setting server = new Setting(shapes, itsRank, Math.max(sum, itsRank), head());
        return Forecast.of(other, server, rounds, coding)
                .withUploads(
                        ranks.stream()
                                .map(own -> new Setting(shapes, own, sum, head()))
                                .map(setting -> Forecast.of(other, setting, rounds, coding))
                                .toList());
    }

    private static void requireRank(Setting.Shape shape, int rank) {
        int bound = Math.min(shape.in(), shape.out());
        if (rank > bound) {
            throw new IllegalArgumentException(
                    "rank is larger than a side of the matrix: rank="
                            + rank
                            + ", target="
                            + shape.name()
                            + ", bound="
                            + bound);
        }
    }
}
