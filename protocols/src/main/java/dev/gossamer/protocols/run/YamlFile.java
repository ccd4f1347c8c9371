package dev.gossamer.protocols.run;

import dev.gossamer.protocols.run.YamlNode.Mapping;
import dev.gossamer.protocols.wire.ProtocolLimits;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads a UTF-8 file that is one YAML mapping, within the bounds of a run file. */
public final class YamlFile {
    /** No character of UTF-8 has more bytes for each of its UTF-16 units. */
    private static final int MAX_BYTES = 3 * ProtocolLimits.MAX_RUN_FILE_CHARACTERS;

    private YamlFile() {}

    /**
     * The mapping in the file at {@code path}.
     *
     * @param kind what the file is, in a refusal
     * @throws RunFileException if it cannot be read, or is anything else
     */
    public static Mapping read(String kind, Path path) {
        try (InputStream file = Files.newInputStream(path)) {
            byte[] content = file.readNBytes(MAX_BYTES + 1);
            if (content.length > MAX_BYTES) {
                throw new RunFileException(
                        kind + " is too long: path=" + path + ", bound=" + MAX_BYTES + " bytes");
            }
            return YamlComposer.compose(
                    kind,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(content))
                            .toString());
        } catch (CharacterCodingException e) {
            throw new RunFileException(kind + " is not UTF-8: path=" + path, e);
        } catch (IOException e) {
            throw new RunFileException(
                    kind + " cannot be read: path=" + path + ", problem=" + problem(e), e);
        }
    }

    /** What went wrong; a file system's exceptions have no text besides the path. */
    private static String problem(IOException e) {
        return e instanceof FileSystemException ? e.getClass().getSimpleName() : e.getMessage();
    }
}
