package dev.gossamer.client.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The methods of texts and dicts. */
final class Methods {
    private Methods() {}

    /** The method {@code name} of {@code value}, bound to it. */
    static Optional<Value> of(Value value, String name) {
        return switch (value) {
            case Value.Text(String text) -> ofText(text, name).map(Methods::asValue);
            case Value.Mapping(Map<String, Value> entries) ->
                    ofDict(entries, name).map(Methods::asValue);
            case Value.Sequence _,
                    Value.Whole _,
                    Value.Real _,
                    Value.Truth _,
                    Value.None _,
                    Value.Undefined _,
                    Value.Fields _,
                    Value.Function _ ->
                    Optional.empty();
        };
    }

    private static Value asValue(Value.Function function) {
        return function;
    }

    private static Optional<Value.Function> ofDict(Map<String, Value> entries, String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "items" -> arguments -> Sequences.pairs(entries);
                    case "keys" ->
                            arguments ->
                                    new Value.Sequence(Sequences.of(new Value.Mapping(entries)));
                    case "values" -> arguments -> new Value.Sequence(List.copyOf(entries.values()));
                    case "get" -> arguments -> get(entries, arguments);
                    default -> null;
                });
    }

    private static Value get(Map<String, Value> entries, Arguments arguments) {
        Value value =
                arguments.required(0, "key") instanceof Value.Text(String key)
                        ? entries.get(key)
                        : null;
        return value != null ? value : arguments.at(1, "default").orElse(Value.none());
    }

    private static Optional<Value.Function> ofText(String text, String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "strip" -> arguments -> strip(text, arguments, true, true);
                    case "lstrip" -> arguments -> strip(text, arguments, true, false);
                    case "rstrip" -> arguments -> strip(text, arguments, false, true);
                    case "split" -> arguments -> split(text, arguments, false);
                    case "rsplit" -> arguments -> split(text, arguments, true);
                    case "splitlines" -> arguments -> lines(text);
                    case "startswith" -> arguments -> begins(text, arguments, true);
                    case "endswith" -> arguments -> begins(text, arguments, false);
                    case "upper" -> arguments -> Value.of(text.toUpperCase(Locale.ROOT));
                    case "lower" -> arguments -> Value.of(text.toLowerCase(Locale.ROOT));
                    case "capitalize" -> arguments -> Value.of(capitalized(text));
                    case "title" -> arguments -> Value.of(title(text));
                    case "replace" -> arguments -> replace(text, arguments);
                    case "find" -> arguments -> found(text, arguments, true);
                    case "rfind" -> arguments -> found(text, arguments, false);
                    case "count" -> arguments -> count(text, arguments);
                    case "join" ->
                            arguments -> join(text, Sequences.of(arguments.required(0, "items")));
                    case "isdigit" ->
                            arguments ->
                                    Value.of(
                                            !text.isEmpty()
                                                    && text.codePoints()
                                                            .allMatch(Character::isDigit));
                    case "removeprefix" -> arguments -> removed(text, arguments, true);
                    case "removesuffix" -> arguments -> removed(text, arguments, false);
                    default -> null;
                });
    }

    private static Value strip(String text, Arguments arguments, boolean start, boolean end) {
        Optional<String> characters = arguments.text(0, "chars");
        int from = 0;
        int to = text.length();
        while (start && from < to && strips(characters, text.codePointAt(from))) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (end && to > from && strips(characters, text.codePointBefore(to))) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return Value.of(text.substring(from, to));
    }

    private static boolean strips(Optional<String> characters, int code) {
        return characters.isEmpty() ? Blanks.isBlank(code) : characters.get().indexOf(code) >= 0;
    }

    private static Value split(String text, Arguments arguments, boolean fromEnd) {
        long most = arguments.whole(1, "maxsplit").orElse(-1L);
        Optional<String> separator = arguments.text(0, "sep");
        List<String> parts =
                separator.isEmpty() ? words(text) : parts(text, separator.get(), most, fromEnd);
        if (separator.isEmpty() && most >= 0) {
            throw new TemplateException("split at blanks has no maxsplit here: maxsplit=" + most);
        }
        return new Value.Sequence(parts.stream().<Value>map(Value::of).toList());
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Budget.requirePieces(text.length() / 2);
        int from = 0;
        for (int at = 0; at <= text.length(); at++) {
            if (at == text.length() || Blanks.isBlank(text.charAt(at))) {
                if (at > from) {
                    words.add(text.substring(from, at));
                }
                from = at + 1;
            }
        }
        return words;
    }

    private static List<String> parts(String text, String separator, long most, boolean fromEnd) {
        if (separator.isEmpty()) {
            throw new TemplateException("split at nothing: separator is empty");
        }
        return fromEnd
                ? partsFromEnd(text, separator, most)
                : partsFromStart(text, separator, most);
    }

    private static List<String> partsFromStart(String text, String separator, long most) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        int at = text.indexOf(separator);
        while (at >= 0 && (most < 0 || parts.size() < most)) {
            parts.add(text.substring(from, at));
            Budget.requirePieces(parts.size());
            from = at + separator.length();
            at = text.indexOf(separator, from);
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static List<String> partsFromEnd(String text, String separator, long most) {
        List<String> parts = new ArrayList<>();
        int to = text.length();
        int at = text.lastIndexOf(separator);
        while (at >= 0 && (most < 0 || parts.size() < most)) {
            parts.add(text.substring(at + separator.length(), to));
            Budget.requirePieces(parts.size());
            to = at;
            at = text.lastIndexOf(separator, to - separator.length());
        }
        parts.add(text.substring(0, to));
        return parts.reversed();
    }

    private static Value lines(String text) {
        return new Value.Sequence(text.lines().<Value>map(Value::of).toList());
    }

    private static Value begins(String text, Arguments arguments, boolean start) {
        Value wanted = arguments.required(0, "prefix");
        List<Value> any =
                wanted instanceof Value.Sequence(List<Value> items) ? items : List.of(wanted);
        return Value.of(
                any.stream()
                        .map(Arguments::text)
                        .anyMatch(part -> start ? text.startsWith(part) : text.endsWith(part)));
    }

    static String capitalized(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int end = text.offsetByCodePoints(0, 1);
        return text.substring(0, end).toUpperCase(Locale.ROOT)
                + text.substring(end).toLowerCase(Locale.ROOT);
    }

    static String title(String text) {
        StringBuilder out = new StringBuilder();
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            char next = text.charAt(i);
            out.append(inside ? Character.toLowerCase(next) : Character.toTitleCase(next));
            inside = Character.isLetter(next);
        }
        return out.toString();
    }

    static Value replace(String text, Arguments arguments) {
        String old = Arguments.text(arguments.required(0, "old"));
        String replacement = Arguments.text(arguments.required(1, "new"));
        long most = arguments.whole(2, "count").orElse(-1L);
        // At worst, every character and both ends are replaced.
        long places = old.isEmpty() ? text.length() + 1L : text.length() / old.length();
        Budget.requireRoomFor(text.length() + places * replacement.length());
        if (most < 0) {
            return Value.of(text.replace(old, replacement));
        }
        StringBuilder out = new StringBuilder();
        int from = 0;
        for (long i = 0; i < most && !old.isEmpty() && text.indexOf(old, from) >= 0; i++) {
            int at = text.indexOf(old, from);
            out.append(text, from, at).append(replacement);
            from = at + old.length();
        }
        return Value.of(out.append(text, from, text.length()).toString());
    }

    private static Value found(String text, Arguments arguments, boolean first) {
        String wanted = Arguments.text(arguments.required(0, "sub"));
        int at = first ? text.indexOf(wanted) : text.lastIndexOf(wanted);
        return Value.of(at < 0 ? -1 : text.codePointCount(0, at));
    }

    private static Value count(String text, Arguments arguments) {
        String wanted = Arguments.text(arguments.required(0, "sub"));
        if (wanted.isEmpty()) {
            return Value.of(text.codePointCount(0, text.length()) + 1);
        }
        int count = 0;
        for (int at = text.indexOf(wanted); at >= 0; count++) {
            at = text.indexOf(wanted, at + wanted.length());
        }
        return Value.of(count);
    }

    static Value join(String separator, List<Value> items) {
        return Value.of(String.join(separator, items.stream().map(Printed::text).toList()));
    }

    private static Value removed(String text, Arguments arguments, boolean start) {
        String part = Arguments.text(arguments.required(0, "affix"));
        if (start) {
            return Value.of(text.startsWith(part) ? text.substring(part.length()) : text);
        }
        return Value.of(
                text.endsWith(part) ? text.substring(0, text.length() - part.length()) : text);
    }
}
