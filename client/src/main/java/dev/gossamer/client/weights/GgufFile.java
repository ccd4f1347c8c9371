package dev.gossamer.client.weights;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A GGUF file of version 2 or 3 in mapped memory: metadata, and where its tensors lie.
 *
 * <pre>
 * "GGUF" | version u32 | tensors u64 | keys u64 | keys with values | tensor infos | padding | data
 * </pre>
 *
 * <p>The whole header is checked before a tensor is handed out: every count and length against what
 * is left of the file, every tensor for its type, its size, its place within the file and apart
 * from the others. Immutable; any thread may read. The memory is given back when nothing refers to
 * it; a file that another program cuts meanwhile cannot be read any more.
 */
public final class GgufFile {
    private final String source;
    private final MemorySegment bytes;
    private final GgufMetadata metadata;
    private final Map<String, GgufTensor> tensors = new TreeMap<>();

    private GgufFile(String source, MemorySegment bytes) {
        this.source = source;
        this.bytes = bytes;
        GgufHeader header = GgufHeader.read(bytes, source);
        metadata = new GgufMetadata(source, header.metadata());
        header.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
    }

    /**
     * Maps a file and reads its header.
     *
     * @throws WeightsFormatException if it cannot be read, or is no sound GGUF file
     */
    public static GgufFile open(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            Arena arena = Arena.ofAuto();
            MemorySegment bytes =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new GgufFile(path.toString(), bytes);
        } catch (IOException e) {
            throw new WeightsFormatException(
                    "cannot read GGUF file: file=" + path + ", reason=" + e, e);
        }
    }

    /** Reads a header that is in memory; {@code source} names it in errors. */
    static GgufFile of(MemorySegment bytes, String source) {
        return new GgufFile(source, bytes);
    }

    /** The file, for errors. */
    public String source() {
        return source;
    }

    /** What the file says of itself. */
    public GgufMetadata metadata() {
        return metadata;
    }

    /** All tensors, ordered by name. */
    public List<GgufTensor> tensors() {
        return List.copyOf(tensors.values());
    }

    /** The tensor of that name. */
    public Optional<GgufTensor> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    /**
     * The matrix of that name, which must be there.
     *
     * @throws WeightsFormatException if it is missing, or of another shape
     */
    public BlockMatrix matrix(String name, int rows, int columns, BlockMatrix.RowOrder order) {
        GgufTensor tensor = required(name);
        requireShape(tensor, columns, rows);
        return new BlockMatrix(tensor.type(), slice(tensor), rows, columns, order);
    }

    /**
     * The vector of that name, decoded to fp32; it must be there.
     *
     * @throws WeightsFormatException if it is missing, or of another size
     */
    public float[] vector(String name, int size) {
        GgufTensor tensor = required(name);
        requireShape(tensor, size);
        float[] values = new float[size];
        tensor.type().decode(slice(tensor), 0, size / tensor.type().blockValues(), values, 0);
        return values;
    }

    private GgufTensor required(String name) {
        return tensor(name)
                .orElseThrow(() -> metadata.unsuitable("tensor is missing: tensor=" + name));
    }

    private void requireShape(GgufTensor tensor, long... sides) {
        GgufTensor wanted =
                new GgufTensor(
                        tensor.name(), Arrays.stream(sides).boxed().toList(), tensor.type(), 0, 0);
        if (!wanted.sides().equals(tensor.sides())) {
            throw metadata.unsuitable(
                    "tensor of another shape: tensor="
                            + tensor.name()
                            + ", shape="
                            + tensor.shape()
                            + ", expected="
                            + wanted.shape());
        }
    }

    private MemorySegment slice(GgufTensor tensor) {
        return bytes.asSlice(tensor.offset(), tensor.bytes());
    }
}
