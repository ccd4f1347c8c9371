package dev.gossamer.client.text.jinja;

import dev.gossamer.client.text.jinja.Token.Kind;

import java.util.List;

/** The tokens of a template, read one after the other. */
final class TokenStream {
    /** Deeper than any template; a guard of the stack. */
    private static final int MAX_DEPTH = 100;

    private final List<Token> tokens;
    private int position;
    private int depth;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    /** The next token, which stays. */
    Token peek() {
        return tokens.get(position);
    }

    /** The token after the next. */
    Token peekSecond() {
        return tokens.get(Math.min(position + 1, tokens.size() - 1));
    }

    /** Takes the next token. */
    Token next() {
        Token token = tokens.get(position);
        position += token.kind() == Kind.END ? 0 : 1;
        return token;
    }

    /** Takes the next token if it is that sign. */
    boolean skipSign(String sign) {
        return skip(Kind.SIGN, sign);
    }

    /** Takes the next token if it is that name. */
    boolean skipName(String name) {
        return skip(Kind.NAME, name);
    }

    private boolean skip(Kind kind, String text) {
        boolean there = peek().is(kind, text);
        position += there ? 1 : 0;
        return there;
    }

    /** Takes the sign that must stand next. */
    void requireSign(String sign) {
        if (!skipSign(sign)) {
            throw unexpected(sign);
        }
    }

    /** Takes the token of that kind that must stand next. */
    Token require(Kind kind, String what) {
        if (peek().kind() != kind) {
            throw unexpected(what);
        }
        return next();
    }

    /** The next token is not what must stand there. */
    TemplateException unexpected(String wanted) {
        Token found = peek();
        return new TemplateException(
                "template is malformed: found=" + found.text() + ", expected=" + wanted,
                found.line());
    }

    /** Begins something that may hold its like. */
    void enter() {
        depth++;
        if (depth > MAX_DEPTH) {
            throw new TemplateException(
                    "template is nested too deep: bound=" + MAX_DEPTH, peek().line());
        }
    }

    /** Ends what was entered last. */
    void leave() {
        depth--;
    }
}
