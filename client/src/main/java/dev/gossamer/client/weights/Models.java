package dev.gossamer.client.weights;

import dev.gossamer.client.text.Tokenizer;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a pretrained model may come from: a built-in name, a Hugging Face folder, or a GGUF or ONNX
 * file. A built-in name goes first; {@code ./NAME} is the folder of that name.
 */
public final class Models {
    private Models() {}

    /** The model, without telling of a download. */
    public static PretrainedModel open(String nameFolderOrFile) {
        return open(nameFolderOrFile, DownloadProgress.SILENT);
    }

    /**
     * The model.
     *
     * @throws IllegalArgumentException if there is nothing of that name
     * @throws ArtifactUnavailableException if it is built in and cannot be had
     * @throws WeightsFormatException if a file is missing or malformed, or holds another model
     */
    public static PretrainedModel open(String nameFolderOrFile, DownloadProgress progress) {
        ModelCatalog catalog = ModelCatalog.shared();
        if (catalog.find(nameFolderOrFile).isPresent()) {
            return catalog.open(nameFolderOrFile, progress);
        }
        if (nameFolderOrFile.isBlank()) {
            throw unknown(nameFolderOrFile); // the empty path is the working folder
        }
        Path path = path(nameFolderOrFile);
        if (Files.isDirectory(path)) {
            return HuggingFaceFolder.read(path);
        }
        String lower = nameFolderOrFile.toLowerCase(Locale.ROOT);
        if (Files.isRegularFile(path) && lower.endsWith(".gguf")) {
            return GgufModel.read(path);
        }
        if (Files.isRegularFile(path) && lower.endsWith(".onnx")) {
            return onnx(path);
        }
        throw unknown(nameFolderOrFile);
    }

    private static Path path(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw unknown(name);
        }
    }

    private static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException(
                "no such model: name="
                        + name
                        + ", built in="
                        + ModelCatalog.shared().entries().stream().map(BuiltInModel::name).toList()
                        + "; or give the path of a Hugging Face folder, of a .gguf or of a .onnx"
                        + " file");
    }

    /** An encoder with the {@code tokenizer.json} beside it, if there is one. */
    private static PretrainedModel onnx(Path file) {
        Path text = file.resolveSibling("tokenizer.json");
        PretrainedModel model =
                new PretrainedModel(
                        file.toString(),
                        OnnxBert.read(file),
                        Optional.empty(),
                        List.of(),
                        Files.isRegularFile(text)
                                ? Optional.of(Tokenizer.open(text))
                                : Optional.empty(),
                        Optional.empty(),
                        "unknown",
                        file.toFile().length());
        return model.withPooler(OnnxBert.pooler(file));
    }
}
