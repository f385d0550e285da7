package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Capabilities;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.Grant;
import dev.conclave.View;
import dev.conclave.kit.Await;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Size;
import dev.conclave.kit.Stage;
import dev.conclave.spi.Names;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;

/** Names never meet. What a driver makes of some given names is pinned in the driver's own tests. */
public abstract class NameScenarios extends ScenarioGroup {
    /** Pairs and families that some encoding, case folding, normalisation, trimming or cutting would make one. */
    private static final List<String> NASTY = List.of(
            "a",
            "A",
            "\u00e1",
            "a\u0301",
            "\u00aa",
            "\u0430",
            "a/b",
            "a/",
            "/a",
            "/",
            "//",
            "a//b",
            ".",
            "..",
            "a.",
            "./a",
            "../a",
            "a/../b",
            "a:b",
            "a::b",
            ":",
            "a%2Fb",
            "a%2fb",
            "%",
            "%25",
            "%00",
            "a b",
            "a+b",
            "a%20b",
            " ",
            "  ",
            " a",
            "a ",
            "\t",
            "\n",
            "\r\n",
            "a\\b",
            "\\",
            "a*",
            "*",
            "?",
            "a?b",
            "#",
            "a#b",
            "&",
            "=",
            "'",
            "''",
            "\"",
            "`",
            "$",
            "${a}",
            "{a}",
            "[a]",
            "|",
            "<a>",
            "~",
            "^",
            "!",
            ",",
            ";",
            "-",
            "_",
            "%_",
            "\u0000",
            "a\u0000",
            "a\u0000b",
            "\u0001",
            "\u007f",
            "\ufeff",
            "\u200b",
            "\u202e",
            "ß",
            "ss",
            "SS",
            "ẞ",
            "İ",
            "i",
            "ı",
            "I",
            "\u212b",
            "\u00c5",
            "A\u030a",
            "\u2126",
            "\u03a9",
            "\ufb01",
            "fi",
            "\u2460",
            "1",
            "😀",
            "\uD83D\uDE01",
            "中",
            "null",
            "NULL",
            "con",
            "CON",
            "aux",
            "nul.txt",
            "lock",
            "locks",
            "group",
            "leader",
            "conclave",
            "0",
            "00",
            "0x0",
            "-1",
            "1e3",
            "true",
            "x".repeat(Names.MAX_NAME_BYTES),
            "x".repeat(Names.MAX_NAME_BYTES - 1),
            "x".repeat(Names.MAX_NAME_BYTES - 1) + "y",
            "é".repeat(Names.MAX_NAME_BYTES / 2),
            "中".repeat(Names.MAX_NAME_BYTES / 3));

    private static final int MANY = 100_000;

    /** For the kit. */
    protected NameScenarios() {}

    private static Set<String> names() {
        return new HashSet<>(NASTY);
    }

    @Scenario("N1")
    @DisplayName(
            "Names that differ only in case, form, blanks, prefix or length are different locks, and come back as they were")
    void locks(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        for (String name : names()) {
            hold(stage, ada, name);
        }

        Coordinator bob = stage.member("bob");
        assertThat(bob.locks()).extracting(info -> info.name()).containsExactlyInAnyOrderElementsOf(names());
        for (String name : names()) {
            assertThat(bob.lock(name).tryAcquire()).as("lock '%s'", name).isEmpty();
        }
    }

    private static void hold(Stage stage, Coordinator member, String name) throws InterruptedException {
        Optional<Grant> grant = member.lock(name).tryAcquire();
        assertThat(grant).as("lock '%s'", name).isPresent();
        stage.keep(grant.get());
    }

    @Scenario("N1")
    @DisplayName("They are different groups, each with its own members")
    void groups(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        int number = 0;
        for (String name : names()) {
            ada.group(name).join(Capabilities.of("name", name).and("number", number++));
        }

        Coordinator bob = stage.member("bob");
        assertThat(bob.groups()).containsExactlyInAnyOrderElementsOf(names());
        for (String name : names()) {
            View view = bob.group(name).view();
            assertThat(view.group()).isEqualTo(name);
            assertThat(view.members()).hasSize(1);
            assertThat(view.members().get(0).capabilities().text("name")).contains(name);
        }
    }

    @Scenario("N1")
    @DisplayName("They are different members of one group, and different candidates")
    void members(Stage stage) throws Exception {
        for (String name : names()) {
            stage.member(name).group("workers").join(Capabilities.of("name", name));
        }

        View view = stage.member("bob").group("workers").view();
        assertThat(view.members()).extracting(member -> member.id()).containsExactlyInAnyOrderElementsOf(names());
        assertThat(view.members())
                .allSatisfy(
                        member -> assertThat(member.capabilities().text("name")).contains(member.id()));
    }

