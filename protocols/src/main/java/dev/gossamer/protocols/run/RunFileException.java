package dev.gossamer.protocols.run;

/** A run file that is refused; the message is one line with the key, the value and the bound. */
public final class RunFileException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /** Keeps a message short when a value is a whole document. */
    private static final int MAX_SHOWN_CHARACTERS = 80;

    RunFileException(String message) {
        super(message);
    }

    RunFileException(String message, Throwable cause) {
        super(message, cause);
    }

    /** What a refusal shows of {@code value}: one line, cut to a length that a person reads. */
    static String shown(String value) {
        StringBuilder line = new StringBuilder();
        value.codePoints()
                .limit(MAX_SHOWN_CHARACTERS)
                .forEach(c -> line.appendCodePoint(Text.isPrintable(c) ? c : '?'));
        return value.codePointCount(0, value.length()) > MAX_SHOWN_CHARACTERS
                ? line.append("...").toString()
                : line.toString();
    }
}
