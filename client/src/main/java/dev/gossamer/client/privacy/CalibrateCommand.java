package dev.gossamer.client.privacy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.gossamer.client.command.Surroundings;
import dev.gossamer.privacy.accountant.Accountant;
import dev.gossamer.privacy.accountant.Calibration;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code privacy calibrate}: the least noise for an epsilon. */
@Command(
        name = "calibrate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "The least noise multiplier, in all phases, at which an epsilon is kept.")
public final class CalibrateCommand implements Callable<Integer> {
    @Option(names = "--epsilon", required = true, paramLabel = "E")
    private double epsilon;

    @Mixin private ReleaseOptions options;

    private final Surroundings surroundings;

    /** The command. */
    public CalibrateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        Accountant accountant = options.accountant();
        Calibration found =
                Calibration.find(
                        accountant, s -> options.event(List.of(s)), epsilon, options.delta());
        if (options.json()) {
            surroundings
                    .out()
                    .println(
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("noiseMultiplier", found.noiseMultiplier())
                                    .put("epsilon", found.epsilon())
                                    .put("delta", options.delta())
                                    .put("accountant", accountant.name())
                                    .put("adjacency", accountant.adjacency().key()));
        } else {
            line("%-16s %s", "noise multiplier", Upwards.of(found.noiseMultiplier()));
            line("%-16s %s by %s", "epsilon", Upwards.of(found.epsilon()), accountant.name());
            line("%-16s %s", "delta", options.delta());
            line("%-16s %s", "adjacency", accountant.adjacency());
        }
        return 0;
    }

    private void line(String form, Object... values) {
        surroundings.out().println(String.format(Locale.ROOT, form, values));
    }
}
