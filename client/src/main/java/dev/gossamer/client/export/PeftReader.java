package dev.gossamer.client.export;

import dev.gossamer.client.adapter.Adapter;
import dev.gossamer.client.adapter.BaseFingerprint;
import dev.gossamer.client.adapter.Heads;
import dev.gossamer.client.adapter.LowRankUpdate;
import dev.gossamer.client.adapter.NewHead;
import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.client.weights.SafeTensors;
import dev.gossamer.client.weights.StoredTensor;
import dev.gossamer.client.weights.WeightsFormatException;
import dev.gossamer.protocols.adapter.AdapterLayout;
import dev.gossamer.protocols.adapter.AdapterLayout.Slice;
import dev.gossamer.protocols.adapter.AdapterState;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The reader of a LoRA adapter as PEFT saves it: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}.
 *
 * <p>The result trains A and B, so that training can go on. What is stored of the head becomes its
 * values; an adapter on one of the head's maps is multiplied out into them. Everything that stock
 * PEFT would apply is applied, and anything else is refused by its name.
 */
public final class PeftReader {
    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";
    private static final String ROOT = "base_model.model.";
    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";

    private final PretrainedModel model;
    private final PeftConfig config;
    private final SafeTensors tensors;
    private final Path file;
    private final Optional<SafeTensors> headFile;

    /** Names within the whole model begin with this. */
    private final String prefix;

    private final Set<String> unread;

    private PeftReader(Path folder, PretrainedModel model) {
        this.model = model;
        file = folder.resolve(WEIGHTS);
        config = PeftConfig.read(JsonFields.read(folder.resolve(CONFIG)));
        if (!Files.isRegularFile(file)) {
            throw new WeightsFormatException(
                    "file is missing: file=" + file + "; other formats can be saved anew by PEFT");
        }
        tensors = SafeTensors.read(file);
        headFile = HeadFile.read(folder);
        unread = new TreeSet<>(tensors.tensors().keySet());
        String own = model.base().architecture().prefix() + ".";
        prefix = unread.stream().anyMatch(name -> name.startsWith(ROOT + own)) ? own : "";
    }

