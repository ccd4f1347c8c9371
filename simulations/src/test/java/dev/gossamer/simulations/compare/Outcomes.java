package dev.gossamer.simulations.compare;

import dev.gossamer.simulations.experiment.Measure;
import dev.gossamer.simulations.traffic.Forecast;
import dev.gossamer.simulations.traffic.Forecast.Traffic;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Outcomes without runs. */
final class Outcomes {
    private Outcomes() {}

    /**
     * An arm of one client and two seeds.
     *
     * @param megabytes both ways, without the basis
     * @param basis megabytes of it
     * @param accuracy on the first seed, a hundredth less than on the second
     */
    static ArmOutcome of(
            String label, String method, double megabytes, double basis, double accuracy) {
        return of(label, method, megabytes, basis, accuracy, OptionalDouble.empty());
    }

    /** The same with an aggregation error. */
    static ArmOutcome of(
            String label,
            String method,
            double megabytes,
            double basis,
            double accuracy,
            OptionalDouble error) {
        Rate rate = new Rate(0.01, OptionalDouble.empty());
        long half = Math.round(megabytes * 5e5);
        long basisBytes = Math.round(basis * 1e6);
        List<CellResult> scores = new ArrayList<>();
        for (int seed = 1; seed <= 2; seed++) {
            scores.add(
                    new CellResult(
                            label + seed,
                            label,
                            rate,
                            seed,
                            "test",
                            "done",
                            OptionalDouble.of(accuracy + 0.01 * (seed - 1)),
                            new CellResult.Bytes(half, half + basisBytes, 0, basisBytes),
                            error,
                            1));
        }
        Traffic traffic = new Traffic(1000, 2000, 3000, 0, 0, 0);
        Forecast forecast = new Forecast(method, 4, 8, traffic, traffic);
        return new ArmOutcome(label, Measure.ACCURACY, forecast, 1, rate, false, scores);
    }

    /** As many arms as a whole comparison has, several of them with equal bytes. */
    static List<ArmOutcome> crowd() {
        return List.of(
                of("fed-sb 8", "fed-sb", 0.5, 1.3, 0.772),
                of("fed-sb 16", "fed-sb", 0.96, 2.65, 0.785),
                of("fed-sb 24", "fed-sb", 1.7, 4.0, 0.789),
                of("fed-sb 32", "fed-sb", 2.8, 5.3, 0.794),
                of("fed-sb 48", "fed-sb", 5.8, 8.0, 0.801),
                of("fedit 4", "fedit", 11.3, 0, 0.803),
                of("fedit 16", "fedit", 44, 0, 0.806),
                of("ffa 1", "ffa", 1.7, 0, 0.741),
                of("ffa 4", "ffa", 5.8, 0, 0.768),
                of("ffa 16", "ffa", 22, 0, 0.781),
                of("rolora 4", "rolora", 5.8, 0, 0.790),
                of("fedex 4", "fedex", 38, 0, 0.804),
                of("fedex 4 cut to 4", "fedex", 16, 0, 0.804),
                of("flora 4", "flora", 39, 0, 0.790),
                of("flexlora 4", "flexlora", 11.3, 0, 0.803),
                of("hetlora 2-8", "hetlora", 13, 0, 0.801),
                of("lora-fair 4", "lora-fair", 11.3, 0, 0.804),
                of("cellm 16 at 1/4", "cellm", 12.1, 0, 0.799));
    }
}
