package dev.gossamer.simulations.traffic;

import dev.gossamer.protocols.method.Cellm;
import dev.gossamer.protocols.method.Cost;
import dev.gossamer.protocols.method.ExchangeMethod;
import dev.gossamer.protocols.method.Setting;

import java.util.OptionalDouble;

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
     */
    public record Traffic(long up, long down, long oneOff) {
        /** All of a run of {@code rounds}. */
        public long total(int rounds) {
            return Math.addExact(Math.multiplyExact(rounds, up + down), oneOff);
        }
    }

    /**
     * How values travel.
     *
     * @param values of updates and adapters
     * @param basis what is sent once
     * @param upload density of what goes up, in (0, 1]
     * @param download density of what goes down, in (0, 1]
     */
    public record Coding(Values values, Values basis, double upload, double download) {
        /** What {@code method} has where nothing is asked for: all values, or its own share. */
        public static Coding of(
                ExchangeMethod method,
                Values values,
                Values basis,
                OptionalDouble upload,
                OptionalDouble download) {
            double up = method instanceof Cellm cellm ? cellm.uploadDensity() : 1;
            double down = method instanceof Cellm cellm ? cellm.downloadDensity() : 1;
            return new Coding(values, basis, upload.orElse(up), download.orElse(down));
        }

        /** Densities within their ranges. */
        public Coding {
            for (double density : new double[] {upload, download}) {
                if (!(density > 0 && density <= 1)) {
                    throw new IllegalArgumentException(
                            "out of range: density=" + density + ", bound=(0,1]");
                }
            }
        }
    }

    /** The forecast of {@code method} in {@code setting}. */
    public static Forecast of(ExchangeMethod method, Setting setting, int rounds, Coding coding) {
        Sum values = new Sum();
        Sum bytes = new Sum();
        Values written = coding.values();
        for (int round = 0; round < rounds; round++) {
            Cost dense = dense(method).cost(setting, round);
            long up = kept(dense.up(), coding.upload());
            long down = kept(dense.down(), coding.download());
            values.add(up, down + dense.residual());
            bytes.add(
                    written.bytes(up, dense.up()),
                    written.bytes(down, dense.down())
                            + written.bytes(dense.residual(), dense.residual()));
        }
        long oneOff = method.cost(setting, 0).oneOff();
        return new Forecast(
                method.name(),
                setting.rank(),
                rounds,
                values.mean(rounds, oneOff),
                bytes.mean(rounds, coding.basis().bytes(oneOff, oneOff)));
    }

    /** Densities are the coding's here, also those of the method whose own they are. */
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

        Traffic mean(int rounds, long oneOff) {
            return new Traffic(
                    Math.round((double) up / rounds), Math.round((double) down / rounds), oneOff);
        }
    }

    /**
     * The rounds after which this method has cost as many bytes as {@code other}, both directions
     * and one-off costs counted; empty if it never gets there.
     */
    public OptionalDouble breakEven(Forecast other) {
        double oneOff = bytes.oneOff() - other.bytes.oneOff();
        double saved = other.bytes.up() + other.bytes.down() - (double) bytes.up() - bytes.down();
        if (oneOff <= 0 && saved >= 0) {
            return OptionalDouble.of(0);
        }
        return saved > 0 ? OptionalDouble.of(oneOff / saved) : OptionalDouble.empty();
    }
}
