package dev.gossamer.client.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.protocols.adapter.Digest;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A {@link Checkpoint} as a file.
 *
 * <pre>
 * 8 bytes   "GSMCKPT1"
 * 4 bytes   h, big-endian
 * h bytes   JSON: settings, layout, step, position, sizes
 * fp32      values, each moment of the optimiser, best values: little-endian
 * 32 bytes  SHA-256 of all before
 * </pre>
 *
 * <p>It is written beside its place, synced and renamed, so that a crash leaves the old one whole.
 */
public final class CheckpointFile {
    private static final byte[] MAGIC = "GSMCKPT1".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_HEADER = 1 << 20;
    private static final int MAX_MOMENTS = 4;
    private static final int CHUNK = 1 << 14;
    private static final JsonMapper JSON = new JsonMapper();

    private CheckpointFile() {}

    /**
     * Writes {@code checkpoint} to {@code file}, whose folder is there.
     *
     * @throws CheckpointException if it cannot be written; the old file is left as it was
     */
    public static void write(Path file, Checkpoint checkpoint) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (FileChannel channel =
                    FileChannel.open(
                            part,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                write(Channels.newOutputStream(channel), checkpoint);
                channel.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            sync(file.toAbsolutePath().getParent());
        } catch (IOException e) {
            throw new CheckpointException(
                    "cannot write the checkpoint: file=" + file + " (" + e + ")", e);
        }
    }

    /** The new name is durable once the folder is; systems without POSIX cannot open one. */
    private static void sync(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    private static void write(OutputStream file, Checkpoint checkpoint) throws IOException {
        MessageDigest sha = Digest.sha256();
        DataOutputStream out = new DataOutputStream(new DigestOutputStream(file, sha));
        byte[] header = header(checkpoint).toString().getBytes(StandardCharsets.UTF_8);
        out.write(MAGIC);
        out.writeInt(header.length);
        out.write(header);
        write(out, checkpoint.state().values());
        for (float[] moment : checkpoint.state().optimizer().moments()) {
            write(out, moment);
        }
        if (checkpoint.best().isPresent()) {
            write(out, checkpoint.best().get().values());
        }
        out.flush();
        file.write(sha.digest());
        file.flush();
    }

    private static ObjectNode header(Checkpoint checkpoint) {
        TrainingState state = checkpoint.state();
        ObjectNode header = JSON.createObjectNode();
        new TreeMap<>(checkpoint.settings()).forEach(header.putObject("settings")::put);
        header.put("layout", checkpoint.layout().toString())
                .put("step", state.step())
                .put("epoch", state.position().epoch())
                .put("next", state.position().next())
                .put("values", state.values().length)
                .put("optimizerStep", state.optimizer().step())
                .put("moments", state.optimizer().moments().size());
        checkpoint
                .best()
                .ifPresent(
                        best ->
                                header.putObject("best")
                                        // Bits, as JSON has no infinity.
                                        .put("lossBits", Double.doubleToLongBits(best.loss()))
                                        .put("step", best.step())
                                        .put("waited", best.waited()));
        return header;
    }

    private static void write(OutputStream out, float[] values) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < values.length; from += CHUNK) {
            int count = Math.min(CHUNK, values.length - from);
            chunk.asFloatBuffer().put(values, from, count);
            out.write(chunk.array(), 0, count * Float.BYTES);
        }
    }

    /**
     * Reads {@code file}.
     *
     * @throws CheckpointException if it is not there, damaged, or no checkpoint
     */
    public static Checkpoint read(Path file) {
        MessageDigest sha = Digest.sha256();
        try (InputStream stream = new BufferedInputStream(Files.newInputStream(file))) {
            DataInputStream in = new DataInputStream(new DigestInputStream(stream, sha));
            JsonNode header = readHeader(file, in);
            Checkpoint checkpoint = read(file, header, in);
            byte[] digest = sha.digest();
            if (!Arrays.equals(digest, stream.readNBytes(digest.length)) || stream.read() >= 0) {
                throw damaged(file, "its digest is another");
            }
            return checkpoint;
        } catch (EOFException e) {
            throw damaged(file, "it is cut short");
        } catch (IOException e) {
            throw new CheckpointException(
                    "cannot read the checkpoint: file=" + file + " (" + e + ")", e);
        }
    }

    private static CheckpointException damaged(Path file, String what) {
        return new CheckpointException(
                "damaged checkpoint: file=" + file + ", " + what + "; delete it and train again");
    }

    private static JsonNode readHeader(Path file, DataInputStream in) throws IOException {
        if (!Arrays.equals(MAGIC, in.readNBytes(MAGIC.length))) {
            throw damaged(file, "it is no checkpoint");
        }
        int length = in.readInt();
        if (length < 0 || length > MAX_HEADER) {
            throw damaged(file, "its header is too long: bytes=" + length);
        }
        try {
            return JSON.readTree(in.readNBytes(length));
        } catch (JsonProcessingException e) {
            throw damaged(file, "its header is no JSON");
        }
    }

    private static Checkpoint read(Path file, JsonNode header, DataInputStream in)
            throws IOException {
        int size = header.path("values").asInt(-1);
        int moments = header.path("moments").asInt(-1);
        boolean best = header.has("best");
        long arrays = 1L + moments + (best ? 1 : 0);
        if (size < 0
                || moments < 0
                || moments > MAX_MOMENTS
                || arrays * size * Float.BYTES > Files.size(file)) {
            throw damaged(file, "its sizes do not fit it: values=" + size);
        }
        float[] values = readFloats(in, size);
        List<float[]> kept = new ArrayList<>();
        for (int i = 0; i < moments; i++) {
            kept.add(readFloats(in, size));
        }
        Map<String, String> settings = new TreeMap<>();
        header.path("settings")
                .properties()
                .forEach(e -> settings.put(e.getKey(), e.getValue().asText()));
        try {
            return new Checkpoint(
                    settings,
                    Digest.fromHex(header.path("layout").asText()),
                    new TrainingState(
                            header.path("step").asInt(),
                            new TrainingState.Position(
                                    header.path("epoch").asInt(), header.path("next").asInt()),
                            values,
                            new Optimizer.State(header.path("optimizerStep").asInt(), kept)),
                    best
                            ? Optional.of(best(header.get("best"), readFloats(in, size)))
                            : Optional.empty());
        } catch (IllegalArgumentException e) {
            throw damaged(file, e.getMessage());
        }
    }

    private static EarlyStop.Best best(JsonNode header, float[] values) {
        return new EarlyStop.Best(
                Double.longBitsToDouble(header.path("lossBits").asLong()),
                header.path("step").asInt(),
                header.path("waited").asInt(),
                values);
    }

    private static float[] readFloats(InputStream in, int size) throws IOException {
        float[] values = new float[size];
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < size; from += CHUNK) {
            int count = Math.min(CHUNK, size - from);
            if (in.readNBytes(chunk.array(), 0, count * Float.BYTES) < count * Float.BYTES) {
                throw new EOFException();
            }
            chunk.asFloatBuffer().get(values, from, count);
        }
        return values;
    }
}
