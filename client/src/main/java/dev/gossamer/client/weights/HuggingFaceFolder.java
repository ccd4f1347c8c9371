package dev.gossamer.client.weights;

import dev.gossamer.client.model.Architecture;
import dev.gossamer.client.model.Head;
import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.weights.Family.HeadKind;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The reader of a model as Hugging Face's libraries save it: a folder with {@code config.json}, the
 * weights as safetensors in one file or in shards, and, where they were saved too, {@code
 * tokenizer.json}, a chat template and a model card.
 *
 * <p>Everything is checked here, and named if it is wrong; the matrices stay in the mapped files.
 */
public final class HuggingFaceFolder {
    private static final String CONFIG = "config.json";

    private final Path folder;
    private final ModelConfig config;
    private final Checkpoint checkpoint;

    private HuggingFaceFolder(Path folder, ModelConfig config, Checkpoint checkpoint) {
        this.folder = folder;
        this.config = config;
        this.checkpoint = checkpoint;
    }

    /** Whether {@code folder} looks like one. */
    public static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(CONFIG));
    }

    /**
     * The model in {@code folder}.
     *
     * @throws WeightsFormatException if a file is missing or malformed, a tensor is missing or of
     *     another shape, or the architecture is none of those that are there
     */
    public static PretrainedModel read(Path folder) {
        return open(folder).model();
    }

    /** The folder with its config and the headers of its weights read. */
    static HuggingFaceFolder open(Path folder) {
        Path file = folder.resolve(CONFIG);
        if (!Files.isRegularFile(file)) {
            throw new WeightsFormatException(
                    "no model folder, config.json is missing: folder=" + folder);
        }
        ModelConfig config = new ModelConfig(JsonFile.read(file), file.toString());
        return new HuggingFaceFolder(folder, config, Checkpoint.read(folder));
    }

    Checkpoint checkpoint() {
        return checkpoint;
    }

    PretrainedModel model() {
        Optional<String> named = config.texts("architectures").stream().findFirst();
        Family family = named.map(this::familyOfClass).orElseGet(this::familyOfType);
        HeadKind kind = named.map(name -> family.classes().get(name)).orElse(HeadKind.NONE);
        Transformer base;
        Optional<Head> head;
        Optional<Head.Dense> pooler;
        try {
            Architecture shape = family.architecture(config);
            TensorSource tensors = checkpoint.base(shape.prefix());
            base = family.base(config, tensors);
            head =
                    kind == HeadKind.NONE
                            ? Optional.empty()
                            : Optional.of(family.head(kind, config, base, checkpoint));
            pooler =
                    kind == HeadKind.SEQUENCE_CLASSIFIER
                            ? Optional.empty()
                            : family.pooler(base, tensors);
        } catch (IllegalArgumentException e) {
            throw config.wrong(e.getMessage());
        }
        TokenizerFiles text = TokenizerFiles.of(folder);
        return new PretrainedModel(
                folder.toString(),
                base,
                head,
                pooler,
                config.labels(),
                text.tokenizer(),
                text.chatTemplate(),
                ModelCard.licence(folder).orElse("unknown"),
                checkpoint.bytes());
    }

    private Family familyOfClass(String name) {
        return Families.ALL.stream()
                .filter(family -> family.classes().containsKey(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                config.wrong(
                                        "unknown architecture: architectures="
                                                + name
                                                + ", known="
                                                + Families.classes()));
    }

    private Family familyOfType() {
        String type = config.text("model_type").orElse("none");
        return Families.ALL.stream()
                .filter(family -> family.modelTypes().contains(type))
                .findFirst()
                .orElseThrow(
                        () ->
                                config.wrong(
                                        "unknown architecture: model_type="
                                                + type
                                                + ", known="
                                                + Families.modelTypes()));
    }
}
