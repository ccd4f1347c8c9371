package dev.gossamer.client.text.jinja;

import dev.gossamer.client.text.jinja.Expression.ArgumentList;
import dev.gossamer.client.text.jinja.Expression.Comparison.Step;
import dev.gossamer.client.text.jinja.Expression.DictOf.Pair;
import dev.gossamer.client.text.jinja.Token.Kind;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Reads expressions, loosest binding first.
 *
 * <pre>
 * a if b else c | or | and | not | == != &lt; &lt;= &gt; &gt;= in, not in | + - | ~ | * / // % | **
 * | sign | .name [item] (call) | filter, is test
 * </pre>
 */
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    /** Names after a test that are no argument of it. */
    private static final Set<String> AFTER_TEST = Set.of("else", "or", "and", "is", "if", "in");

    private final TokenStream tokens;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** An expression, or several with commas between them: a tuple. */
    Expression tuple() {
        return tuple(this::expression);
    }

    /** The same without a condition of its own, as a loop has it. */
    Expression tupleWithoutCondition() {
        return tuple(this::or);
    }

    private Expression tuple(Supplier<Expression> part) {
        Expression first = part.get();
        if (!tokens.peek().isSign(",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (tokens.skipSign(",") && startsExpression()) {
            items.add(part.get());
        }
        return new Expression.ListOf(items);
    }

    private boolean startsExpression() {
        return switch (tokens.peek().kind()) {
            case TAG_END, PRINT_END, END -> false;
            case SIGN -> !Set.of(")", "]", "}", "=").contains(tokens.peek().text());
            case NAME, STRING, WHOLE, REAL, DATA, PRINT_BEGIN, TAG_BEGIN -> true;
        };
    }

    /** One expression. */
    Expression expression() {
        tokens.enter();
        Expression value = or();
        while (tokens.skipName("if")) {
            Expression condition = or();
            Optional<Expression> otherwise =
                    tokens.skipName("else") ? Optional.of(expression()) : Optional.empty();
            value = new Expression.Conditional(condition, value, otherwise);
        }
        tokens.leave();
        return value;
    }

    private Expression or() {
        Expression left = and();
        while (tokens.skipName("or")) {
            left = new Expression.Logical(false, left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.skipName("and")) {
            left = new Expression.Logical(true, left, not());
        }
        return left;
    }

    private Expression not() {
        if (!tokens.peek().isName("not")) {
            return comparison();
        }
        tokens.next();
        tokens.enter();
        Expression negated = new Expression.Not(not());
        tokens.leave();
        return negated;
    }

    private Expression comparison() {
        Expression first = sum();
        int line = tokens.peek().line();
        List<Step> steps = new ArrayList<>();
        for (Optional<String> sign = comparisonSign(); sign.isPresent(); sign = comparisonSign()) {
            steps.add(new Step(sign.get(), sum()));
        }
        return steps.isEmpty() ? first : new Expression.Comparison(first, steps, line);
    }

    private Optional<String> comparisonSign() {
        Token token = tokens.peek();
        if (token.kind() == Kind.SIGN && COMPARISONS.contains(token.text())) {
            return Optional.of(tokens.next().text());
        }
        if (tokens.skipName("in")) {
            return Optional.of("in");
        }
        if (token.isName("not") && tokens.peekSecond().isName("in")) {
            tokens.next();
            tokens.next();
            return Optional.of("not in");
        }
        return Optional.empty();
    }

    private Expression sum() {
        return binary(Set.of("+", "-"), this::concatenation);
    }

    private Expression concatenation() {
        return binary(Set.of("~"), this::product);
    }

    private Expression product() {
        return binary(Set.of("*", "/", "//", "%"), this::power);
    }

    private Expression power() {
        return binary(Set.of("**"), () -> signed(true));
    }

    private Expression binary(Set<String> signs, Supplier<Expression> part) {
        Expression left = part.get();
        while (tokens.peek().kind() == Kind.SIGN && signs.contains(tokens.peek().text())) {
            Token sign = tokens.next();
            left = new Expression.Binary(sign.text(), left, part.get(), sign.line());
        }
        return left;
    }

    private Expression signed(boolean filtered) {
        Token token = tokens.peek();
        Expression value;
        if (token.isSign("-") || token.isSign("+")) {
            tokens.next();
            tokens.enter();
            value = new Expression.Signed(token.text(), signed(false), token.line());
            tokens.leave();
        } else {
            value = primary();
        }
        value = postfix(value);
        return filtered ? filtered(value) : value;
    }

    private Expression primary() {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case NAME -> named(tokens.next().text());
            case STRING -> string();
            case WHOLE -> new Expression.Literal(whole(tokens.next()));
            case REAL -> new Expression.Literal(real(tokens.next()));
            case SIGN -> bracketed(token);
            case DATA, PRINT_BEGIN, PRINT_END, TAG_BEGIN, TAG_END, END ->
                    throw tokens.unexpected("an expression");
        };
    }

    private static Expression named(String name) {
        return switch (name) {
            case "true", "True" -> new Expression.Literal(Value.of(true));
            case "false", "False" -> new Expression.Literal(Value.of(false));
            case "none", "None" -> new Expression.Literal(Value.none());
            default -> new Expression.Name(name);
        };
    }

    /** Strings side by side are one. */
    private Expression string() {
        StringBuilder text = new StringBuilder();
        while (tokens.peek().kind() == Kind.STRING) {
            text.append(tokens.next().text());
        }
        return new Expression.Literal(Value.of(text.toString()));
    }

    private static Value whole(Token token) {
        try {
            return Value.of(Long.parseLong(token.text()));
        } catch (NumberFormatException e) {
            throw tooLarge(token);
        }
    }

    private static Value real(Token token) {
        double number = Double.parseDouble(token.text());
        if (Double.isInfinite(number)) {
            throw tooLarge(token);
        }
        return new Value.Real(number);
    }

    private static TemplateException tooLarge(Token token) {
        return new TemplateException("number is too large: number=" + token.text(), token.line());
    }

    private Expression bracketed(Token token) {
        if (tokens.skipSign("(")) {
            if (tokens.skipSign(")")) {
                return new Expression.ListOf(List.of());
            }
            tokens.enter();
            Expression inner = tuple();
            tokens.leave();
            tokens.requireSign(")");
            return inner;
        }
        if (tokens.skipSign("[")) {
            List<Expression> items = new ArrayList<>();
            while (!tokens.skipSign("]")) {
                items.add(expression());
                requireCommaBefore("]");
            }
            return new Expression.ListOf(items);
        }
        if (tokens.skipSign("{")) {
            return dict();
        }
        throw tokens.unexpected("an expression instead of " + token.text());
    }

    private Expression dict() {
        List<Pair> pairs = new ArrayList<>();
        while (!tokens.skipSign("}")) {
            Expression key = expression();
            tokens.requireSign(":");
            pairs.add(new Pair(key, expression()));
            requireCommaBefore("}");
        }
        return new Expression.DictOf(pairs);
    }

    private void requireCommaBefore(String end) {
        if (!tokens.peek().isSign(end)) {
            tokens.requireSign(",");
        }
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            Token token = tokens.peek();
            if (tokens.skipSign(".")) {
                value = attribute(value, token.line());
            } else if (tokens.skipSign("[")) {
                value = item(value, token.line());
            } else if (token.isSign("(")) {
                value = new Expression.Call(value, arguments(), token.line());
            } else {
                return value;
            }
        }
    }

    private Expression attribute(Expression of, int line) {
        if (tokens.peek().kind() == Kind.WHOLE) {
            return new Expression.Item(of, new Expression.Literal(whole(tokens.next())), line);
        }
        return new Expression.Attribute(of, tokens.require(Kind.NAME, "a name").text(), line);
    }

    private Expression item(Expression of, int line) {
        Optional<Expression> from = sliceSide();
        if (!tokens.skipSign(":")) {
            tokens.requireSign("]");
            return new Expression.Item(
                    of, from.orElseThrow(() -> tokens.unexpected("an item")), line);
        }
        Optional<Expression> to = sliceSide();
        Optional<Expression> step = tokens.skipSign(":") ? sliceSide() : Optional.empty();
        tokens.requireSign("]");
        return new Expression.Slice(of, from, to, step, line);
    }

    private Optional<Expression> sliceSide() {
        return tokens.peek().isSign(":") || tokens.peek().isSign("]")
                ? Optional.empty()
                : Optional.of(expression());
    }

    /** The arguments in brackets that stand next. */
    private ArgumentList arguments() {
        tokens.requireSign("(");
        List<Expression> placed = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!tokens.skipSign(")")) {
            if (tokens.peek().kind() == Kind.NAME && tokens.peekSecond().isSign("=")) {
                String name = tokens.next().text();
                tokens.next();
                named.put(name, expression());
            } else {
                placed.add(expression());
            }
            requireCommaBefore(")");
        }
        return new ArgumentList(placed, named);
    }

    private Expression filtered(Expression start) {
        Expression value = start;
        while (true) {
            Token token = tokens.peek();
            if (tokens.skipSign("|")) {
                String name = tokens.require(Kind.NAME, "a filter").text();
                ArgumentList arguments =
                        tokens.peek().isSign("(") ? arguments() : ArgumentList.NONE;
                value = new Expression.Filter(value, name, arguments, token.line());
            } else if (tokens.skipName("is")) {
                value = test(value, token.line());
            } else if (token.isSign("(")) {
                value = new Expression.Call(value, arguments(), token.line());
            } else {
                return value;
            }
        }
    }

    private Expression test(Expression of, int line) {
        boolean negated = tokens.skipName("not");
        String name = tokens.require(Kind.NAME, "a test").text();
        ArgumentList arguments = ArgumentList.NONE;
        Token next = tokens.peek();
        if (next.isSign("(")) {
            arguments = arguments();
        } else if (startsTestArgument(next)) {
            arguments = new ArgumentList(List.of(postfix(primary())), Map.of());
        }
        Expression test = new Expression.Test(of, name, arguments, line);
        return negated ? new Expression.Not(test) : test;
    }

    private static boolean startsTestArgument(Token next) {
        return switch (next.kind()) {
            case STRING, WHOLE, REAL -> true;
            case NAME -> !AFTER_TEST.contains(next.text()) && !next.text().equals("not");
            case SIGN -> next.isSign("[") || next.isSign("{");
            case DATA, PRINT_BEGIN, PRINT_END, TAG_BEGIN, TAG_END, END -> false;
        };
    }
}
