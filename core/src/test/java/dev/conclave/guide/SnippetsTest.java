package dev.conclave.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Holds the Java in README.md and docs/guide to the code of this package, which is compiled and run: each
 * block is named by a comment before it, {@code <!-- snippet: name -->}, and equals what stands here between
 * {@code // snippet:name} and {@code // end}, but for its indentation.
 */
class SnippetsTest {
    private static final Path ROOT = root();
    private static final Path SAMPLES = ROOT.resolve("core/src/test/java/dev/conclave/guide");
    private static final Pattern BEGIN = Pattern.compile("\\s*// snippet:(\\S+)");
    private static final Pattern END = Pattern.compile("\\s*// end");
    private static final Pattern NAME = Pattern.compile("<!-- snippet: (\\S+) -->");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]+)(?:#[^)]*)?\\)");

    private record Block(String page, int line, String name, String code) {}

    /** Maven runs tests in the module's folder, an editor may run them in the project's. */
    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("docs/guide")) ? here : here.getParent();
    }

    @TestFactory
    @DisplayName("each block of Java in a page")
    Stream<DynamicTest> blocks() throws IOException {
        Map<String, String> snippets = snippets();
        return blocksOf(pages()).stream()
                .map(block -> DynamicTest.dynamicTest(
                        block.page() + " line " + block.line() + ": " + block.name(),
                        () -> assertThat(block.code())
                                .as("the block has the code of the snippet '%s' (%s)", block.name(), snippets.keySet())
                                .isEqualTo(snippets.get(block.name()))));
    }

    @Test
    @DisplayName("each snippet is shown in a page")
    void noneIsLeftOver() throws IOException {
        List<String> shown = blocksOf(pages()).stream().map(Block::name).toList();

        assertThat(shown).containsAll(snippets().keySet());
    }

    @TestFactory
    @DisplayName("each link within the project")
    Stream<DynamicTest> links() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path page : withLinks()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                String to = link.group(1);
                // docs/drivers.md is made by the conformance kit.
                if (!to.contains(":") && !to.endsWith("drivers.md")) {
                    tests.add(DynamicTest.dynamicTest(
                            ROOT.relativize(page) + " to " + to,
                            () -> assertThat(page.resolveSibling(to)).exists()));
                }
            }
        }
        return tests.stream();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
        try (Stream<Path> guide = Files.list(ROOT.resolve("docs/guide"))) {
            guide.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    private static List<Path> withLinks() throws IOException {
        List<Path> pages = pages();
        pages.add(ROOT.resolve("CONTRIBUTING.md"));
        pages.add(ROOT.resolve("CHANGELOG.md"));
        pages.add(ROOT.resolve("docs/internals.md"));
        return pages;
    }

    private static List<Block> blocksOf(List<Path> pages) throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path page : pages) {
            List<String> lines = Files.readAllLines(page);
            String named = "(unnamed)";
            for (int i = 0; i < lines.size(); i++) {
                Matcher name = NAME.matcher(lines.get(i));
                if (name.matches()) {
                    named = name.group(1);
                } else if (lines.get(i).equals("```java")) {
                    int begin = i + 1;
                    int end = begin;
                    while (!lines.get(end).equals("```")) {
                        end++;
                    }
                    blocks.add(
                            new Block(ROOT.relativize(page).toString(), i + 1, named, text(lines.subList(begin, end))));
                    named = "(unnamed)";
                    i = end;
                }
            }
        }
        return blocks;
    }

    private static Map<String, String> snippets() throws IOException {
        Map<String, String> snippets = new HashMap<>();
        try (Stream<Path> files = Files.list(SAMPLES)) {
            for (Path file : files.sorted().toList()) {
                List<String> lines = Files.readAllLines(file);
                for (int i = 0; i < lines.size(); i++) {
                    Matcher begin = BEGIN.matcher(lines.get(i));
                    if (begin.matches()) {
                        int end = i + 1;
                        while (!END.matcher(lines.get(end)).matches()) {
                            end++;
                        }
                        String before = snippets.put(begin.group(1), text(lines.subList(i + 1, end)));
                        assertThat(before)
                                .as("another snippet %s", begin.group(1))
                                .isNull();
                    }
                }
            }
        }
        return snippets;
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines).stripIndent().strip();
    }
}
