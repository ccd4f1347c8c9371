package dev.gossamer.client.text.jinja;

/**
 * A piece of a template.
 *
 * @param text of a string with its escapes resolved, else as it stands
 * @param line of its first character, from 1 on
 */
record Token(Kind kind, String text, int line) {
    enum Kind {
        /** What is printed as it stands. */
        DATA,
        /** Two opening braces. */
        PRINT_BEGIN,
        /** Two closing braces. */
        PRINT_END,
        /** A brace and a percent sign. */
        TAG_BEGIN,
        /** A percent sign and a brace. */
        TAG_END,
        NAME,
        STRING,
        WHOLE,
        REAL,
        /** A sign or a pair of signs. */
        SIGN,
        /** The end of the template. */
        END
    }

    boolean is(Kind wanted, String wantedText) {
        return kind == wanted && text.equals(wantedText);
    }

    boolean isSign(String sign) {
        return is(Kind.SIGN, sign);
    }

    boolean isName(String name) {
        return is(Kind.NAME, name);
    }
}
