package dev.gossamer.privacy.identity;

import java.nio.charset.StandardCharsets;

/**
 * What a signature is for: the context of Ed25519ctx (RFC 8032), so that a signature made for one
 * purpose is none for another.
 *
 * @param name 1 to 255 printable ASCII characters, the same for all who sign and verify
 */
public record SignatureContext(String name) {
    /** Rosters, by their offline key. */
    public static final SignatureContext ROSTER = new SignatureContext("gossamer/roster/v1");

    /** One-round keys of secure aggregation, by the client that made them. */
    public static final SignatureContext ROUND_KEYS =
            new SignatureContext("gossamer/secagg/keys/v1");

    /** The survivors of a round of secure aggregation, by a client that saw them. */
    public static final SignatureContext SURVIVORS =
            new SignatureContext("gossamer/secagg/survivors/v1");

    private static final int MAX_BYTES = 255;

    /** A context that RFC 8032 can carry. */
    public SignatureContext {
        if (name.isEmpty()
                || name.length() > MAX_BYTES
                || name.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    "signature context is not 1 to "
                            + MAX_BYTES
                            + " printable ASCII characters: name="
                            + name);
        }
    }

    byte[] bytes() {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
