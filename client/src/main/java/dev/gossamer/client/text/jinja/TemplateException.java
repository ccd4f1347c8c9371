package dev.gossamer.client.text.jinja;

/** A template that is malformed, asks for what is not there, or refuses what it is given. */
public final class TemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean placed;

    /** One line: what was wrong. */
    public TemplateException(String message) {
        this(message, false);
    }

    /** One line with the line of the template that it concerns. */
    TemplateException(String message, int line) {
        this(message + ", template line=" + line, true);
    }

    private TemplateException(String message, boolean placed) {
        super(message.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", "?"));
        this.placed = placed;
    }

    /** The same with the line of the template, unless it has one. */
    TemplateException at(int line) {
        return placed ? this : new TemplateException(getMessage(), line);
    }
}
