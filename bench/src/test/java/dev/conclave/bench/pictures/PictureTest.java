package dev.conclave.bench.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.conclave.bench.Backend;
import dev.conclave.bench.Contestant;
import dev.conclave.bench.Feature;
import dev.conclave.bench.Metric;
import dev.conclave.bench.Sheet;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

@DisplayName("A picture")
class PictureTest {
    private static final Metric RATE = Metric.higher("cycles/s");

    private static Contestant contestant(String name, Contestant.Kind kind, Backend backend) {
        return new Contestant(name, backend, kind, Set.of(Feature.LOCK), "1.0", (url, member) -> {
            throw new IllegalStateException("not to be opened");
        });
    }

    private static Sheet cycle(Backend backend) {
        Sheet sheet = new Sheet("cycle", backend, "One thread.", "");
        for (double rate : List.of(400, 500, 600)) {
            sheet.record(contestant("tom & <jerry>", Contestant.Kind.PEER, backend), RATE, rate);
        }
        sheet.record(contestant("conclave", Contestant.Kind.CONCLAVE, backend), RATE, 1_200);
        return sheet;
    }

    private static Sheet waiters(Backend backend, double latency) {
        Sheet sheet = new Sheet("waiters", backend, "Who waits.", "waiting");
        Contestant us = contestant("conclave", Contestant.Kind.CONCLAVE, backend);
        for (int size : List.of(1, 10, 100, 1_000)) {
            sheet.record(us, Metric.lower("requests/release").at(size), 3);
            sheet.record(us, Metric.lower("hand-over p50 ms").at(size), latency);
        }
        return sheet;
    }

    private static List<Element> elements(String svg, String name, String style) throws Exception {
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        NodeList all = document.getElementsByTagName(name);
        List<Element> found = new ArrayList<>();
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            if (element.getAttribute("class").contains(style)) {
                found.add(element);
            }
        }
        return found;
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    private static List<Element> bars(String svg, String style) throws Exception {
        // The small squares explain the colours.
        return elements(svg, "rect", style).stream()
                .filter(bar -> number(bar, "height") > 10)
                .toList();
    }

    @Test
    @DisplayName("has bars as long as the medians, and lines from the least to the most")
    void hasBars() throws Exception {
        String svg = Picture.of(List.of(cycle(Backend.REDIS))).get(0).svg();

        Element theirs = bars(svg, "peer").get(0);
        Element ours = bars(svg, "conclave").get(0);
        assertThat(number(ours, "width") / number(theirs, "width")).isCloseTo(2.4, within(0.01));
        double perUnit = number(ours, "width") / 1_200;
        Element spread = elements(svg, "line", "spread").stream()
                .filter(line -> number(line, "y1") > number(theirs, "y"))
                .findFirst()
                .orElseThrow();
        assertThat(number(spread, "x2") - number(spread, "x1")).isCloseTo(200 * perUnit, within(0.5));
    }

    @Test
    @DisplayName("escapes names, and keeps everything on the page")
    void keepsOnThePage() throws Exception {
        String svg = Picture.svg(Picture.of(List.of(
                cycle(Backend.REDIS),
                cycle(Backend.FILE),
                cycle(Backend.IPC),
                cycle(Backend.ETCD),
                waiters(Backend.REDIS, 0))));

        assertThat(elements(svg, "text", "name"))
                .extracting(Element::getTextContent)
                .contains("tom & <jerry>");
        Element page = elements(svg, "rect", "page").get(0);
        for (Element text : elements(svg, "text", "")) {
            assertThat(number(text, "x")).as(text.getTextContent()).isBetween(0.0, number(page, "width"));
            assertThat(number(text, "y")).as(text.getTextContent()).isBetween(0.0, number(page, "height"));
        }
    }

    @Test
    @DisplayName("of growth has a line for each backend, in its colour, and a name for each that covers no other")
    void hasLines() throws Exception {
        String svg = Picture.of(
                        List.of(waiters(Backend.REDIS, 1), waiters(Backend.ETCD, 1.01), waiters(Backend.FILE, 1)))
                .get(0)
                .svg();

        for (Backend backend : List.of(Backend.REDIS, Backend.ETCD, Backend.FILE)) {
            // Four sizes in two panels.
            assertThat(elements(svg, "circle", "on-" + backend.label())).hasSize(8);
        }
        List<Double> names = elements(svg, "text", "label").stream()
                .filter(label -> number(label, "x") > 480)
                .map(label -> number(label, "y"))
                .sorted()
                .toList();
        assertThat(names).hasSize(3);
        assertThat(names.get(1) - names.get(0)).isGreaterThan(11);
        assertThat(names.get(2) - names.get(1)).isGreaterThan(11);
    }

    @Test
    @DisplayName("names a line that ends early where it ends")
    void namesShortLines() throws Exception {
        Sheet few = new Sheet("waiters", Backend.ETCD, "Who waits.", "waiting");
        Contestant us = contestant("conclave", Contestant.Kind.CONCLAVE, Backend.ETCD);
        few.record(us, Metric.lower("hand-over p50 ms").at(10), 5);

        String svg = Picture.of(List.of(waiters(Backend.REDIS, 1), few)).get(0).svg();

        Element point = elements(svg, "circle", "on-etcd").get(0);
        Element label = elements(svg, "text", "label on-etcd").get(0);
        assertThat(number(label, "x") - number(point, "cx")).isBetween(0.0, 10.0);
        assertThat(number(point, "cy") - number(label, "y")).isBetween(0.0, 10.0);
    }

    @Test
    @DisplayName("has powers of ten at equal distances, and what is zero at the lower end")
    void hasLogarithmicAxes() {
        LogScale scale = LogScale.of(List.of(0.0, 0.02, 70.0), 0, 400);

        assertThat(scale.ticks()).hasSize(5);
        assertThat(scale.at(0)).isZero();
        assertThat(scale.at(1)).isCloseTo(200, within(1e-9));
        assertThat(scale.at(100)).isCloseTo(400, within(1e-9));
        assertThat(LogScale.label(0.01)).isEqualTo("0.01");
        assertThat(LogScale.label(10_000)).isEqualTo("10k");
    }

    @Test
    @DisplayName("moves names apart, down and at the lower end up")
    void movesNamesApart() {
        assertThat(LinePanel.apart(List.of(10.0, 11.0, 50.0), 12, 0, 100)).containsExactly(10.0, 22.0, 50.0);
        assertThat(LinePanel.apart(List.of(98.0, 99.0, 100.0), 12, 0, 100)).containsExactly(76.0, 88.0, 100.0);
    }
}
