package dev.gossamer.simulations.demo;

import dev.gossamer.client.node.SharedModels;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.World;
import dev.gossamer.simulations.experiment.RunOutcome;
import dev.gossamer.simulations.federation.Federation;

import java.io.PrintStream;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/** What {@code demo} and {@code simulate} do alike: prepare, run, compare, print. */
final class RunCommand {
    private RunCommand() {}

    static int run(
            RunFile file,
            RunOptions options,
            LongSupplier nanos,
            ToDoubleFunction<Federation> host) {
        RunFile seeded =
                options.seed().isPresent() ? file.withSeed(options.seed().getAsLong()) : file;
        RunFile run = seeded.withThreads(options.threads(seeded.train().threads()));
        World world =
                run.simulate()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "run file has no world to simulate: key=simulate;"
                                                        + " add clients, source and partition"));
        PrintStream out = options.json() ? System.err : System.out;
        Console console = new Console(out, terminal() && !options.json());
        console.line(
                "%s: %s, %d clients, %d rounds, seed %d",
                run.name(), run.model().base(), world.clients(), run.rounds().count(), run.seed());
        try (Workers workers = new Workers(run.train().threads())) {
            Showcase showcase = new Showcase(run, world, console, new SharedModels(workers), nanos);
            RunOutcome outcome = showcase.run(options.out(), host, options.baselines());
            if (options.json()) {
                System.out.println(outcome.toJson());
            }
        }
        return 0;
    }

    private static boolean terminal() {
        return Optional.ofNullable(System.console()).filter(c -> c.isTerminal()).isPresent();
    }
}
