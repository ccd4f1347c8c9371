package dev.gossamer.client.text.jinja;

import dev.gossamer.client.text.jinja.Token.Kind;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Cuts a template into tokens, with the blanks around its tags as the transformers library sets
 * them: a line end right after a tag or comment is dropped (trim_blocks), and so are blanks between
 * the start of a line and a tag or comment (lstrip_blocks); a minus in a mark drops all blanks on
 * its side, a plus keeps them; a line end that closes the template is dropped.
 */
final class Lexer {
    /** Signs of two characters; those of one are in {@link #SIGNS}. */
    private static final List<String> PAIRS = List.of("==", "!=", "<=", ">=", "//", "**");

    private static final String SIGNS = "+-*/%~()[]{}.,:|=<>";

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;

    /** Whether what was read last ended with a line end. */
    private boolean lineStarts = true;

    private int line = 1;
    private int lineCountedTo;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String template) {
        String lines = template.replace("\r\n", "\n").replace('\r', '\n');
        Lexer lexer =
                new Lexer(lines.endsWith("\n") ? lines.substring(0, lines.length() - 1) : lines);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (position < source.length()) {
            int mark = nextMark();
            data(mark);
            if (mark < source.length()) {
                switch (source.charAt(mark + 1)) {
                    case '#' -> comment();
                    case '{' -> tag(Kind.PRINT_BEGIN, Kind.PRINT_END, "}}");
                    default -> tag(Kind.TAG_BEGIN, Kind.TAG_END, "%}");
                }
            }
        }
        add(Kind.END, "the end of the template");
    }

    private int nextMark() {
        for (int at = source.indexOf('{', position); at >= 0; at = source.indexOf('{', at + 1)) {
            if (at + 1 < source.length() && "{%#".indexOf(source.charAt(at + 1)) >= 0) {
                return at;
            }
        }
        return source.length();
    }

    /** The text before a mark, without the blanks that the mark drops. */
    private void data(int mark) {
        String text = source.substring(position, mark);
        if (mark < source.length()) {
            char sign = mark + 2 < source.length() ? source.charAt(mark + 2) : ' ';
            boolean print = source.charAt(mark + 1) == '{';
            if (sign == '-') {
                text = Blanks.stripEnd(text);
            } else if (sign != '+' && !print) {
                int lineStart = text.lastIndexOf('\n') + 1;
                if ((lineStart > 0 || lineStarts) && Blanks.isBlank(text.substring(lineStart))) {
                    text = text.substring(0, lineStart);
                }
            }
        }
        if (!text.isEmpty()) {
            add(Kind.DATA, text);
        }
        position = mark;
    }

    private void comment() {
        int end = source.indexOf("#}", position + 2);
        if (end < 0) {
            throw new TemplateException("comment does not end", line());
        }
        char sign = end > position + 2 ? source.charAt(end - 1) : ' ';
        position = end + 2;
        afterTag(sign, true);
    }

    /** What a closing mark drops behind it. */
    private void afterTag(char sign, boolean dropsLineEnd) {
        int from = position;
        if (sign == '-') {
            while (position < source.length() && Blanks.isBlank(source.charAt(position))) {
                position++;
            }
        } else if (sign != '+'
                && dropsLineEnd
                && position < source.length()
                && source.charAt(position) == '\n') {
            position++;
        }
        lineStarts = position > from && source.charAt(position - 1) == '\n';
    }

    private void tag(Kind begin, Kind end, String mark) {
        add(begin, source.substring(position, position + 2));
        position += 2;
        if (position < source.length() && "+-".indexOf(source.charAt(position)) >= 0) {
            position++;
        }
        Deque<Character> open = new ArrayDeque<>();
        while (true) {
            skipBlanks();
            if (position >= source.length()) {
                throw new TemplateException("tag does not end: expected=" + mark, line());
            }
            char sign = source.charAt(position);
            boolean signed = (sign == '-' || sign == '+') && source.startsWith(mark, position + 1);
            if (open.isEmpty() && (signed || source.startsWith(mark, position))) {
                add(end, mark);
                position += mark.length() + (signed ? 1 : 0);
                afterTag(signed ? sign : ' ', end == Kind.TAG_END);
                return;
            }
            inside(open);
        }
    }

    private void skipBlanks() {
        while (position < source.length() && Blanks.isBlank(source.charAt(position))) {
            position++;
        }
    }

    private void inside(Deque<Character> open) {
        char next = source.charAt(position);
        if (next == '"' || next == '\'') {
            string(next);
        } else if (next >= '0' && next <= '9') {
            number();
        } else if (Character.isUnicodeIdentifierStart(next) || next == '_') {
            int from = position;
            while (position < source.length()
                    && Character.isUnicodeIdentifierPart(source.charAt(position))) {
                position++;
            }
            add(Kind.NAME, source.substring(from, position));
        } else {
            sign(next, open);
        }
    }

    private void sign(char next, Deque<Character> open) {
        for (String pair : PAIRS) {
            if (source.startsWith(pair, position)) {
                add(Kind.SIGN, pair);
                position += 2;
                return;
            }
        }
        if (SIGNS.indexOf(next) < 0) {
            throw new TemplateException("unexpected character: " + next, line());
        }
        if ("([{".indexOf(next) >= 0) {
            open.push(next);
        } else if (")]}".indexOf(next) >= 0
                && (open.isEmpty() || "([{".indexOf(open.pop()) != ")]}".indexOf(next))) {
            throw new TemplateException("bracket was not opened: " + next, line());
        }
        add(Kind.SIGN, String.valueOf(next));
        position++;
    }

    private void number() {
        int from = position;
        digits();
        boolean real = false;
        if (position + 1 < source.length()
                && source.charAt(position) == '.'
                && Character.isDigit(source.charAt(position + 1))) {
            real = true;
            position++;
            digits();
        }
        real |= exponent();
        add(real ? Kind.REAL : Kind.WHOLE, source.substring(from, position).replace("_", ""));
    }

    private boolean exponent() {
        int sign = position + 1;
        if (position >= source.length() || "eE".indexOf(source.charAt(position)) < 0) {
            return false;
        }
        int from =
                sign < source.length() && "+-".indexOf(source.charAt(sign)) >= 0 ? sign + 1 : sign;
        if (from >= source.length() || !Character.isDigit(source.charAt(from))) {
            return false;
        }
        position = from;
        digits();
        return true;
    }

    private void digits() {
        while (position < source.length()
                && (Character.isDigit(source.charAt(position)) || source.charAt(position) == '_')) {
            position++;
        }
    }

    private void string(char quote) {
        int from = position;
        position++;
        while (position < source.length() && source.charAt(position) != quote) {
            position += source.charAt(position) == '\\' ? 2 : 1;
        }
        if (position >= source.length()) {
            throw new TemplateException("string does not end", line());
        }
        add(Kind.STRING, Escapes.resolve(source.substring(from + 1, position), line()));
        position++;
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, line()));
    }

    /** The line of the current position. */
    private int line() {
        int to = Math.min(position, source.length());
        for (; lineCountedTo < to; lineCountedTo++) {
            line += source.charAt(lineCountedTo) == '\n' ? 1 : 0;
        }
        return line;
    }
}
