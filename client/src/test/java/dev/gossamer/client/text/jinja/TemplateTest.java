package dev.gossamer.client.text.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Held to what Jinja2 3.1.6 prints with the settings of the transformers library. */
class TemplateTest {
    private static final Path GOLDEN = Path.of("src/test/resources/jinja/jinja.json");

    private static JsonNode golden() throws IOException {
        return new ObjectMapper().readTree(GOLDEN.toFile());
    }

    private static Stream<Named<JsonNode>> texts() throws IOException {
        return StreamSupport.stream(golden().get("texts").spliterator(), false)
                .map(text -> Named.of(text.get("source").toString(), text));
    }

    private static Value value(JsonNode node) {
        if (node.isObject()) {
            return new Value.Mapping(entries(node));
        }
        if (node.isArray()) {
            List<Value> items = new ArrayList<>();
            node.forEach(item -> items.add(value(item)));
            return new Value.Sequence(items);
        }
        if (node.isBoolean()) {
            return Value.of(node.booleanValue());
        }
        return node.isNumber() ? Value.of(node.longValue()) : Value.of(node.textValue());
    }

    private static Map<String, Value> entries(JsonNode node) {
        Map<String, Value> entries = new LinkedHashMap<>();
        node.properties().forEach(entry -> entries.put(entry.getKey(), value(entry.getValue())));
        return entries;
    }

    private static String rendered(String source) throws IOException {
        return Template.parse(source).render(entries(golden().get("values")));
    }

    private static String refusal(String source) {
        return assertThrows(TemplateException.class, () -> rendered(source)).getMessage();
    }

    @ParameterizedTest
    @MethodSource("texts")
    void render_eachPartOfTheLanguage_printsWhatJinja2Does(JsonNode text) throws IOException {
        String source = text.get("source").textValue();
        if (text.has("text")) {
            assertEquals(text.get("text").textValue(), rendered(source));
        } else {
            assertEquals(1, refusal(source).lines().count());
        }
    }

    @Test
    void render_whatIsNotThere_namesIt() {
        assertEquals(
                "name is not defined: name=missing, template line=2", refusal("\n{{ missing.x }}"));
        assertEquals("no such operation: str + int, template line=1", refusal("{{ 'a' + 1 }}"));
        assertEquals(
                "the template refuses: no way, template line=1",
                refusal("{{ raise_exception('no way') }}"));
        assertTrue(
                refusal("{{ 'a' | nofilter }}")
                        .startsWith(
                                "filter that is not supported: filter=nofilter, supported=[abs"),
                refusal("{{ 'a' | nofilter }}"));
        assertEquals(
                "tag that is not supported: tag=include, supported=[break, continue, for,"
                        + " generation, if, macro, set], template line=1",
                refusal("{% include 'x' %}"));
        assertEquals(
                "template is malformed: found=the end of the template, expected=[elif, else,"
                        + " endif], template line=1",
                refusal("{% if true %}"));
    }

    @Test
    void render_neverEndingWork_isCutOff() {
        String nested = "{% for a in range(9999) %}".repeat(4) + "{% endfor %}".repeat(4);
        String doubled =
                "{% set ns = namespace(t='x') %}{% for i in range(99) %}"
                        + "{% set ns.t = ns.t + ns.t %}{% endfor %}";
        String endless = "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}";

        assertTrue(refusal(nested).startsWith("template takes too many steps"), refusal(nested));
        assertTrue(refusal(doubled).startsWith("template makes too much text"), refusal(doubled));
        assertTrue(refusal(endless).startsWith("template goes too deep"), refusal(endless));
        assertTrue(refusal("{{ range(1000000) }}").startsWith("range is too long"));
    }

    @Test
    void render_textThatGrows_isRefusedBeforeItIsMade() {
        String large =
                "{% set ns = namespace(t='xx') %}{% for i in range(20) %}"
                        + "{% set ns.t = ns.t + ns.t %}{% endfor %}";
        String deep =
                "{% set ns = namespace(t=[]) %}{% for i in range(9999) %}"
                        + "{% set ns.t = [ns.t] %}{% endfor %}";

        for (String growing :
                List.of(
                        "{{ ns.t.replace('x', ns.t) }}",
                        "{{ ns.t | replace('', ns.t) }}",
                        "{{ [1, 2, 3, 4, 5, 6, 7, 8] | join(ns.t) }}")) {
            assertTrue(
                    refusal(large + growing).startsWith("template makes too much text"),
                    refusal(large + growing));
        }
        for (String cutting :
                List.of("{{ ns.t.split('x') }}", "{{ ns.t | list }}", "{{ ns.t.split() }}")) {
            assertTrue(
                    refusal(large + cutting).startsWith("text has too many pieces"),
                    refusal(large + cutting));
        }
        for (String nested : List.of("{{ ns.t }}", "{{ ns.t | tojson }}", "{{ ns.t == ns.t }}")) {
            assertTrue(
                    refusal(deep + nested).startsWith("lists are nested too deep"),
                    refusal(deep + nested));
        }
    }

    @Test
    void parse_nestedTooDeep_refused() {
        String brackets = "{{ " + "(".repeat(500) + "1" + ")".repeat(500) + " }}";
        String conditions = "{% if true %}".repeat(500) + "{% endif %}".repeat(500);
        String sum = "{{ 1" + "+1".repeat(5000) + " }}";

        assertTrue(refusal(brackets).startsWith("template is nested too deep"), refusal(brackets));
        assertTrue(refusal(conditions).startsWith("template is nested too deep"));
        assertTrue(refusal("{{ " + "-".repeat(500) + "1 }}").startsWith("template is nested"));
        assertTrue(refusal("{{ " + "not ".repeat(500) + "1 }}").startsWith("template is nested"));
        assertTrue(refusal(sum).startsWith("template goes too deep"), refusal(sum));
    }

    @Test
    void parse_cutAnywhere_readsOrRefuses() {
        String whole =
                "a {%- for x in xs[::-1] if x is odd %}{# c #}{{ 'b' | trim('c') ~ {'k': 1}.k }}"
                        + "{% else %}{% set a, b = 1, 2 %}{% endfor %}";
        for (int length = 0; length < whole.length(); length++) {
            String cut = whole.substring(0, length);
            try {
                Template.parse(cut);
            } catch (TemplateException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            }
        }
        assertTrue(refusal(whole.substring(0, whole.length() - 1)).startsWith("tag does not end"));
    }
}
