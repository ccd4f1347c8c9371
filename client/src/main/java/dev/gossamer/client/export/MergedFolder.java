package dev.gossamer.client.export;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.adapter.Heads;
import dev.gossamer.client.adapter.LowRankUpdate;
import dev.gossamer.client.adapter.PoolingChoice;
import dev.gossamer.client.adapter.TrainedAdapter;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Linear;
import dev.gossamer.client.model.Matrix;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.train.Task;
import dev.gossamer.client.weights.Checkpoint;
import dev.gossamer.client.weights.FloatMatrix;
import dev.gossamer.client.weights.HuggingFaceFolder;
import dev.gossamer.client.weights.PretrainedModel;
import dev.gossamer.client.weights.StoredTensor;
import dev.gossamer.client.weights.TensorType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A base with an adapter merged into its weights, as a folder that stock transformers loads.
 *
 * <p>From a Hugging Face folder everything is copied as it stands but for the tensors that the
 * adapter changes; from other files the config and the names are written anew. A head over a mean
 * or the first token lies beside the bare base, as transformers has no class for it.
 */
public final class MergedFolder {
    private final TrainedAdapter trained;
    private final PretrainedModel model;
    private final Head head;
    private final Optional<TensorType> type;
    private final Transformer merged;

    private MergedFolder(
            TrainedAdapter trained, PretrainedModel model, Head head, Optional<TensorType> type) {
        this.trained = trained;
        this.model = model;
        this.head = trained.applyTo(head);
        this.type = type;
        merged = LowRankUpdate.merged(model.base(), trained.updates());
    }

    /**
     * Writes a new folder.
     *
     * @param head that was attached with the adapter
     * @param type of all floats; where it is empty, what the base's folder has, or fp32
     * @throws IllegalArgumentException if there is something at {@code folder} already, or the base
     *     cannot be stated
     * @throws java.io.UncheckedIOException naming the folder
     */
    public static void write(
            Path folder,
            TrainedAdapter trained,
            PretrainedModel model,
            Head head,
            Optional<TensorType> type) {
        MergedFolder writer = new MergedFolder(trained, model, head, type);
        FolderWriter.create(folder, writer::writeFiles);
    }

