package dev.gossamer.protocols.host;

/** Another server listens at the address already. */
public final class PortInUseException extends ListenException {
    private static final long serialVersionUID = 1L;

    PortInUseException(String host, int port, Throwable cause) {
        super(
                "port is in use: host="
                        + host
                        + ", port="
                        + port
                        + "; choose another or stop what listens there",
                cause);
    }
}
