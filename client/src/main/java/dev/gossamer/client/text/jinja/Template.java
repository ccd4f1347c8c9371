package dev.gossamer.client.text.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A template in the part of Jinja that chat templates use, rendered as the transformers library
 * renders it: with {@code trim_blocks}, {@code lstrip_blocks}, loop controls, {@code tojson} in
 * plain JSON, {@code namespace}, {@code range} and {@code raise_exception}.
 *
 * <p>It reaches nothing but the values that it is given, and what it may cost is bounded.
 * Immutable; any thread may render.
 */
public final class Template {
    private static final int MAX_CHARACTERS = 1 << 20;

    private final List<Node> nodes;

    private Template(List<Node> nodes) {
        this.nodes = nodes;
    }

    /**
     * Reads a template.
     *
     * @throws TemplateException if it is malformed, or uses what is not supported
     */
    public static Template parse(String source) {
        if (source.length() > MAX_CHARACTERS) {
            throw new TemplateException(
                    "template is too long: characters="
                            + source.length()
                            + ", bound="
                            + MAX_CHARACTERS);
        }
        return new Template(TemplateParser.parse(source));
    }

    /**
     * The text for {@code values}.
     *
     * @throws TemplateException if the template refuses them, or asks for what they do not hold
     */
    public String render(Map<String, Value> values) {
        Map<String, Value> all = new HashMap<>(values);
        all.put("namespace", (Value.Function) Namespace::of);
        all.put("range", (Value.Function) Sequences::range);
        all.put("dict", (Value.Function) arguments -> new Value.Mapping(arguments.named()));
        all.put("raise_exception", (Value.Function) Template::refuse);
        return new Renderer().render(nodes, Frame.of(all));
    }

    private static Value refuse(Arguments arguments) {
        throw new TemplateException(
                "the template refuses: " + Printed.text(arguments.required(0, "message")));
    }
}
