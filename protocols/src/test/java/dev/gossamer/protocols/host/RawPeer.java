package dev.gossamer.protocols.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A peer that speaks WebSocket byte by byte, and so can say what no library would. */
final class RawPeer implements AutoCloseable {
    static final int CONTINUATION = 0x00;
    static final int TEXT = 0x01;
    static final int BINARY = 0x02;
    static final int CLOSE = 0x08;
    static final int FINAL = 0x80;

    private static final int PATIENCE_MILLIS = 60_000;
    private static final int MASKED = 0x80;
    private static final int LENGTH_IN_TWO = 126;
    private static final int LENGTH_IN_EIGHT = 127;
    private static final int MAX_HEADER_BYTES = 14;

    private final Socket socket;
    private final String statusLine;

    /** Connects to {@code path} and asks for a WebSocket. */
    RawPeer(int port, String path) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        String request =
                "GET "
                        + path
                        + " HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        statusLine = head().lines().findFirst().orElseThrow();
    }

    private String head() throws IOException {
        InputStream in = socket.getInputStream();
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed in the handshake");
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    /** The HTTP status of the answer; 101 where it became a WebSocket. */
    int status() {
        int from = "HTTP/1.1 ".length();
        return Integer.parseInt(statusLine.substring(from, from + 3));
    }

    /** Sends a frame whose mask is all zeros, so that the payload travels as it is. */
    void send(int firstByte, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(MAX_HEADER_BYTES + payload.length);
        frame.put((byte) firstByte);
        if (payload.length < LENGTH_IN_TWO) {
            frame.put((byte) (MASKED | payload.length));
        } else if (payload.length < 1 << 16) {
            frame.put((byte) (MASKED | LENGTH_IN_TWO)).putShort((short) payload.length);
        } else {
            frame.put((byte) (MASKED | LENGTH_IN_EIGHT)).putLong(payload.length);
        }
        frame.putInt(0).put(payload);
        socket.getOutputStream().write(frame.array(), 0, frame.position());
    }

    void sendClose() throws IOException {
        send(FINAL | CLOSE, new byte[0]);
    }

    /** Reads until the server closes; how many bytes came. */
    long readToEnd() throws IOException {
        return socket.getInputStream().transferTo(new ByteArrayOutputStream());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