    private void writeFiles(Path folder) throws IOException {
        Optional<Path> source = source();
        List<SafeTensorsWriter.Tensor> tensors;
        ObjectNode config;
        if (source.isPresent()) {
            config = (ObjectNode) JsonFields.read(source.get().resolve("config.json")).node();
            tensors = copied(Checkpoint.read(source.get()), changesHead(config));
            TextFiles.copy(source.get(), folder);
        } else {
            config = HuggingFaceConfig.of(merged, head);
            tensors = HuggingFaceTensors.of(merged, prefix(), type.orElse(TensorType.F32));
            tensors.addAll(headTensors(type.orElse(TensorType.F32)));
            TextFiles.write(folder, model, config);
        }
        complete(config);
        Files.write(folder.resolve("config.json"), JsonFields.text(config));
        SafeTensorsWriter.write(
                folder.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
        if (isBare()) {
            SafeTensorsWriter.write(
                    folder.resolve(HeadFile.NAME),
                    headMaps(TensorType.F32),
                    HeadFile.metadata(trained.use()));
        }
        Files.writeString(
                folder.resolve("README.md"),
                new ModelCard(trained, trained.updates(), isBare()).merged());
    }

    /** The folder that the base came from, if it was one. */
    private Optional<Path> source() {
        try {
            return Optional.of(Path.of(model.name())).filter(HuggingFaceFolder::isOne);
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private boolean isBare() {
        return trained.use().pooling().filter(p -> p != PoolingChoice.HEAD).isPresent();
    }

    private String prefix() {
        return isBare() ? "" : model.base().architecture().prefix() + ".";
    }

    private String modelClass() {
        return HuggingFaceConfig.modelClass(model.base().architecture(), trained.use());
    }

    private boolean changesHead(ObjectNode config) {
        return !isBare() && !config.path("architectures").path(0).asText().equals(modelClass());
    }

    private void complete(ObjectNode config) {
        config.putArray("architectures").add(modelClass());
        if (!isBare() && !trained.use().classes().isEmpty()) {
            HuggingFaceConfig.putLabels(config, trained.use().classes());
            config.remove("num_labels");
        }
        boolean stated = config.has("dtype") || config.has("torch_dtype");
        if (type.isPresent() || !stated) {
            String name =
                    switch (type.orElse(TensorType.F32)) {
                        case F16 -> "float16";
                        case BF16 -> "bfloat16";
                        default -> "float32";
                    };
            // Older libraries read the one, newer ones the other.
            config.put("torch_dtype", name);
            config.put("dtype", name);
        }
    }

    /**
     * The folder's own tensors, with those replaced or added that the adapter or the head changes.
     */
    private List<SafeTensorsWriter.Tensor> copied(Checkpoint checkpoint, boolean changesHead) {
        String own = model.base().architecture().prefix() + ".";
        boolean prefixed = checkpoint.hasAny(own);
        Map<String, Linear> changed =
                changedMaps().stream().collect(Collectors.toMap(Linear::name, Function.identity()));
        Map<String, SafeTensorsWriter.Tensor> all = new TreeMap<>();
        for (String name : checkpoint.names()) {
            boolean ofBase = !prefixed || name.startsWith(own);
            if (!ofBase && (changesHead || isBare())) {
                continue;
            }
            String bare = prefixed && ofBase ? name.substring(own.length()) : name;
            String written = ofBase ? prefix() + bare : name;
            StoredTensor stored = checkpoint.tensor(name);
            Optional<Linear> map =
                    bare.endsWith(".weight") && ofBase
                            ? Optional.ofNullable(changed.get(bare.substring(0, bare.length() - 7)))
                            : Optional.empty();
            all.put(
                    written,
                    map.map(linear -> weight(written, linear, stored))
                            .orElseGet(() -> converted(written, stored)));
        }
        if (!isBare()) {
            TensorType floats = type.orElse(floats(checkpoint));
            for (SafeTensorsWriter.Tensor tensor : headTensors(floats)) {
                all.put(tensor.name(), tensor);
            }
        }
        return List.copyOf(all.values());
    }

    private List<Linear> changedMaps() {
        List<String> names =
                trained.adapter().targets().stream().map(target -> target.name()).toList();
        return merged.linears().stream().filter(map -> names.contains(map.name())).toList();
    }

    /** A merged weight the way round that the file has it. */
    private SafeTensorsWriter.Tensor weight(String name, Linear map, StoredTensor stored) {
        boolean turned = model.base().architecture().family().equals("gpt2");
        TensorType floats = type.orElse(stored.type());
        return turned
                ? SafeTensorsWriter.Tensor.of(
                        name, floats, map.in(), map.out(), () -> turned(map.weight()))
                : SafeTensorsWriter.Tensor.of(name, floats, map.weight());
    }

    private SafeTensorsWriter.Tensor converted(String name, StoredTensor stored) {
        boolean floats =
                switch (stored.type()) {
                    case F32, F16, BF16 -> true;
                    case F64, I64, I32, I8, U8, BOOL -> false;
                };
        if (type.isEmpty() || !floats || type.get() == stored.type()) {
            return SafeTensorsWriter.Tensor.of(name, stored);
        }
        return switch (stored.shape().size()) {
            case 1 -> SafeTensorsWriter.Tensor.of(name, type.get(), stored.floats());
            case 2 -> SafeTensorsWriter.Tensor.of(name, type.get(), stored.matrix());
            default -> SafeTensorsWriter.Tensor.of(name, stored);
        };
    }

    /** What the folder's floats are. */
    private static TensorType floats(Checkpoint checkpoint) {
        return checkpoint.names().stream()
                .map(name -> checkpoint.tensor(name).type())
                .filter(
                        found ->
                                found == TensorType.F32
                                        || found == TensorType.F16
                                        || found == TensorType.BF16)
                .findFirst()
                .orElse(TensorType.F32);
    }

    /** The head's tensors but for those that a folder with this head has anyway. */
    private List<SafeTensorsWriter.Tensor> headTensors(TensorType floats) {
        List<SafeTensorsWriter.Tensor> tensors = new ArrayList<>();
        if (isBare()) {
            return tensors;
        }
        tensors.addAll(headMaps(floats));
        if (head instanceof Head.LanguageModel lm && source().isEmpty()) {
            if (trained.use().task() != Task.CAUSAL_LM) {
                throw new IllegalArgumentException(
                        "head cannot be written: task="
                                + trained.use().task().key()
                                + "; take a Hugging Face folder as the base");
            }
            if (!lm.output().equals(model.base().words())) {
                tensors.add(SafeTensorsWriter.Tensor.of("lm_head.weight", floats, lm.output()));
            }
        }
        return tensors;
    }

    private List<SafeTensorsWriter.Tensor> headMaps(TensorType floats) {
        List<SafeTensorsWriter.Tensor> tensors = new ArrayList<>();
        for (Linear map : Heads.linears(head)) {
            tensors.add(SafeTensorsWriter.Tensor.of(map.name() + ".weight", floats, map.weight()));
            map.bias()
                    .map(bias -> SafeTensorsWriter.Tensor.of(map.name() + ".bias", floats, bias))
                    .ifPresent(tensors::add);
        }
        return tensors;
    }

    private static Matrix turned(Matrix matrix) {
        int width = matrix.rows();
        int height = matrix.columns();
        float[] turned = new float[Math.multiplyExact(width, height)];
        float[] column = new float[height];
        for (int i = 0; i < width; i++) {
            matrix.readRow(i, column, 0);
            for (int j = 0; j < height; j++) {
                turned[j * width + i] = column[j];
            }
        }
        return FloatMatrix.of(turned, height, width);
    }
}
