package dev.gossamer.client.weights;

import dev.gossamer.client.model.Transformer;
import dev.gossamer.client.text.SpecialTokens;
import dev.gossamer.client.text.Tokenizer;
import dev.gossamer.client.text.WordPieceVocabulary;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The built-in base models by name.
 *
 * <p>A model is loaded once and shared by every node of the process; guarded by itself.
 */
public final class ModelCatalog {
    private static final ModelCatalog SHARED =
            new ModelCatalog(ArtifactCache.ofEnvironment(), BuiltInModel.ALL);

    private final ArtifactCache cache;
    private final Map<String, BuiltInModel> entries = new TreeMap<>();
    private final Map<String, PretrainedModel> opened = new TreeMap<>();

    /** A catalogue of {@code entries}, which resolve through {@code cache}. */
    ModelCatalog(ArtifactCache cache, List<BuiltInModel> entries) {
        this.cache = cache;
        for (BuiltInModel entry : entries) {
            this.entries.put(entry.name(), entry);
        }
    }

    /** The catalogue of this process. */
    public static ModelCatalog shared() {
        return SHARED;
    }

    /** What is built in, ordered by name. */
    public List<BuiltInModel> entries() {
        return List.copyOf(entries.values());
    }

    /** What is built in under {@code name}, if anything is. */
    public Optional<BuiltInModel> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    /** Whether {@code entry} is usable without a download. */
    public boolean onThisMachine(BuiltInModel entry) {
        return cache.onThisMachine(entry.artifact());
    }

    /**
     * Fetches and unpacks the model of that name, where that was not done before.
     *
     * @throws IllegalArgumentException if there is none of that name
     * @throws ArtifactUnavailableException if it cannot be had
     */
    public void fetch(String name, DownloadProgress progress) {
        cache.resolve(required(name).artifact(), progress);
    }

    /**
     * The model of that name; the same object every time.
     *
     * @throws IllegalArgumentException if there is none of that name
     * @throws ArtifactUnavailableException if it cannot be had
     * @throws WeightsFormatException if its file is malformed
     */
    public synchronized PretrainedModel open(String name, DownloadProgress progress) {
        BuiltInModel entry = required(name);
        PretrainedModel model = opened.get(name);
        if (model == null) {
            model =
                    switch (entry.format()) {
                        case ONNX, ONNX_INT8 -> openOnnx(entry, progress);
                        case GGUF -> openGguf(entry, progress);
                        case TENSORFLOW -> openTensorFlow(entry, progress);
                    };
            opened.put(name, model);
        }
        return model;
    }

    private BuiltInModel required(String name) {
        return find(name)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "unknown base model: name="
                                                + name
                                                + ", built in="
                                                + entries.keySet()));
    }

    private PretrainedModel openOnnx(BuiltInModel entry, DownloadProgress progress) {
        Path weights = file(entry, 0, progress);
        Path text = file(entry, 1, progress);
        // The tokeniser takes as long as everything else together.
        CompletableFuture<Tokenizer> tokenizer =
                CompletableFuture.supplyAsync(() -> Tokenizer.open(text));
        Transformer base = OnnxBert.read(weights);
        PretrainedModel model =
                new PretrainedModel(
                        entry.name(),
                        base,
                        Optional.empty(),
                        List.of(),
                        Optional.of(joined(tokenizer)),
                        Optional.empty(),
                        entry.artifact().licence(),
                        entry.artifact().entries().get(0).sizeBytes());
        return model.withPooler(OnnxBert.pooler(weights));
    }

    private static Tokenizer joined(CompletableFuture<Tokenizer> tokenizer) {
        try {
            return tokenizer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private PretrainedModel openGguf(BuiltInModel entry, DownloadProgress progress) {
        PretrainedModel file = GgufModel.read(file(entry, 0, progress));
        return new PretrainedModel(
                entry.name(),
                file.base(),
                file.head(),
                file.labels(),
                file.tokenizer(),
                file.chatTemplate(),
                entry.artifact().licence(),
                file.bytes());
    }

    private PretrainedModel openTensorFlow(BuiltInModel entry, DownloadProgress progress) {
        TensorFlowBert.Model model =
                TensorFlowBert.read(
                        file(entry, 0, progress), file(entry, 1, progress), entry.heads());
        String tokenizer = WordPieceVocabulary.read(file(entry, 2, progress)).tokenizerJson();
        return new PretrainedModel(
                entry.name(),
                model.base(),
                Optional.of(model.head()),
                model.pooler(),
                List.of(),
                Optional.of(Tokenizer.of(tokenizer, SpecialTokens.UNKNOWN)),
                Optional.empty(),
                entry.artifact().licence(),
                entry.artifact().entries().get(1).sizeBytes());
    }

    private Path file(BuiltInModel entry, int index, DownloadProgress progress) {
        Artifact artifact = entry.artifact();
        return cache.resolve(artifact, progress).resolve(artifact.entries().get(index).fileName());
    }
}
