package dev.gossamer.protocols.host;

import java.io.IOException;
import java.util.Locale;

/** A server could not listen at its address. */
public class ListenException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ListenException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What a failed listen comes to: sockets tell a taken port only by their message. */
    static ListenException of(String host, int port, Throwable cause) {
        String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return cause instanceof IOException && said.contains("already in use")
                ? new PortInUseException(host, port, cause)
                : new ListenException(
                        "cannot listen: host="
                                + host
                                + ", port="
                                + port
                                + ", cause="
                                + cause.getMessage(),
                        cause);
    }
}
