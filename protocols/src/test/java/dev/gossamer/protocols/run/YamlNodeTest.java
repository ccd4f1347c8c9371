package dev.gossamer.protocols.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.gossamer.protocols.run.YamlNode.Mapping;
import dev.gossamer.protocols.run.YamlNode.Scalar;

import org.junit.jupiter.api.Test;

import java.util.List;

class YamlNodeTest {
    private static Mapping mapping(String yaml) {
        return YamlComposer.compose("run file", yaml);
    }

    @Test
    void over_mappingsOfOneKey_areMerged() {
        Mapping merged =
                mapping("{a: {x: 1, y: {z: 2}}, c: 3}").over(mapping("{a: {w: 0, x: 9}, b: 4}"));

        assertEquals(mapping("{a: {w: 0, x: 1, y: {z: 2}}, b: 4, c: 3}"), merged);
        assertEquals(List.of("a", "b", "c"), List.copyOf(merged.entries().keySet()));
    }

    @Test
    void over_anythingElse_isReplaced() {
        Mapping below = mapping("{a: [1, 2], b: {x: 1}, c: 5}");

        assertEquals(
                mapping("{a: [3], b: none, c: {y: 6}}"),
                mapping("{a: [3], b: none, c: {y: 6}}").over(below));
    }

    @Test
    void over_nothing_isTheSame() {
        Mapping own = mapping("{a: {x: 1}}");

        assertEquals(own, own.over(Mapping.EMPTY));
        assertEquals(own, Mapping.EMPTY.over(own));
    }

    @Test
    void of_aPath_isNested() {
        assertEquals(
                mapping("{train: {learning-rate: 0.01}}"),
                Mapping.of(0.01, "train", "learning-rate"));
        assertEquals(new Scalar("1.0E-5", true), Mapping.of(1e-5, "a").entries().get("a"));
    }

    @Test
    void entries_areACopy() {
        Mapping own = mapping("{a: 1}");

        assertThrows(UnsupportedOperationException.class, () -> own.entries().clear());
    }
}
