package dev.gossamer.simulations.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.gossamer.simulations.compare.LabelPlacing.Box;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

class BytesChartTest {
    private static Document parsed(List<ArmOutcome> outcomes) throws Exception {
        String svg = new BytesChart("accuracy & bytes", outcomes).toSvg();
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Element> elements(Document svg, String tag) {
        NodeList nodes = svg.getElementsByTagName(tag);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static double number(Element element, String name) {
        return Double.parseDouble(element.getAttribute(name));
    }

    /** Where the letters of a label are, a little less wide than they are planned. */
    private static Box box(Element label) {
        double x = number(label, "x");
        double y = number(label, "y");
        double width = 6 * label.getTextContent().length();
        return new Box(x, y - LabelPlacing.FONT + 2, x + width, y);
    }

    private static Element label(Document svg, String words) {
        return elements(svg, "text").stream()
                .filter(text -> text.getTextContent().equals(words))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void chart_ofACrowd_hasEachLabelOnceAndNoneOnAnother() throws Exception {
        Document svg = parsed(Outcomes.crowd());

        List<Box> boxes =
                Outcomes.crowd().stream().map(arm -> box(label(svg, arm.label()))).toList();
        for (int i = 0; i < boxes.size(); i++) {
            for (int j = 0; j < i; j++) {
                assertFalse(boxes.get(i).meets(boxes.get(j)), i + " on " + j);
            }
        }
    }

    @Test
    void chart_armWithABasis_hasASecondDotFurtherRight() throws Exception {
        Document svg =
                parsed(
                        List.of(
                                Outcomes.of("with", "fed-sb", 1, 9, 0.8),
                                Outcomes.of("without", "fedit", 10, 0, 0.7)));

        List<Element> empty =
                elements(svg, "circle").stream()
                        .filter(dot -> dot.getAttribute("fill").equals("#ffffff"))
                        .filter(dot -> dot.getAttribute("stroke").equals("#1f5fd0"))
                        .toList();
        List<Element> full =
                elements(svg, "circle").stream()
                        .filter(dot -> dot.getAttribute("fill").equals("#1f7a45"))
                        .toList();
        assertEquals(1, empty.size());
        assertEquals(1, full.size());
        assertEquals(number(full.getFirst(), "cx"), number(empty.getFirst(), "cx"), 0.11);
        assertTrue(number(empty.getFirst(), "cy") < number(full.getFirst(), "cy"));
    }

    /** Ten times as many bytes are as far apart, wherever they are. */
    @Test
    void chart_bytes_areOnALogarithmicAxis() throws Exception {
        Document svg =
                parsed(
                        List.of(
                                Outcomes.of("one", "fedit", 1, 0, 0.7),
                                Outcomes.of("ten", "ffa", 10, 0, 0.8),
                                Outcomes.of("hundred", "rolora", 100, 0, 0.9)));

        List<Double> x =
                elements(svg, "circle").stream()
                        .filter(dot -> dot.getAttribute("fill").matches("#1f7a45|#7d48c0|#a07000"))
                        .map(dot -> number(dot, "cx"))
                        .toList();
        assertEquals(3, x.size());
        assertEquals(x.get(1) - x.get(0), x.get(2) - x.get(1), 0.21);
    }

    @Test
    void chart_equalBytes_standSideBySide() throws Exception {
        Document svg =
                parsed(
                        List.of(
                                Outcomes.of("one", "fedit", 5, 0, 0.7),
                                Outcomes.of("other", "ffa", 5, 0, 0.7)));

        List<Double> x =
                elements(svg, "circle").stream()
                        .filter(dot -> dot.getAttribute("fill").matches("#1f7a45|#7d48c0"))
                        .map(dot -> number(dot, "cx"))
                        .toList();
        assertEquals(10, Math.abs(x.get(0) - x.get(1)), 0.11);
    }
}
