package dev.gossamer.client.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Characters of a UTF-8 file, without its byte order mark.
 *
 * <p>What precedes a malformed byte is handed out first, and the fault is thrown by the next read
 * with the line and byte where it stands. The JDK's reader throws before, and says neither.
 */
final class StrictUtf8 extends Reader {
    private static final int BUFFER = 1 << 14;

    private final Path file;
    private final InputStream in;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).limit(0);
    private boolean ended;
    private boolean started;
    private int line = 1;
    private int byteOfLine;

    StrictUtf8(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        CharBuffer text = CharBuffer.wrap(target, offset, length);
        while (text.position() == 0) {
            if (!ended) {
                fill();
            }
            int from = bytes.position();
            CoderResult result = decoder.decode(bytes, text, ended);
            count(from, bytes.position());
            if (text.position() == 0 && result.isError()) {
                throw new Place(file, line)
                        .fault("not UTF-8 at byte=" + (byteOfLine + 1) + "; save it as UTF-8");
            }
            if (text.position() == 0 && ended && !bytes.hasRemaining()) {
                return -1;
            }
            skipMark(text, offset);
        }
        return text.position();
    }

    private void fill() throws IOException {
        bytes.compact();
        int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
        ended = read < 0;
        bytes.position(bytes.position() + Math.max(read, 0)).flip();
    }

    private void count(int from, int to) {
        for (int i = from; i < to; i++) {
            byteOfLine++;
            if (bytes.get(i) == '\n') {
                line++;
                byteOfLine = 0;
            }
        }
    }

    private void skipMark(CharBuffer text, int offset) {
        if (!started && text.position() > 0) {
            started = true;
            if (text.get(0) == '\uFEFF') {
                System.arraycopy(
                        text.array(), offset + 1, text.array(), offset, text.position() - 1);
                text.position(text.position() - 1);
            }
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
