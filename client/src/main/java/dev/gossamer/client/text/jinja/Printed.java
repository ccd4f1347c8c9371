package dev.gossamer.client.text.jinja;

import java.math.BigDecimal;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Values as text: as Python prints them, and as JSON. */
final class Printed {
    private Printed() {}

    /** {@code str(value)}; nothing where it is undefined. */
    static String text(Value value) {
        return switch (value) {
            case Value.Text(String text) -> text;
            case Value.Undefined _ -> "";
            case Value.Whole _,
                    Value.Real _,
                    Value.Truth _,
                    Value.None _,
                    Value.Sequence _,
                    Value.Mapping _,
                    Value.Fields _,
                    Value.Function _ -> {
                StringBuilder out = new StringBuilder();
                represent(value, 1, out);
                yield out.toString();
            }
        };
    }

    private static void represent(Value value, int level, StringBuilder out) {
        Budget.requireNesting(level);
        switch (value) {
            case Value.Text(String text) -> quote(text, out);
            case Value.Whole(long number) -> out.append(number);
            case Value.Real(double number) -> out.append(real(number));
            case Value.Truth(boolean truth) -> out.append(truth ? "True" : "False");
            case Value.None _ -> out.append("None");
            case Value.Undefined _ -> out.append("Undefined");
            case Value.Sequence(List<Value> items) -> {
                String separator = "[";
                for (Value item : items) {
                    out.append(separator);
                    represent(item, level + 1, out);
                    separator = ", ";
                }
                out.append(items.isEmpty() ? "[]" : "]");
            }
            case Value.Mapping(Map<String, Value> entries) -> {
                String separator = "{";
                for (Map.Entry<String, Value> entry : entries.entrySet()) {
                    out.append(separator);
                    quote(entry.getKey(), out);
                    out.append(": ");
                    represent(entry.getValue(), level + 1, out);
                    separator = ", ";
                }
                out.append(entries.isEmpty() ? "{}" : "}");
            }
            case Value.Fields _, Value.Function _ -> throw notPrintable(value);
        }
    }

    private static TemplateException notPrintable(Value value) {
        return new TemplateException("value cannot be printed: kind=" + value.kind());
    }

    private static void quote(String text, StringBuilder out) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints()
                .forEach(
                        code -> {
                            switch (code) {
                                case '\n' -> out.append("\\n");
                                case '\r' -> out.append("\\r");
                                case '\t' -> out.append("\\t");
                                case '\\' -> out.append("\\\\");
                                default -> {
                                    if (code == quote) {
                                        out.append('\\');
                                    }
                                    out.appendCodePoint(code);
                                }
                            }
                        });
        out.append(quote);
    }

    /** Python and Java write the shortest digits alike, but not the exponent. */
    private static String real(double number) {
        if (Double.isNaN(number)) {
            return "nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        double size = Math.abs(number);
        if (size != 0 && (size < 1e-4 || size >= 1e16)) {
            String[] parts = Double.toString(number).split("E", -1);
            if (parts.length == 2) {
                int exponent = Integer.parseInt(parts[1]);
                String digits = parts[0].endsWith(".0") ? parts[0].replace(".0", "") : parts[0];
                return digits
                        + (exponent < 0 ? "e-" : "e+")
                        + (Math.abs(exponent) < 10 ? "0" : "")
                        + Math.abs(exponent);
            }
        }
        String plain = new BigDecimal(Double.toString(number)).toPlainString();
        return plain.contains(".") ? plain : plain + ".0";
    }

    /**
     * {@code json.dumps(value, ensure_ascii=False)}.
     *
     * @param indent of each level in blanks, negative: all on one line
     */
    static String json(Value value, int indent) {
        StringBuilder out = new StringBuilder();
        json(value, indent, 1, out);
        return out.toString();
    }

    private static void json(Value value, int indent, int level, StringBuilder out) {
        Budget.requireNesting(level);
        switch (value) {
            case Value.Text(String text) -> jsonText(text, out);
            case Value.Whole(long number) -> out.append(number);
            case Value.Real(double number) -> out.append(real(number));
            case Value.Truth(boolean truth) -> out.append(truth);
            case Value.None _ -> out.append("null");
            case Value.Sequence(List<Value> items) -> {
                out.append('[');
                Iterator<Value> each = items.iterator();
                while (each.hasNext()) {
                    breakLine(indent, level, out);
                    json(each.next(), indent, level + 1, out);
                    separate(each.hasNext(), indent, level, out);
                }
                out.append(']');
            }
            case Value.Mapping(Map<String, Value> entries) -> {
                out.append('{');
                Iterator<Map.Entry<String, Value>> each = entries.entrySet().iterator();
                while (each.hasNext()) {
                    Map.Entry<String, Value> entry = each.next();
                    breakLine(indent, level, out);
                    jsonText(entry.getKey(), out);
                    out.append(": ");
                    json(entry.getValue(), indent, level + 1, out);
                    separate(each.hasNext(), indent, level, out);
                }
                out.append('}');
            }
            case Value.Undefined _, Value.Fields _, Value.Function _ -> throw notPrintable(value);
        }
    }

    private static void separate(boolean more, int indent, int level, StringBuilder out) {
        if (more) {
            out.append(indent < 0 ? ", " : ",");
        } else {
            breakLine(indent, level - 1, out);
        }
    }

    private static void breakLine(int indent, int level, StringBuilder out) {
        if (indent >= 0) {
            out.append('\n').repeat(' ', indent * level);
        }
    }

    private static void jsonText(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            switch (next) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                default -> {
                    if (next < ' ') {
                        out.append("\\u00").append(next < 16 ? "0" : "");
                        out.append(Integer.toHexString(next));
                    } else {
                        out.append(next);
                    }
                }
            }
        }
        out.append('"');
    }
}
