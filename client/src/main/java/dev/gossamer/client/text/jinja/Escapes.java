package dev.gossamer.client.text.jinja;

/** The escapes of a string, as Python reads them. */
final class Escapes {
    private Escapes() {}

    static String resolve(String text, int line) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            char next = text.charAt(at);
            if (next != '\\' || at + 1 >= text.length()) {
                out.append(next);
                at++;
            } else {
                at += resolve(text, at + 1, out, line);
            }
        }
        return out.toString();
    }

    /** Appends what the escape stands for; returns how many characters it takes. */
    private static int resolve(String text, int at, StringBuilder out, int line) {
        char letter = text.charAt(at);
        switch (letter) {
            case 'n' -> out.append('\n');
            case 't' -> out.append('\t');
            case 'r' -> out.append('\r');
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'a' -> out.append('\u0007');
            case 'v' -> out.append('\u000B');
            case '0' -> out.append('\0');
            case '\\', '\'', '"' -> out.append(letter);
            case '\n' -> {} // a line goes on
            case 'x' -> {
                return code(text, at + 1, 2, out, line);
            }
            case 'u' -> {
                return code(text, at + 1, 4, out, line);
            }
            case 'U' -> {
                return code(text, at + 1, 8, out, line);
            }
            default -> out.append('\\').append(letter);
        }
        return 2;
    }

    private static int code(String text, int from, int digits, StringBuilder out, int line) {
        String hexadecimal = text.substring(from, Math.min(text.length(), from + digits));
        if (!hexadecimal.matches("[0-9a-fA-F]{" + digits + "}")) {
            throw new TemplateException("bad escape in string: digits=" + hexadecimal, line);
        }
        long code = Long.parseLong(hexadecimal, 16);
        if (code > Character.MAX_CODE_POINT) {
            throw new TemplateException("bad escape in string: digits=" + hexadecimal, line);
        }
        out.appendCodePoint((int) code);
        return 2 + digits;
    }
}
