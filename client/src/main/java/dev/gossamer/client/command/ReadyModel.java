package dev.gossamer.client.command;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.AdapterStart;
import dev.gossamer.client.adapter.BaseFingerprint;
import dev.gossamer.client.adapter.Initialisation;
import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.adapter.TargetSelector;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.export.AdapterFolder;
import dev.gossamer.client.export.PeftReader;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.tensor.Workers;
import dev.gossamer.client.train.AdaptedModel;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.PretrainedModel;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A base with its head, and an adapter where there is one, ready to compute.
 *
 * @param classes by name, in the order of the scores
 * @param values of the adapter
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read by one command
record ReadyModel(
        PretrainedModel pretrained,
        Task task,
        List<String> classes,
        int maxTokens,
        AdaptedModel model,
        float[] values) {
    /** An adapter that was read, and the base that it is for. */
    record OnBase(PretrainedModel base, TrainedAdapter trained, NewHead head) {}

    /** Reads the adapter in {@code folder}, Gossamer's own or PEFT's, and opens its base. */
    static OnBase read(BaseOptions options, Path folder, Terminal terminal) {
        if (AdapterFolder.isOne(folder)) {
            TrainedAdapter trained = AdapterFolder.read(folder);
            PretrainedModel base = options.open(Optional.of(trained.base().name()), terminal);
            trained.requireBase(base.name(), BaseFingerprint.of(base.base()));
            return new OnBase(base, trained, NewHead.of(base, trained.use(), 0));
        }
        if (PeftReader.isOne(folder)) {
            PretrainedModel base = options.open(Optional.empty(), terminal);
            TrainedAdapter trained = PeftReader.read(folder, base);
            return new OnBase(base, trained, NewHead.of(base, trained.use(), 0));
        }
        throw new IllegalArgumentException(
                "no adapter: --adapter="
                        + folder
                        + "; name a folder with "
                        + AdapterFolder.DESCRIPTION
                        + " or adapter_config.json");
    }

    /**
     * The adapter in {@code folder} on its base, or the bare base where that is null, as picocli
     * leaves an option that is not given.
     *
     * @throws IllegalArgumentException if it is of another task than is asked for
     */
    static ReadyModel open(
            BaseOptions options,
            Path folder,
            Optional<Task> asked,
            Workers workers,
            Terminal terminal) {
        ReadyModel ready =
                folder == null
                        ? bare(options, workers, terminal)
                        : withAdapter(options, folder, workers, terminal);
        if (asked.isPresent() && asked.get() != ready.task()) {
            throw new IllegalArgumentException(
                    "model is for another task: --task="
                            + asked.get().key()
                            + ", base="
                            + ready.pretrained().name()
                            + ", its task="
                            + ready.task().key());
        }
        return ready;
    }

    /** The adapter in {@code folder} on its base. */
    static ReadyModel withAdapter(
            BaseOptions options, Path folder, Workers workers, Terminal terminal) {
        OnBase read = read(options, folder, terminal);
        TrainedAdapter trained = read.trained();
        Transformer base = read.base().base();
        AdaptedModel model =
                options.load(
                                trained.replaced().map(start -> start.base(base)).orElse(base),
                                workers)
                        .attach(
                                trained.adapter(),
                                read.head().head(),
                                Set.copyOf(trained.trainedHead()));
        return new ReadyModel(
                read.base(),
                trained.use().task(),
                trained.use().classes(),
                trained.use().maxTokens(),
                model,
                trained.state().values());
    }

    /**
     * The base with the head that its own files hold.
     *
     * @throws IllegalArgumentException if they hold none
     */
    static ReadyModel bare(BaseOptions options, Workers workers, Terminal terminal) {
        PretrainedModel base = options.open(Optional.empty(), terminal);
        Head head =
                base.head()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "base has no head of its own: base="
                                                        + base.name()
                                                        + "; name an adapter with --adapter"));
        AdapterStart none = nothing(base.base());
        AdaptedModel model =
                options.load(base.base(), workers).attach(none.adapter(), head, Set.of());
        return new ReadyModel(
                base,
                task(base, head),
                base.labels(),
                base.base().architecture().positions(),
                model,
                none.values());
    }

    /** The class of {@code index}; its number where nothing names the classes. */
    String name(int index) {
        return index < classes.size() ? classes.get(index) : String.valueOf(index);
    }

    private static Task task(PretrainedModel base, Head head) {
        return switch (head) {
            case Head.SequenceClassifier _ -> Task.SEQUENCE_CLASSIFICATION;
            case Head.TokenClassifier _ -> Task.TOKEN_CLASSIFICATION;
            case Head.LanguageModel _ ->
                    base.base().architecture().causal() ? Task.CAUSAL_LM : Task.MASKED_LM;
        };
    }

    /** An adapter whose B is zero: an engine takes no model without any. */
    private static AdapterStart nothing(Transformer base) {
        String first = base.linears().getFirst().name();
        return Initialisation.kaiming(
                new TargetSelector(List.of(first), 1).select(base), Adapter.Kind.LORA, 1, 0);
    }
}
