package dev.gossamer.simulations.compare;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/** {@code compare}: what methods reach for the bytes that they send. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        description =
                "Runs each arm of a comparison at the rate that suits it, on several seeds, and"
                    + " leaves a table, an object and a picture. It goes on where it was stopped;"
                    + " exit code 1 says that an assertion of the file does not hold.")
public final class CompareCommand implements Callable<Integer> {
    private static final int FAILED = 1;

    @Parameters(paramLabel = "COMPARISON.yaml")
    private Path file;

    @Option(names = "--out", required = true, description = "where results are kept and found")
    private Path out;

    @Option(names = "--arms", split = ",", description = "their labels; all where none is given")
    private List<String> arms = List.of();

    @Option(names = "--threads", description = "workers that compute; changes no result")
    private int threads = 2;

    @Option(names = "--json", description = "the object on standard output, not the table")
    private boolean json;

    private final PrintStream print;
    private final PrintStream progress;
    private final LongSupplier nanos;

    /**
     * The command.
     *
     * @param print gets the table or the object
     * @param progress gets a line for each run
     * @param nanos the clock that runs are timed by
     */
    public CompareCommand(PrintStream print, PrintStream progress, LongSupplier nanos) {
        this.print = print;
        this.progress = progress;
        this.nanos = nanos;
    }

    @Override
    public Integer call() {
        Comparison comparison = ComparisonReader.read(file).only(arms);
        ComparisonReport report = ComparisonReport.of(comparison, outcomes(comparison));
        write("results.md", report.toMarkdown());
        write("results.json", report.toJson());
        write("results.svg", new BytesChart(comparison.name(), report.outcomes()).toSvg());
        print.print(json ? report.toJson() : report.toMarkdown());
        return report.holds() ? 0 : FAILED;
    }

    private List<ArmOutcome> outcomes(Comparison comparison) {
        // Every run file is held to its bounds before a folder is made.
        comparison.requireReadable();
        created(out);
        try (Contest contest =
                new Contest(
                        comparison,
                        CellLog.open(out.resolve("cells.jsonl")),
                        () -> new SimulatedCells(out.resolve("work"), threads, nanos),
                        progress)) {
            return contest.outcomes();
        }
    }

    private static void created(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private void write(String name, String text) {
        Path target = out.resolve(name);
        Path part = out.resolve(name + ".part");
        try {
            Files.writeString(part, text);
            Files.move(
                    part,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unwritable(target, e);
        }
    }

    private static UncheckedIOException unwritable(Path path, IOException e) {
        return new UncheckedIOException(
                "cannot write: path="
                        + path
                        + ", cause="
                        + e.getClass().getSimpleName()
                        + "; choose another folder with --out",
                e);
    }
}