    /** Whether {@code folder} is one of PEFT's. */
    public static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(CONFIG));
    }

    /**
     * The adapter in {@code folder}, on {@code model}.
     *
     * @throws WeightsFormatException naming what is wrong, missing or not supported
     */
    public static TrainedAdapter read(Path folder, PretrainedModel model) {
        return new PeftReader(folder, model).adapter();
    }

    private TrainedAdapter adapter() {
        Map<String, float[]> parts = new TreeMap<>();
        List<Adapter.Target> targets = new ArrayList<>();
        for (Linear linear : model.base().linears()) {
            if (isTarget(linear)) {
                targets.add(target(linear, parts));
            }
        }
        if (targets.isEmpty()) {
            throw wrong("no adapted map of the base, tensors=" + unread.size());
        }
        TrainedAdapter.Use use = headFile.map(HeadFile::use).orElseGet(() -> use(savedClasses()));
        Head head = NewHead.of(model, use, 0).head();
        List<String> trained =
                headFile.map(stored -> besideValues(stored, head, parts))
                        .orElseGet(() -> headValues(head, parts));
        requireNothingUnread(head);
        Adapter adapter = new Adapter(Adapter.Kind.LORA, targets);
        AdapterLayout layout = adapter.layout(Heads.slices(head, trained));
        return new TrainedAdapter(
                new TrainedAdapter.Base(model.name(), BaseFingerprint.of(model.base())),
                use,
                adapter,
                trained,
                new AdapterState(layout, flat(layout, parts)));
    }

    private boolean isTarget(Linear linear) {
        String module = prefix + linear.name();
        boolean stored = unread.contains(ROOT + module + A) || unread.contains(ROOT + module + B);
        if (stored != config.targets().test(module)) {
            throw wrong(
                    (stored
                                    ? "tensors of a module that target_modules does not name: "
                                    : "no tensors of a module that target_modules names: ")
                            + "module="
                            + module);
        }
        return stored;
    }

    private Adapter.Target target(Linear linear, Map<String, float[]> parts) {
        LowRankUpdate update = update(prefix + linear.name(), linear);
        parts.put(Adapter.sliceOfA(linear.name()), update.a());
        parts.put(Adapter.sliceOfB(linear.name()), update.b());
        return new Adapter.Target(
                linear.name(),
                update.rank(),
                linear.in(),
                linear.out(),
                update.scaling(),
                Optional.empty(),
                Optional.empty());
    }

    private LowRankUpdate update(String module, Linear linear) {
        int rank = config.rankOf(module);
        if (rank > Math.min(linear.in(), linear.out())) {
            throw wrong(
                    "rank is larger than a side of the matrix: module="
                            + module
                            + ", rank="
                            + rank
                            + ", bound="
                            + Math.min(linear.in(), linear.out()));
        }
        float[] a = FiniteTensor.values(take(ROOT + module + A), rank, linear.in());
        float[] b = FiniteTensor.values(take(ROOT + module + B), linear.out(), rank);
        return new LowRankUpdate(
                linear.name(), rank, linear.in(), linear.out(), config.scalingOf(module), a, b);
    }

    private StoredTensor take(String name) {
        unread.remove(name);
        return tensors.tensor(name);
    }

    /** How many classes a stored output map has. */
    private Optional<Integer> savedClasses() {
        return List.of("classifier", "classifier.out_proj", "score").stream()
                .flatMap(name -> tensors.find(ROOT + name + ".weight").stream())
                .map(tensor -> tensor.shape().getFirst().intValue())
                .findFirst();
    }

    private TrainedAdapter.Use use(Optional<Integer> saved) {
        Transformer base = model.base();
        Task task =
                model.head()
                        .map(this::taskOf)
                        .filter(found -> saved.isEmpty() || isClassifier(found))
                        .orElseGet(
                                () -> {
                                    if (saved.isPresent()) {
                                        return config.task().filter("TOKEN_CLS"::equals).isPresent()
                                                ? Task.TOKEN_CLASSIFICATION
                                                : Task.SEQUENCE_CLASSIFICATION;
                                    }
                                    throw wrong(
                                            "neither the base nor the adapter has a head: base="
                                                    + model.name());
                                });
        int stored = model.head().map(PeftReader::classesOf).orElse(0);
        int classes = isClassifier(task) ? saved.orElse(stored) : 0;
        List<String> labels =
                model.labels().size() == classes
                        ? model.labels()
                        : IntStream.range(0, classes).mapToObj(i -> "LABEL_" + i).toList();
        return new TrainedAdapter.Use(
                task,
                task == Task.SEQUENCE_CLASSIFICATION
                        ? Optional.of(PoolingChoice.HEAD)
                        : Optional.empty(),
                labels,
                base.architecture().positions());
    }

    private static boolean isClassifier(Task task) {
        return task == Task.SEQUENCE_CLASSIFICATION || task == Task.TOKEN_CLASSIFICATION;
    }

    private Task taskOf(Head head) {
        return switch (head) {
            case Head.SequenceClassifier h -> Task.SEQUENCE_CLASSIFICATION;
            case Head.TokenClassifier h -> Task.TOKEN_CLASSIFICATION;
            case Head.LanguageModel h ->
                    model.base().architecture().causal() ? Task.CAUSAL_LM : Task.MASKED_LM;
        };
    }

    private static int classesOf(Head head) {
        return switch (head) {
            case Head.SequenceClassifier h -> h.output().out();
            case Head.TokenClassifier h -> h.output().out();
            case Head.LanguageModel h -> 0;
        };
    }

    /** Fills {@code parts} with what is stored of the head; the maps that it is stored of. */
    private List<String> headValues(Head head, Map<String, float[]> parts) {
        List<String> trained = new ArrayList<>();
        for (Linear linear : Heads.linears(head)) {
            String name = ROOT + linear.name();
            if (unread.contains(name + A) || unread.contains(name + B)) {
                LowRankUpdate update = update(linear.name(), linear);
                parts.put(linear.name() + ".weight", update.added(linear.weight()).toArray());
                linear.bias().ifPresent(bias -> parts.put(linear.name() + ".bias", bias));
                trained.add(linear.name());
            } else if (unread.contains(name + ".weight")) {
                parts.put(
                        linear.name() + ".weight",
                        FiniteTensor.values(take(name + ".weight"), linear.out(), linear.in()));
                linear.bias()
                        .ifPresent(
                                bias ->
                                        parts.put(
                                                linear.name() + ".bias",
                                                FiniteTensor.values(
                                                        take(name + ".bias"), bias.length)));
                trained.add(linear.name());
            }
        }
        return trained;
    }

    /** The same from a head that lies beside the adapter. */
    private static List<String> besideValues(
            SafeTensors stored, Head head, Map<String, float[]> parts) {
        for (Slice slice : Heads.slices(head, names(head))) {
            StoredTensor tensor = stored.tensor(slice.name());
            parts.put(
                    slice.name(),
                    slice.rows() == 1 && tensor.shape().size() == 1
                            ? FiniteTensor.values(tensor, slice.columns())
                            : FiniteTensor.values(tensor, slice.rows(), slice.columns()));
        }
        return names(head);
    }

    private static List<String> names(Head head) {
        return Heads.linears(head).stream().map(Linear::name).toList();
    }

    private void requireNothingUnread(Head head) {
        if (unread.isEmpty()) {
            return;
        }
        String first = unread.iterator().next();
        String module = first.replaceFirst("^base_model\\.model\\.", "");
        String why =
                first.contains("lora_magnitude")
                        ? "DoRA is not there"
                        : first.contains("lora_embedding") || first.contains("embed")
                                ? "trained embeddings are not there"
                                : "it is of no linear map of the base and of no part of its head";
        throw wrong(
                "tensor is not supported: tensor="
                        + module
                        + ": "
                        + why
                        + ", parts of the head="
                        + names(head));
    }

    private static float[] flat(AdapterLayout layout, Map<String, float[]> parts) {
        float[] values = new float[layout.size()];
        int offset = 0;
        for (Slice slice : layout.slices()) {
            System.arraycopy(parts.get(slice.name()), 0, values, offset, slice.size());
            offset += slice.size();
        }
        return values;
    }

    private WeightsFormatException wrong(String what) {
        return new WeightsFormatException("bad adapter: file=" + file + ": " + what);
    }
}
