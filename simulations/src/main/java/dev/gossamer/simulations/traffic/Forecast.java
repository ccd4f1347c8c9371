package dev.gossamer.simulations.traffic;

import dev.gossamer.protocols.method.Cellm;
import dev.gossamer.protocols.method.Cost;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.method.Setting;
import dev.gossamer.protocols.run.RunFile;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;

/**
 * What one client will send and be sent by one method.
 *
 * @param rounds of the whole run; up and down are means over them
 */
public record Forecast(String method, int rank, int rounds, Traffic values, Traffic bytes) {
    /**
     * Numbers of one kind: of one round up and down, and once in the run.
     *
     * @param oneOff down, before the first round
     * @param oneOffUp up, before the first round: what all return of whom the basis is made
     * @param start the adapter before the first round, as far as it does not follow from the seed;
     *     with it, the result of the last round is one of those that go down
     * @param first the same adapter whole, which the node that makes it sends up once in a run
     */
    public record Traffic(long up, long down, long oneOff, long oneOffUp, long start, long first) {
        private Traffic withUp(long other) {
            return new Traffic(other, down, oneOff, oneOffUp, start, first);
        }

        /** All of a run of {@code rounds} in which as many adapters go down; no start. */
        public long total(int rounds) {
            return Math.addExact(Math.multiplyExact(rounds, up + down), once());
        }

        /** What goes either way before the first round; no start. */
        public long once() {
            return oneOff + oneOffUp;
        }
    }

    /**
     * How values travel in one direction.
     *
     * @param density the share that does, in (0, 1]; empty for the method's own
     */
    public record Way(Values values, OptionalDouble density) {
        /** A way whose density is within its range. */
        public Way {
            density.ifPresent(Way::requireShare);
        }

        private static void requireShare(double density) {
            if (!(density > 0 && density <= 1)) {
                throw new IllegalArgumentException(
                        "out of range: density=" + density + ", bound=(0,1]");
            }
        }

        private long bytes(long kept, long size) {
            return values.bytes(kept, size);
        }
    }

    /**
     * How all that travels is written.
     *
     * @param upload updates
     * @param download adapters
     * @param bases what is sent once, or again where the basis is made anew
     */
    public record Coding(Way upload, Way download, Bases bases) {}

    /**
     * The forecast of {@code run} by its own method.
     *
     * @throws IllegalArgumentException if the shape of its base or its method is not known
     */
    public static Forecast of(RunFile run) {
        TrafficPlan plan = TrafficPlan.of(run);
        return plan.forecast(ExchangeMethod.of(run), plan.rank());
    }

    /** The forecast of {@code method} in {@code setting}. */
    public static Forecast of(ExchangeMethod method, Setting setting, int rounds, Coding coding) {
        Way upload = coding.upload();
        Way download = coding.download();
        Bases bases = coding.bases();
        Sum values = new Sum();
        Sum bytes = new Sum();
        for (int round = 0; round < rounds; round++) {
            Cost dense = dense(method).cost(setting, round);
            long up = kept(dense.up(), upload.density().orElse(ownUpload(method)));
            long down = kept(dense.down(), download.density().orElse(ownDownload(method)));
            values.add(up, down + dense.residual());
            bytes.add(
                    upload.bytes(up, dense.up()),
                    download.bytes(down, dense.down())
                            // What is added to a base is not rounded.
                            + Values.FP32.bytes(dense.residual(), dense.residual()));
        }
        long oneOff = method.cost(setting, 0).oneOff();
        Bases.Passes passes = bases.passes(method, setting);
        long start = setting.head() + (method.hasBasis() ? setting.r() : 0);
        long first = start + (method.hasBasis() ? 0 : setting.a() + setting.b());
        long again = method.hasBasis() ? bases.again(rounds) : 0;
        long merged = bases.merged(setting);
        values.add(again * passes.up(), again * (oneOff + passes.down() + merged));
        // Passes, base changes and starts travel in full precision, whatever the updates do.
        long onceDown = bases.values().bytes(oneOff, oneOff) + fp32(passes.down());
        bytes.add(again * fp32(passes.up()), again * (onceDown + fp32(merged)));
        return new Forecast(
                method.name(),
                setting.rank(),
                rounds,
                values.mean(
                        rounds,
                        new Traffic(0, 0, oneOff + passes.down(), passes.up(), start, first)),
                bytes.mean(
                        rounds,
                        new Traffic(0, 0, onceDown, fp32(passes.up()), fp32(start), fp32(first))));
    }

    private static long fp32(long values) {
        return Values.FP32.bytes(values, values);
    }

    /** The same with the mean of what {@code clients} send, who differ in their ranks. */
    Forecast withUploads(List<Forecast> clients) {
        return new Forecast(
                method,
                rank,
                rounds,
                values.withUp(mean(clients, client -> client.values.up())),
                bytes.withUp(mean(clients, client -> client.bytes.up())));
    }

    private static long mean(List<Forecast> all, ToLongFunction<Forecast> part) {
        return Math.round(all.stream().mapToLong(part).average().orElseThrow());
    }

    private static double ownUpload(ExchangeMethod method) {
        return method instanceof Cellm cellm ? cellm.uploadDensity() : 1;
    }

    private static double ownDownload(ExchangeMethod method) {
        return method instanceof Cellm cellm ? cellm.downloadDensity() : 1;
    }

    /** Densities are those of the ways here, also where the method has some of its own. */
    private static ExchangeMethod dense(ExchangeMethod method) {
        return method instanceof Cellm ? new Cellm(1, 1) : method;
    }

    private static long kept(long values, double density) {
        return (long) Math.floor(density * values);
    }

    /** Sums over rounds. */
    private static final class Sum {
        private long up;
        private long down;

        void add(long moreUp, long moreDown) {
            up = Math.addExact(up, moreUp);
            down = Math.addExact(down, moreDown);
        }

        /** The means, and what {@code once} says is sent once. */
        Traffic mean(int rounds, Traffic once) {
            return new Traffic(
                    Math.round((double) up / rounds),
                    Math.round((double) down / rounds),
                    once.oneOff(),
                    once.oneOffUp(),
                    once.start(),
                    once.first());
        }
    }

    /**
     * The rounds after which this method has cost as many bytes as {@code other}, both directions
     * and one-off costs counted; empty if it never gets there.
     */
    public OptionalDouble breakEven(Forecast other) {
        double oneOff = bytes.once() - (double) other.bytes.once();
        double saved = other.bytes.up() + other.bytes.down() - (double) bytes.up() - bytes.down();
        if (oneOff <= 0 && saved >= 0) {
            return OptionalDouble.of(0);
        }
        return saved > 0 ? OptionalDouble.of(oneOff / saved) : OptionalDouble.empty();
    }
}
