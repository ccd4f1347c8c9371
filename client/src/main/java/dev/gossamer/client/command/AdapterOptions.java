package dev.gossamer.client.command;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.AdapterStart;
import dev.gossamer.client.adapter.Initialisation;
import dev.gossamer.client.adapter.TargetSelector;
import dev.gossamer.client.adapter.TargetSelector.Choice;
import dev.gossamer.client.data.Example;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.Engine.LoadedBase;
import dev.gossamer.client.train.Progress;

import picocli.CommandLine.Option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Which adapter is trained, and what it begins with. */
final class AdapterOptions {
    /** What an adapter is called on the command line. */
    private enum Shape {
        LORA,
        A_ONLY,
        B_ONLY,
        LORA_XS,
        LORA_SB
    }

    /** What LoRA's factors begin with. */
    private enum Init {
        KAIMING,
        PISSA,
        EVA
    }

    @Option(
            names = "--adapter",
            defaultValue = "lora",
            paramLabel = "KIND",
            description = "lora, lora-xs, lora-sb, a-only or b-only")
    private String adapter;

    @Option(
            names = "--rank",
            defaultValue = "8",
            paramLabel = "N",
            description = "of the product that is added to each map")
    private int rank;

    @Option(
            names = "--alpha",
            paramLabel = "X",
            description = "scales LoRA's product by alpha / rank; twice the rank where not given")
    private Double alpha;

    @Option(
            names = "--targets",
            split = ",",
            defaultValue = TargetSelector.ALL,
            paramLabel = "NAME,...",
            description = "which maps are adapted: all-linear, roles as query, names or patterns")
    private List<String> targets;

    @Option(
            names = "--rank-of",
            paramLabel = "NAME=N",
            description = "another rank for some targets; repeatable")
    private Map<String, Integer> ranks = Map.of();

    @Option(
            names = "--init",
            defaultValue = "kaiming",
            paramLabel = "KIND",
            description = "what LoRA begins with: kaiming, pissa or eva")
    private String init;

    @Option(
            names = "--init-rows",
            defaultValue = "256",
            paramLabel = "N",
            description = "training rows that lora-sb and eva look at first")
    private int initRows;

    /**
     * What an adapter may be started from.
     *
     * @param rows of the training
     * @param learningRate of LoRA-SB's first step
     * @param loaded laid out only where it is asked for
     */
    record Ground(
            Transformer base,
            Head head,
            List<Example> rows,
            int batchSize,
            double learningRate,
            long seed,
            Workers workers,
            Supplier<LoadedBase> loaded,
            Progress progress) {}

    private Shape shape() {
        return Words.parse("--adapter", adapter, Shape.class);
    }

    private Init init() {
        Init parsed = Words.parse("--init", init, Init.class);
        if (parsed != Init.KAIMING && shape() != Shape.LORA) {
            throw new IllegalArgumentException(
                    "initialisation is of LoRA alone: --init=" + init + ", --adapter=" + adapter);
        }
        return parsed;
    }

    private double scaledBy() {
        double value = alpha == null ? 2.0 * rank : alpha;
        if (!(value > 0) || !Double.isFinite(value)) {
            throw new IllegalArgumentException("out of range: --alpha=" + value + ", bound=0");
        }
        if (alpha != null && (shape() == Shape.LORA_XS || shape() == Shape.LORA_SB)) {
            throw new IllegalArgumentException(
                    "alpha scales nothing where R is trained: --alpha="
                            + alpha
                            + ", --adapter="
                            + adapter);
        }
        return value;
    }

    /** The learning rate where none is given: R is small and wants a larger one. */
    double usualLearningRate() {
        return switch (shape()) {
            case LORA, A_ONLY, B_ONLY -> 1e-3;
            case LORA_XS, LORA_SB -> 5e-3;
        };
    }

    /** Refuses options that do not fit together, before anything is opened. */
    void check() {
        Words.atLeast("--rank", rank, 1);
        init();
        scaledBy();
        Words.atLeast("--init-rows", initRows, 1);
    }

    /** The adapter and its first values. */
    AdapterStart start(Ground ground) {
        List<Choice> choices = new TargetSelector(targets, rank, ranks).select(ground.base());
        return switch (shape()) {
            case A_ONLY -> kaiming(choices, Adapter.Kind.A_ONLY, ground);
            case B_ONLY -> kaiming(choices, Adapter.Kind.B_ONLY, ground);
            case LORA_XS -> Initialisation.loraXs(choices, ground.seed(), ground.workers());
            case LORA_SB -> loraSb(choices, ground);
            case LORA ->
                    switch (init()) {
                        case KAIMING -> kaiming(choices, Adapter.Kind.LORA, ground);
                        case PISSA -> Initialisation.pissa(choices, scaledBy(), ground.workers());
                        case EVA -> eva(choices, ground);
                    };
        };
    }

    private AdapterStart kaiming(List<Choice> choices, Adapter.Kind kind, Ground ground) {
        return Initialisation.kaiming(choices, kind, scaledBy(), ground.seed());
    }

    private AdapterStart loraSb(List<Choice> choices, Ground ground) {
        List<List<Example>> batches = batches(ground);
        return Initialisation.loraSb(
                choices,
                ground.loaded()
                        .get()
                        .weightGradients(names(choices), ground.head(), batches, ground.progress()),
                ground.learningRate() / batches.size(),
                ground.workers());
    }

    private AdapterStart eva(List<Choice> choices, Ground ground) {
        return Initialisation.eva(
                choices,
                ground.loaded()
                        .get()
                        .inputMoments(names(choices), sample(ground), ground.progress()),
                scaledBy(),
                ground.workers());
    }

    private List<Example> sample(Ground ground) {
        return ground.rows().subList(0, Math.min(initRows, ground.rows().size()));
    }

    private List<List<Example>> batches(Ground ground) {
        List<Example> sample = sample(ground);
        List<List<Example>> batches = new ArrayList<>();
        for (int from = 0; from < sample.size(); from += ground.batchSize()) {
            batches.add(sample.subList(from, Math.min(sample.size(), from + ground.batchSize())));
        }
        return batches;
    }

    private static List<String> names(List<Choice> choices) {
        return choices.stream().map(choice -> choice.linear().name()).toList();
    }

    /** What these options say, for a checkpoint. */
    Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("adapter", adapter);
        settings.put("rank", String.valueOf(rank));
        settings.put("alpha", String.valueOf(scaledBy()));
        settings.put("targets", String.join(",", targets));
        settings.put("rank-of", new TreeMap<>(ranks).toString());
        settings.put("init", init);
        settings.put("init-rows", String.valueOf(initRows));
        return settings;
    }
}
