package dev.gossamer.client.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.gossamer.client.bench.BenchCase.AdapterKind;
import dev.gossamer.client.bench.BenchCase.Work;
import dev.gossamer.client.command.Surroundings;
import dev.gossamer.client.train.Engine.Precision;
import dev.gossamer.client.train.Engine.Storage;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** {@code bench engine}: training steps against the matrix products that they consist of. */
@Command(
        name = "engine",
        mixinStandardHelpOptions = true,
        description = "Measures training steps against the matrix products that they consist of.",
        footer = {
            "",
            "Each case runs in a process of its own. Without --case, all of them: some minutes.",
            "With --base, the one case that --rows, --length and the other options describe.",
            "The columns: docs/benchmarks.md."
        })
public final class EngineBenchCommand implements Callable<Integer> {
    @Option(names = "--case", paramLabel = "NAME", description = "one case; repeatable")
    private List<String> names = List.of();

    @Option(names = "--list", description = "the names of all cases, one a line")
    private boolean list;

    @Option(names = "--json", description = "one JSON array instead of a table")
    private boolean json;

    @Option(
            names = "--threads",
            defaultValue = "0",
            paramLabel = "N",
            description = "cores to compute on; 0 takes all")
    private int threads;

    @Option(
            names = "--steps",
            defaultValue = "0",
            paramLabel = "N",
            description = "steps to measure at least; 0 takes as many as last some seconds")
    private int steps;

    @Option(
            names = "--base",
            paramLabel = "NAME|DIR|FILE",
            description = "measure a base of your own, as train takes it")
    private String base;

    @Option(names = "--rows", defaultValue = "16", paramLabel = "N", description = "of a batch")
    private int rows;

    @Option(names = "--length", defaultValue = "128", paramLabel = "N", description = "of a row")
    private int length;

    @Option(names = "--rank", defaultValue = "16", paramLabel = "N", description = "of every map")
    private int rank;

    @Option(names = "--adapter", defaultValue = "lora-sb", description = "lora or lora-sb")
    private String adapter;

    @Option(names = "--private", description = "clip each row's gradient")
    private boolean clipped;

    @Option(
            names = "--weights",
            defaultValue = "fp32",
            paramLabel = "KIND",
            description = "fp32, bf16, int8 or blocks")
    private String weights;

    @Option(
            names = "--precision",
            defaultValue = "fp32",
            paramLabel = "KIND",
            description = "fp32 or bf16")
    private String precision;

    @Option(names = "--child", hidden = true, description = "measure in this process")
    private boolean child;

    @Option(names = "--products", hidden = true, description = "measure products alone")
    private String products;

    private final Surroundings surroundings;

    /** The command in {@code surroundings}. */
    public EngineBenchCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (list) {
            BenchCases.list().forEach(each -> surroundings.out().println(each.name()));
            return 0;
        }
        if (products != null) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            LibraryRates.answer(products, workers(), surroundings.nanos(), in, surroundings.out());
            return 0;
        }
        List<BenchCase> cases = cases();
        return child
                ? measure(cases.getFirst())
                : new CaseProcesses(surroundings, json).run(cases, this::words);
    }

    private int workers() {
        if (threads < 0) {
            throw new IllegalArgumentException("out of range: --threads=" + threads + ", bound=0");
        }
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    private List<BenchCase> cases() {
        if (steps < 0) {
            throw new IllegalArgumentException("out of range: --steps=" + steps + ", bound=0");
        }
        if (base != null) {
            return List.of(ownCase());
        }
        return names.isEmpty() ? BenchCases.list() : names.stream().map(BenchCases::named).toList();
    }

    private BenchCase ownCase() {
        Path last = Path.of(base).getFileName();
        return BenchCases.step(
                last == null ? base : last.toString(),
                base,
                word("--adapter", adapter, AdapterKind.values()),
                clipped ? Work.PRIVATE : Work.STEP,
                rows,
                length,
                rank,
                word("--weights", weights, Storage.values()),
                word("--precision", precision, Precision.values()));
    }

    private static <E extends Enum<E>> E word(String option, String word, E[] all) {
        List<String> words = new ArrayList<>();
        for (E each : all) {
            words.add(each.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
        if (!words.contains(word)) {
            throw new IllegalArgumentException(
                    "unknown word: " + option + "=" + word + ", one of=" + words);
        }
        return all[words.indexOf(word)];
    }

    /** What a child is told, so that it finds the very same case. */
    private List<String> words(BenchCase each) {
        List<String> words = new ArrayList<>(List.of("bench", "engine", "--child"));
        words.addAll(List.of("--threads", Integer.toString(workers())));
        words.addAll(List.of("--steps", Integer.toString(steps)));
        if (base == null) {
            words.addAll(List.of("--case", each.name()));
            return words;
        }
        words.addAll(List.of("--base", base, "--adapter", adapter));
        words.addAll(List.of("--rows", Integer.toString(rows)));
        words.addAll(List.of("--length", Integer.toString(length)));
        words.addAll(List.of("--rank", Integer.toString(rank)));
        words.addAll(List.of("--weights", weights, "--precision", precision));
        if (clipped) {
            words.add("--private");
        }
        return words;
    }

    /** Prints one record, or why there is none. */
    private int measure(BenchCase each) {
        ArrayNode records = JsonNodeFactory.instance.arrayNode();
        try {
            JsonNode record = new CaseRun(each, workers(), steps, surroundings.nanos()).run();
            records.add(record);
        } catch (OpenedCase.RefusedException e) {
            records.addObject().put("case", each.name()).put(CaseProcesses.REFUSED, e.getMessage());
        }
        surroundings.out().println(records.get(0));
        return 0;
    }
}
