package dev.gossamer.simulations.demo;

import dev.gossamer.protocols.run.RunFile;
import dev.gossamer.protocols.run.RunFileReader;
import dev.gossamer.simulations.federation.VirtualFederation;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/** {@code simulate}: the run of a run file, in virtual time. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = "Runs a run file in virtual time, with the very code of the demo.")
public final class SimulateCommand implements Callable<Integer> {
    private static final double NANOS = 1e9;

    @Parameters(paramLabel = "RUN.yaml")
    private Path file;

    @Mixin private RunOptions options;

    private final LongSupplier nanos;

    /**
     * The command.
     *
     * @param nanos the clock that baselines are timed by
     */
    public SimulateCommand(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public Integer call() {
        RunFile run = RunFileReader.read(file);
        return RunCommand.run(
                run,
                options,
                nanos,
                federation ->
                        VirtualFederation.run(federation, run.simulate().orElseThrow()) / NANOS);
    }
}
