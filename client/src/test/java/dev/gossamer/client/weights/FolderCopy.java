package dev.gossamer.client.weights;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.gossamer.client.text.GoldenFolder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A golden model's folder, copied to be changed. */
final class FolderCopy {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    /** A copy below {@code to} of the model of that name. */
    FolderCopy(String model, Path to) {
        folder = to.resolve(model);
        try (Stream<Path> files = Files.list(GoldenFolder.of("models").resolve(model))) {
            Files.createDirectories(folder);
            List<Path> plain = files.filter(Files::isRegularFile).toList();
            for (Path file : plain) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return folder;
    }

    FolderCopy json(String name, Consumer<ObjectNode> change) {
        Path file = folder.resolve(name);
        try {
            ObjectNode json =
                    Files.exists(file)
                            ? (ObjectNode) JSON.readTree(file.toFile())
                            : JSON.createObjectNode();
            change.accept(json);
            JSON.writeValue(file.toFile(), json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    FolderCopy config(Consumer<ObjectNode> change) {
        return json("config.json", change);
    }

    /** Writes the weights anew with their names changed; an empty name leaves a tensor out. */
    FolderCopy rename(UnaryOperator<String> names) {
        Path file = folder.resolve("model.safetensors");
        SafeTensorsBytes changed = new SafeTensorsBytes();
        for (Map.Entry<String, StoredTensor> entry : SafeTensors.read(file).tensors().entrySet()) {
            String name = names.apply(entry.getKey());
            StoredTensor tensor = entry.getValue();
            if (!name.isEmpty()) {
                long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
                byte[] values = tensor.values().toArray(ValueLayout.JAVA_BYTE);
                changed.tensor(name, tensor.type().name(), values, shape);
            }
        }
        changed.write(file);
        return this;
    }

    /** Writes the weights anew with zeros of another one-byte type in a tensor. */
    FolderCopy retype(String name, String type) {
        Path file = folder.resolve("model.safetensors");
        SafeTensorsBytes changed = new SafeTensorsBytes();
        for (StoredTensor tensor : SafeTensors.read(file).tensors().values()) {
            long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
            byte[] values = tensor.values().toArray(ValueLayout.JAVA_BYTE);
            boolean other = tensor.name().equals(name);
            changed.tensor(
                    tensor.name(),
                    other ? type : tensor.type().name(),
                    other ? new byte[values.length / tensor.type().bytes()] : values,
                    shape);
        }
        changed.write(file);
        return this;
    }

    PretrainedModel read() {
        return HuggingFaceFolder.read(folder);
    }
}
