package dev.gossamer.protocols.run;

/** One line of printable text, the only kind of text that a run file holds. */
final class Text {
    private Text() {}

    /**
     * Whether {@code codePoint} is neither a control, a line break, a lone surrogate, a byte order
     * mark nor a non-character; fixed ranges, so that the answer is the same under any Unicode.
     */
    static boolean isPrintable(int codePoint) {
        return !Character.isISOControl(codePoint)
                && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE)
                && codePoint != 0x2028
                && codePoint != 0x2029
                && codePoint != 0xFEFF
                && (codePoint & 0xFFFE) != 0xFFFE;
    }

    static boolean isPrintable(String text) {
        return text.codePoints().allMatch(Text::isPrintable);
    }

    /** {@code text} as a YAML scalar that reads back as the same text, quoted only where needed. */
    static String yaml(String text) {
        if (text.matches("[A-Za-z_/][A-Za-z0-9_./-]*") && !isReserved(text)) {
            return text;
        }
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /** Words that some YAML reader takes for a truth value or for nothing. */
    private static boolean isReserved(String text) {
        return text.matches("(?i)null|true|false|yes|no|on|off|y|n");
    }
}
