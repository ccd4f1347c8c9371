package dev.gossamer.protocols.run;

import dev.gossamer.protocols.run.YamlNode.Mapping;
import dev.gossamer.protocols.run.YamlNode.Scalar;
import dev.gossamer.protocols.run.YamlNode.Sequence;
import dev.gossamer.protocols.wire.ProtocolLimits;

import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Composes one YAML document of maps, lists and scalars.
 *
 * <p>It works on parser events rather than on the library's objects, so that nothing is expanded,
 * constructed or recursed into before the limits here have been checked: size, depth, no aliases,
 * no tags, no key twice, one document. Scalars stay text; their meaning depends on their key.
 */
final class YamlComposer {
    /** A run file needs three levels, and a comparison of them four more. */
    private static final int MAX_DEPTH = 8;

    private final Iterator<Event> events;
    private Optional<Mark> lastMark = Optional.empty();

    private YamlComposer(String yaml) {
        events = new Parse(settings(yaml)).parseString(yaml).iterator();
    }

    /**
     * A buffer for the whole text: the library (3.0.1) throws where a character outside the basic
     * plane straddles the end of a buffer.
     */
    private static LoadSettings settings(String yaml) {
        return LoadSettings.builder().setBufferSize(yaml.length() + 1).build();
    }

    /**
     * The document's mapping; a refusal of its form names line and column, counted from 1.
     *
     * @param kind what the document is, in a refusal
     */
    static Mapping compose(String kind, String yaml) {
        if (yaml.length() > ProtocolLimits.MAX_RUN_FILE_CHARACTERS) {
            throw new RunFileException(
                    kind
                            + " is too long: characters="
                            + yaml.length()
                            + ", bound="
                            + ProtocolLimits.MAX_RUN_FILE_CHARACTERS);
        }
        requireCharacters(yaml);
        return new YamlComposer(yaml).document(kind);
    }

    /** Refuses characters that YAML does not allow, a lone surrogate among them. */
    private static void requireCharacters(String yaml) {
        int line = 1;
        int column = 1;
        for (int c : yaml.codePoints().toArray()) {
            if (!Text.isPrintable(c) && "\t\r\n\u0085\u2028\u2029\uFEFF".indexOf(c) < 0) {
                throw new RunFileException(
                        String.format(
                                Locale.ROOT,
                                "character is not allowed: line=%d, column=%d, value=U+%04X",
                                line,
                                column,
                                c));
            }
            line += c == '\n' ? 1 : 0;
            column = c == '\n' ? 1 : column + 1;
        }
    }

    private Mapping document(String kind) {
        next(); // the start of the stream
        if (next().getEventId() == Event.ID.StreamEnd) {
            throw new RunFileException(kind + " is empty: expected=a mapping");
        }
        YamlNode root = node("", next(), 1);
        next(); // the end of the document
        Event rest = next();
        if (rest.getEventId() != Event.ID.StreamEnd) {
            throw refused("more than one document", rest, "bound=1");
        }
        if (root instanceof Mapping mapping) {
            return mapping;
        }
        throw new RunFileException(
                "wrong type: value=" + root.shown() + ", expected=a mapping of name, model, data");
    }

    private YamlNode node(String path, Event event, int depth) {
        if (event.getEventId() == Event.ID.Alias) {
            throw refused("aliases are not allowed", event, "key=" + place(path));
        }
        requireUntagged(path, event);
        if (event instanceof ScalarEvent scalar) {
            return new Scalar(scalar.getValue(), scalar.isPlain());
        }
        if (depth > MAX_DEPTH) {
            throw refused("nested too deeply", event, "bound=" + MAX_DEPTH);
        }
        return event.getEventId() == Event.ID.MappingStart
                ? mapping(path, depth)
                : sequence(path, depth);
    }

    private static void requireUntagged(String path, Event event) {
        Optional<String> tag =
                switch (event) {
                    case ScalarEvent scalar -> scalar.getTag();
                    case CollectionStartEvent collection -> collection.getTag();
                    default -> Optional.empty();
                };
        if (tag.isPresent() || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
            throw refused("tags and anchors are not allowed", event, "key=" + place(path));
        }
    }

    private Mapping mapping(String path, int depth) {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        for (Event e = next(); e.getEventId() != Event.ID.MappingEnd; e = next()) {
            if (!(e instanceof ScalarEvent key)) {
                throw refused("a key must be a word", e, "in=" + place(path));
            }
            String inner = path(path, key.getValue());
            requireUntagged(inner, key);
            if (entries.put(key.getValue(), node(inner, next(), depth + 1)) != null) {
                throw refused("duplicate key", key, "key=" + inner);
            }
        }
        return new Mapping(entries);
    }

    private Sequence sequence(String path, int depth) {
        List<YamlNode> items = new ArrayList<>();
        for (Event e = next(); e.getEventId() != Event.ID.SequenceEnd; e = next()) {
            items.add(node(path, e, depth + 1));
        }
        return new Sequence(items);
    }

    /** The full name of {@code key} in the mapping at {@code path}. */
    static String path(String path, String key) {
        return (path.isEmpty() ? "" : path + ".") + RunFileException.shown(key);
    }

    /** The next event; whatever the library throws at a text becomes a refusal here. */
    private Event next() {
        try {
            Event event = events.next();
            lastMark = event.getEndMark();
            return event;
        } catch (MarkedYamlEngineException e) {
            throw invalid(e.getProblemMark(), String.valueOf(e.getProblem()), e);
        } catch (YamlEngineException | NumberFormatException e) {
            throw invalid(lastMark, "bad value after this: " + e.getMessage(), e);
        }
    }

    private static RunFileException invalid(
            Optional<Mark> mark, String problem, RuntimeException cause) {
        return new RunFileException(
                "not valid YAML" + at(mark) + ", problem=" + RunFileException.shown(problem),
                cause);
    }

    private static String place(String path) {
        return path.isEmpty() ? "the file" : path;
    }

    private static RunFileException refused(String problem, Event event, String detail) {
        return new RunFileException(problem + at(event.getStartMark()) + ", " + detail);
    }

    private static String at(Optional<Mark> mark) {
        int line = mark.map(Mark::getLine).orElse(0) + 1;
        int column = mark.map(Mark::getColumn).orElse(0) + 1;
        return ": line=" + line + ", column=" + column;
    }
}
