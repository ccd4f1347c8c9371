package dev.gossamer.simulations;

import dev.gossamer.protocols.command.CommandRoot;
import dev.gossamer.simulations.bench.BenchCommand;
import dev.gossamer.simulations.compare.CompareCommand;
import dev.gossamer.simulations.demo.DemoCommand;
import dev.gossamer.simulations.demo.SimulateCommand;
import dev.gossamer.simulations.demo.SweepCommand;
import dev.gossamer.simulations.traffic.TrafficCommand;

import java.lang.management.ManagementFactory;

/** The commands of several nodes in one process. */
public final class SimulationsMain {
    private SimulationsMain() {}

    /** Runs a command; exits with 0 when done, 1 when it failed, 2 for bad usage. */
    public static void main(String... words) {
        System.exit(CommandRoot.run(commands(), words));
    }

    static Object[] commands() {
        return new Object[] {
            new DemoCommand(System::nanoTime),
            new SimulateCommand(System::nanoTime),
            new SweepCommand(),
            new CompareCommand(System.out, System.err, System::nanoTime),
            BenchCommand.of(ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime),
            new TrafficCommand(System.out)
        };
    }
}