    @Scenario("N1")
    @DisplayName("A lock, a group and an election of one name do not meet, nor do two namespaces")
    void kinds(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        for (String name : List.of("a", "a/b", "leader", "lock")) {
            hold(stage, ada, name);
            ada.group(name).create();
            assertThat(ada.election(name).run(stage.candidate()).await(Await.PATIENCE))
                    .isPresent();
            ada.group(name).delete();
            assertThat(ada.lock(name).info().holders()).hasSize(1);
        }
        for (String namespace : List.of("x", "X", "x/a", "x:a", "ü", stage.namespace() + "/a")) {
            String url = stage.url()
                    .replace(
                            "namespace=" + stage.namespace(),
                            "namespace=" + URLEncoder.encode(stage.namespace() + namespace, StandardCharsets.UTF_8));
            try (Coordinator elsewhere = Conclave.connect(url, "ada")) {
                assertThat(elsewhere.lock("a").tryAcquire()).as(namespace).isPresent();
                assertThat(elsewhere.groups()).as(namespace).isEmpty();
            }
        }
    }

    @Scenario(value = "N1", alone = true)
    @DisplayName(
            "As many random names as there is time for, up to 100,000, are held at once, none in the way of another")
    void randomNames(Stage stage) throws Exception {
        Random random = new Random();
        Coordinator ada = stage.member("ada");
        long end = System.nanoTime() + Size.budget().toNanos();
        Set<String> held = new HashSet<>();
        while (held.size() < MANY && (held.size() < 1_000 || System.nanoTime() < end)) {
            String name = random(random);
            if (held.add(name)) {
                hold(stage, ada, name);
            }
        }
        assertThat(ada.locks().size()).isEqualTo(held.size());
    }

    private static String random(Random random) {
        StringBuilder name = new StringBuilder();
        int length = 1 + random.nextInt(12);
        for (int i = 0; i < length; i++) {
            name.appendCodePoint(random.nextInt(3) > 0 ? 'a' + random.nextInt(26) : 1 + random.nextInt(0xD7FF));
        }
        return name.toString();
    }

    @Scenario(value = "N2", alone = true)
    @DisplayName("As many names as there is time for, used once each, leave no memory, no stored object and no thread")
    void growth(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        cycle(ada, 0, 1_000);
        long heap = usedHeap();
        long end = System.nanoTime() + Size.budget().toNanos();
        int number = 1_000;
        while (number < 1_000_000 && (number < 3_000 || System.nanoTime() < end)) {
            cycle(ada, number, 500);
            number += 500;
        }

        assertThat(ada.locks()).isEmpty();
        // Far less than one small object for each name; a million in the long form.
        assertThat(usedHeap() - heap)
                .as("growth of the heap over %d names", number)
                .isLessThan(8_000_000);
    }

    private static void cycle(Coordinator coordinator, int from, int count) throws InterruptedException {
        for (int i = from; i < from + count; i++) {
            try (Grant grant = coordinator.lock("name-" + i).acquire()) {
                assertThat(grant.isValid()).isTrue();
            }
        }
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    @Scenario(value = "N2", alone = true)
    @DisplayName("What the backend stores does not grow with the number of names that were ever used")
    void footprint(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        cycle(ada, 0, 200);
        long before = stage.backend().footprint(stage.namespace());
        cycle(ada, 200, 1_000);
        for (int i = 0; i < 50; i++) {
            ada.group("group-" + i).join().leave();
            ada.group("group-" + i).delete();
        }

        assertThat(stage.backend().footprint(stage.namespace()) - before).isLessThan(100);
        ada.close();
        Await.until("nothing of ada's to be stored", () -> stage.backend().footprint(stage.namespace()) <= before);
    }

    @Scenario(value = "N2", alone = true)
    @DisplayName("A coordinator has few threads however much it does, and none after it was closed")
    void threads(Stage stage) throws Exception {
        // A name that no other member's threads can have.
        String member = "m" + stage.namespace().hashCode();
        Coordinator ada = stage.member(member);
        for (int i = 0; i < 100; i++) {
            stage.keep(ada.lock("lock-" + i).acquire());
            ada.group("group-" + i).join();
            ada.group("group-" + i).watch(event -> {});
            ada.election("election-" + i).run(stage.candidate());
        }
        Await.until("idle callback threads to end", () -> threadsOf(member) <= 4);
        ada.close();

        Await.until("all threads to end", () -> threadsOf(member) == 0);
    }

    private static long threadsOf(String member) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains(member))
                .count();
    }
}
