package dev.gossamer.client.weights;

/** A weights file that is malformed, or holds another kind of model than its reader expects. */
public final class WeightsFormatException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Names that a file makes up may be of any length. */
    private static final int MAX_CHARACTERS = 1000;

    /** One line: the file, the thing, the value. */
    public WeightsFormatException(String message) {
        super(oneLine(message));
    }

    /** One line: the file, the thing, the value; and what failed below. */
    public WeightsFormatException(String message, Throwable cause) {
        super(oneLine(message), cause);
    }

    /** Names come from files that may hold anything: a terminal sees no control character. */
    private static String oneLine(String message) {
        String cut =
                message.length() <= MAX_CHARACTERS
                        ? message
                        : message.substring(0, MAX_CHARACTERS) + " ...";
        return cut.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", "?");
    }
}
