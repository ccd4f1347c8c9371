package dev.gossamer.client.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.bench.BenchCase.Work;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.tensor.GemmRates;
import dev.gossamer.client.tensor.GemmRates.Shape;
import dev.gossamer.client.tensor.NativeMemory;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Engine.Precision;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * One case in a process of its own: opens the base, warms up, and then measures in turn the step
 * and the products that it consists of.
 */
final class CaseRun {
    private static final double NANOS = 1e9;
    private static final double MEASURED_NANOS = 8e9;
    private static final int ROUNDS = 5;
    private static final double LONG_NANOS = 2e10;
    private static final int LEAST_ROUNDS = 2;

    /** Who asks for fewer wants to see that it works, and is spared most of the warm-up. */
    private static final double QUICK_STEPS = 10;

    private final BenchCase each;
    private final int threads;
    private final int steps;
    private final LongSupplier nanos;

    /**
     * Runs {@code each} on {@code threads}.
     *
     * @param steps that are measured at least, 0 for as many as take some seconds
     */
    CaseRun(BenchCase each, int threads, int steps, LongSupplier nanos) {
        this.each = each;
        this.threads = threads;
        this.steps = steps;
        this.nanos = nanos;
    }

    /**
     * The record of the case.
     *
     * @throws OpenedCase.RefusedException if the engine has no such storage or precision
     */
    ObjectNode run() {
        try (Workers workers = new Workers(threads)) {
            long begun = nanos.getAsLong();
            OpenedCase opened = OpenedCase.open(each, workers);
            double loadSeconds = (nanos.getAsLong() - begun) / NANOS;
            if (each.work() == Work.GENERATE) {
                return new Generation(each, opened, workers, nanos).run();
            }
            ObjectNode record = train(opened, workers);
            if (each.work() == Work.LOAD) {
                record.put("loadSeconds", rounded(loadSeconds, 1000));
            }
            return record;
        }
    }

    private List<List<Example>> batches(OpenedCase opened) {
        return switch (each.work()) {
            case TEXT -> BenchRows.glosses(opened.pretrained(), each.rows(), each.length());
            case COHORT -> {
                List<List<Example>> all = new ArrayList<>();
                for (int client = 0; client < BenchCases.COHORT; client++) {
                    all.add(rows(opened));
                }
                yield all;
            }
            case STEP, PRIVATE, LOAD, GENERATE -> List.of(rows(opened));
        };
    }

    private List<Example> rows(OpenedCase opened) {
        return BenchRows.random(
                opened.pretrained().base().architecture(), each.rows(), each.length());
    }

    private ObjectNode train(OpenedCase opened, Workers workers) {
        List<List<Example>> batches = batches(opened);
        Training training = new Training(opened, batches);
        IntSupplier work =
                switch (each.work()) {
                    case PRIVATE -> training::privateStep;
                    case COHORT -> training::cohort;
                    case STEP, TEXT, LOAD, GENERATE -> training::step;
                };
        long resting = NativeMemory.liveBytes();
        NativeMemory.resetPeak();
        Pace pace = new Pace(work, nanos);
        pace.warmUp(steps == 0 ? 1 : Math.min(1, steps / QUICK_STEPS));
        long activations = NativeMemory.peakBytes() - resting;
        List<Pace> paces = new ArrayList<>(List.of(pace));
        other(training)
                .ifPresent(
                        step -> {
                            paces.add(new Pace(step, nanos));
                            paces.getLast().warmUp(0);
                        });
        Transformer base = opened.pretrained().base();
        double gemm = alternate(paces, StepWork.products(base, batchTokens(batches)), workers);
        ObjectNode record = record(opened, pace, gemm);
        record.put("activationBytes", activations);
        if (paces.size() > 1) {
            String field = each.work() == Work.COHORT ? "speedup" : "againstPlain";
            record.put(field, rounded(paces.get(1).stepMillis() / pace.stepMillis(), 1000));
        }
        return record;
    }

    /** What the work is compared with, measured in turn with it. */
    private Optional<IntSupplier> other(Training training) {
        return switch (each.work()) {
            case COHORT -> Optional.of(training::oneByOne);
            case PRIVATE -> Optional.of(training::step);
            case STEP, TEXT, LOAD, GENERATE -> Optional.empty();
        };
    }

    /** The tokens that go through the products together. */
    private int batchTokens(List<List<Example>> batches) {
        int tokens = batches.stream().flatMap(List::stream).mapToInt(Example::tokens).sum();
        return each.work() == Work.COHORT ? tokens : tokens / batches.size();
    }

    /** Measures step and products in turn; the rate of the products together. */
    private double alternate(List<Pace> paces, Map<Shape, Integer> products, Workers workers) {
        List<Shape> shapes = List.copyOf(products.keySet());
        GemmRates rates = new GemmRates(shapes, nanos);
        List<List<List<Double>>> rounds = new ArrayList<>();
        boolean fp32 = each.precision() == Precision.FP32;
        try (LibraryRates libraries = new LibraryRates(shapes, threads)) {
            long begun = nanos.getAsLong();
            int done = 0;
            while (goesOn(rounds.size(), done, nanos.getAsLong() - begun)) {
                int stepsOfRound = 0;
                for (Pace pace : paces) {
                    stepsOfRound = pace.run();
                }
                done += stepsOfRound;
                List<List<Double>> contenders = new ArrayList<>();
                if (fp32) {
                    contenders.addAll(libraries.measure());
                    contenders.add(rates.byWorkers(workers));
                } else {
                    contenders.add(rates.byWorkersInBfloat16(workers));
                }
                rounds.add(contenders);
            }
        }
        return StepWork.rate(products, best(rounds, shapes.size()));
    }

    private boolean goesOn(int rounds, int done, long elapsed) {
        if (steps > 0) {
            return done < steps;
        }
        return elapsed < MEASURED_NANOS
                || rounds < LEAST_ROUNDS
                || (rounds < ROUNDS && elapsed < LONG_NANOS);
    }

    /** For each shape, the best contender's median over the rounds. */
    private static List<Double> best(List<List<List<Double>>> rounds, int shapes) {
        List<Double> best = new ArrayList<>();
        for (int shape = 0; shape < shapes; shape++) {
            double most = 0;
            for (int contender = 0; contender < rounds.getFirst().size(); contender++) {
                int c = contender;
                int s = shape;
                most =
                        Math.max(
                                most,
                                Median.of(rounds.stream().map(r -> r.get(c).get(s)).toList()));
            }
            best.add(most);
        }
        return best;
    }

    private ObjectNode record(OpenedCase opened, Pace pace, double gemm) {
        double tokens = pace.tokensPerSecond();
        double step = StepWork.flops(opened.pretrained().base(), tokens) / NANOS;
        return JsonNodeFactory.instance
                .objectNode()
                .put("case", each.name())
                .put("tokensPerSecond", rounded(tokens, 10))
                .put("stepGflops", rounded(step, 100))
                .put("gemmGflops", rounded(gemm, 100))
                .put("share", rounded(step / gemm, 10_000))
                .put("peakBytes", ProcessMemory.peakResidentBytes())
                .put("stepMillis", rounded(pace.stepMillis(), 1000))
                .put("baseBytes", opened.baseBytes())
                .put("offHeapBytes", NativeMemory.peakBytes())
                .put("threads", threads)
                .put("storage", each.storage().name().toLowerCase(Locale.ROOT))
                .put("precision", each.precision().name().toLowerCase(Locale.ROOT));
    }

    static double rounded(double value, double parts) {
        return Math.rint(value * parts) / parts;
    }
}
