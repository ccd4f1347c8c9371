package dev.gossamer.client.text.jinja;

import dev.gossamer.client.text.jinja.Node.If.Branch;
import dev.gossamer.client.text.jinja.Node.Macro.Parameter;
import dev.gossamer.client.text.jinja.Token.Kind;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what a template does. */
final class TemplateParser {
    private static final List<String> TAGS =
            List.of("break", "continue", "for", "generation", "if", "macro", "set");

    private final TokenStream tokens;
    private final ExpressionParser expressions;

    private TemplateParser(TokenStream tokens) {
        this.tokens = tokens;
        expressions = new ExpressionParser(tokens);
    }

    static List<Node> parse(String template) {
        TemplateParser parser = new TemplateParser(new TokenStream(Lexer.tokens(template)));
        List<Node> nodes = parser.nodes(Set.of());
        parser.tokens.require(Kind.END, "the end of the template");
        return nodes;
    }

    /** Everything up to a tag of one of {@code ends}, which stays. */
    private List<Node> nodes(Set<String> ends) {
        tokens.enter();
        List<Node> nodes = new ArrayList<>();
        while (true) {
            Token token = tokens.peek();
            switch (token.kind()) {
                case DATA -> nodes.add(new Node.Data(tokens.next().text()));
                case PRINT_BEGIN -> nodes.add(print());
                case TAG_BEGIN -> {
                    if (ends.contains(tokens.peekSecond().text())) {
                        tokens.leave();
                        return nodes;
                    }
                    tag(nodes);
                }
                case END -> {
                    if (!ends.isEmpty()) {
                        throw tokens.unexpected(ends.stream().sorted().toList().toString());
                    }
                    tokens.leave();
                    return nodes;
                }
                case NAME, STRING, WHOLE, REAL, SIGN, PRINT_END, TAG_END ->
                        throw tokens.unexpected("text or a tag");
            }
        }
    }

    private Node print() {
        tokens.next();
        Expression value = expressions.tuple();
        tokens.require(Kind.PRINT_END, "}}");
        return new Node.Print(value);
    }

    private void tag(List<Node> into) {
        tokens.next();
        Token name = tokens.require(Kind.NAME, "a tag");
        switch (name.text()) {
            case "if" -> into.add(branches());
            case "for" -> into.add(loop(name.line()));
            case "set" -> into.add(set(name.line()));
            case "macro" -> into.add(macro());
            case "break" -> into.add(closed(new Node.Break()));
            case "continue" -> into.add(closed(new Node.Continue()));
            // Marks what an assistant says, for training; changes nothing in the text.
            case "generation" -> into.addAll(body("endgeneration"));
            default ->
                    throw new TemplateException(
                            "tag that is not supported: tag=" + name.text() + ", supported=" + TAGS,
                            name.line());
        }
    }

    private Node closed(Node node) {
        endTag();
        return node;
    }

    private void endTag() {
        tokens.require(Kind.TAG_END, "%}");
    }

    /** The rest of an opening tag's mark, the body, and the closing tag. */
    private List<Node> body(String end) {
        endTag();
        List<Node> body = nodes(Set.of(end));
        takeTag();
        endTag();
        return body;
    }

    /** Takes the begin and the name of a tag that {@link #nodes} stopped at. */
    private String takeTag() {
        tokens.next();
        return tokens.next().text();
    }

    private Node branches() {
        List<Branch> branches = new ArrayList<>();
        String end = "if";
        while (!end.equals("endif")) {
            boolean last = end.equals("else");
            Optional<Expression> condition =
                    last ? Optional.empty() : Optional.of(expressions.tupleWithoutCondition());
            endTag();
            List<Node> body = nodes(last ? Set.of("endif") : Set.of("elif", "else", "endif"));
            branches.add(new Branch(condition, body));
            end = takeTag();
        }
        endTag();
        return new Node.If(branches);
    }

    private Node loop(int line) {
        List<String> targets = names();
        if (!tokens.skipName("in")) {
            throw tokens.unexpected("in");
        }
        Expression items = expressions.tupleWithoutCondition();
        Optional<Expression> condition =
                tokens.skipName("if") ? Optional.of(expressions.expression()) : Optional.empty();
        endTag();
        List<Node> body = nodes(Set.of("else", "endfor"));
        List<Node> otherwise = takeTag().equals("else") ? body("endfor") : closedBody();
        return new Node.For(targets, items, condition, body, otherwise, line);
    }

    private List<Node> closedBody() {
        endTag();
        return List.of();
    }

    /** One name, or several with commas between them, perhaps in brackets. */
    private List<String> names() {
        boolean bracketed = tokens.skipSign("(");
        List<String> names = new ArrayList<>();
        do {
            names.add(tokens.require(Kind.NAME, "a name").text());
        } while (tokens.skipSign(","));
        if (bracketed) {
            tokens.requireSign(")");
        }
        return names;
    }

    private Node set(int line) {
        List<String> names = names();
        if (names.size() == 1 && tokens.skipSign(".")) {
            String field = tokens.require(Kind.NAME, "a name").text();
            tokens.requireSign("=");
            return closed(new Node.AssignField(names.getFirst(), field, expressions.tuple(), line));
        }
        if (tokens.skipSign("=")) {
            return closed(new Node.Assign(names, expressions.tuple(), line));
        }
        if (names.size() != 1) {
            throw tokens.unexpected("=");
        }
        return new Node.Capture(names.getFirst(), body("endset"));
    }

    private Node macro() {
        String name = tokens.require(Kind.NAME, "a name").text();
        List<Parameter> parameters = new ArrayList<>();
        tokens.requireSign("(");
        while (!tokens.skipSign(")")) {
            String parameter = tokens.require(Kind.NAME, "a name").text();
            parameters.add(
                    new Parameter(
                            parameter,
                            tokens.skipSign("=")
                                    ? Optional.of(expressions.expression())
                                    : Optional.empty()));
            if (!tokens.peek().isSign(")")) {
                tokens.requireSign(",");
            }
        }
        return new Node.Macro(name, parameters, body("endmacro"));
    }
}
