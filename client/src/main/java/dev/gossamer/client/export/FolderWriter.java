package dev.gossamer.client.export;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes folders so that what is there is whole: into a hidden folder beside the goal, which is
 * then renamed.
 */
final class FolderWriter {
    private FolderWriter() {}

    /** Writes the files of a folder that nobody sees yet. */
    @FunctionalInterface
    interface Content {
        /** Writes into {@code folder}, which is empty. */
        void writeTo(Path folder) throws IOException;
    }

    /**
     * Makes {@code folder}.
     *
     * @throws IllegalArgumentException if there is a file of that name, or a folder with something
     *     in it
     * @throws UncheckedIOException naming the folder
     */
    static void create(Path folder, Content content) {
        if (Files.exists(folder) && !isEmptyFolder(folder)) {
            throw new IllegalArgumentException(
                    "there is something already: out=" + folder + "; name another or remove it");
        }
        inHidden(
                folder,
                folder.toAbsolutePath().normalize().getParent(),
                content,
                hidden -> {
                    Files.deleteIfExists(folder);
                    Files.move(hidden, folder, StandardCopyOption.ATOMIC_MOVE);
                });
    }

    /**
     * Puts files into {@code folder}, new or not, each replaced as a whole, {@code last} after all
     * others.
     *
     * @throws UncheckedIOException naming the folder
     */
    static void replace(Path folder, String last, Content content) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw failed(folder, e);
        }
        inHidden(folder, folder, content, hidden -> moveAll(hidden, folder, last));
    }

    private interface Finish {
        void finish(Path hidden) throws IOException;
    }

    private static void inHidden(Path folder, Path parent, Content content, Finish finish) {
        try {
            Files.createDirectories(parent);
            Path hidden = parent.resolve("." + folder.toAbsolutePath().getFileName() + ".writing");
            deleteAll(hidden);
            Files.createDirectory(hidden);
            try {
                content.writeTo(hidden);
                finish.finish(hidden);
            } finally {
                deleteAll(hidden);
            }
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    private static void moveAll(Path from, Path to, String last) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(from)) {
            all.sorted().forEach(files::add);
        }
        files.sort(Comparator.comparing(file -> file.endsWith(last)));
        for (Path file : files) {
            Files.move(
                    file,
                    to.resolve(file.getFileName()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static boolean isEmptyFolder(Path folder) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.findAny().isEmpty();
        } catch (IOException e) {
            throw failed(folder, e);
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.delete(path);
        }
    }

    private static UncheckedIOException failed(Path folder, IOException e) {
        return new UncheckedIOException(
                "folder cannot be written: out=" + folder + ", " + e.getMessage(), e);
    }
}
