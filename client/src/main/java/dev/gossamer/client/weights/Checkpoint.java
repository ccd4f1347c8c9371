package dev.gossamer.client.weights;

import com.fasterxml.jackson.databind.JsonNode;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tensors of a folder's weights: one safetensors file, or several shards and their index.
 *
 * <p>Remembers which of them were asked for. Confined to one thread.
 */
public final class Checkpoint implements TensorSource {
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    private final Path folder;
    private final NavigableMap<String, StoredTensor> tensors;
    private final Set<String> used = new TreeSet<>();

    private Checkpoint(Path folder, NavigableMap<String, StoredTensor> tensors) {
        this.folder = folder;
        this.tensors = tensors;
    }

    /**
     * The weights in {@code folder}.
     *
     * @throws WeightsFormatException if there are none, a shard is missing or one is malformed
     */
    public static Checkpoint read(Path folder) {
        if (Files.isRegularFile(folder.resolve(SINGLE))) {
            return new Checkpoint(
                    folder, new TreeMap<>(SafeTensors.read(folder.resolve(SINGLE)).tensors()));
        }
        if (Files.isRegularFile(folder.resolve(INDEX))) {
            return new Checkpoint(folder, shards(folder));
        }
        throw new WeightsFormatException(
                "no weights in the folder: folder="
                        + folder
                        + ", looked for="
                        + List.of(SINGLE, INDEX)
                        + "; other formats can be saved anew as safetensors");
    }

    private static NavigableMap<String, StoredTensor> shards(Path folder) {
        Path index = folder.resolve(INDEX);
        Map<String, String> shardOf = shardOf(index);
        SequencedSet<String> names = new TreeSet<>(shardOf.values());
        List<String> missing = new ArrayList<>();
        for (String shard : names) {
            if (!Files.isRegularFile(folder.resolve(shard))) {
                missing.add(shard);
            }
        }
        if (!missing.isEmpty()) {
            throw new WeightsFormatException(
                    "shards missing: folder="
                            + folder
                            + ", missing="
                            + missing
                            + ", of="
                            + names.size());
        }
        Map<String, SafeTensors> shards = new TreeMap<>();
        names.forEach(name -> shards.put(name, SafeTensors.read(folder.resolve(name))));
        NavigableMap<String, StoredTensor> tensors = new TreeMap<>();
        shardOf.forEach((name, shard) -> tensors.put(name, shards.get(shard).tensor(name)));
        return tensors;
    }

    private static Map<String, String> shardOf(Path index) {
        JsonNode map = JsonFile.read(index).path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw new WeightsFormatException("no weight_map: file=" + index);
        }
        Map<String, String> shardOf = new TreeMap<>();
        map.properties()
                .forEach(
                        entry -> {
                            String shard = entry.getValue().asText();
                            if (!shard.matches("[A-Za-z0-9._-]+\\.safetensors")) {
                                throw new WeightsFormatException(
                                        "bad name of a shard: file="
                                                + index
                                                + ", tensor="
                                                + entry.getKey()
                                                + ", shard="
                                                + shard);
                            }
                            shardOf.put(entry.getKey(), shard);
                        });
        return shardOf;
    }

    @Override
    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    @Override
    public boolean hasAny(String prefix) {
        String next = tensors.ceilingKey(prefix);
        return next != null && next.startsWith(prefix);
    }

    @Override
    public List<Long> shape(String name) {
        return tensor(name).shape();
    }

    @Override
    public DenseMatrix stored(String name, int rows, int columns) {
        return tensor(name).matrix(rows, columns);
    }

    @Override
    public float[] vector(String name, int size) {
        return tensor(name).vector(size);
    }

    /** The names of all tensors, in the order of the alphabet. */
    public SequencedSet<String> names() {
        return Collections.unmodifiableSequencedSet(tensors.navigableKeySet());
    }

    /**
     * The tensor of that name as it is stored.
     *
     * @throws WeightsFormatException if there is none
     */
    public StoredTensor tensor(String name) {
        StoredTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new WeightsFormatException(
                    "tensor missing: folder=" + folder + ", tensor=" + name);
        }
        used.add(name);
        return tensor;
    }

    /** The tensors that nobody asked for. */
    public Set<String> unused() {
        Set<String> unused = new TreeSet<>(tensors.keySet());
        unused.removeAll(used);
        return unused;
    }

    /** The bytes of all tensors. */
    public long bytes() {
        return tensors.values().stream().mapToLong(tensor -> tensor.values().byteSize()).sum();
    }
}
