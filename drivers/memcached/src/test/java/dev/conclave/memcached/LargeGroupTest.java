package dev.conclave.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Capabilities;
import dev.conclave.Conclave;
import dev.conclave.Coordinator;
import dev.conclave.GroupEvent;
import dev.conclave.Membership;
import dev.conclave.View;
import dev.conclave.kit.Await;
import dev.conclave.servers.MemcachedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A group")
class LargeGroupTest {
    private static final int MEMBERS = 30;
    private static final String DATA = "0123456789abcdef".repeat(60 * 64);

    @Test
    @DisplayName("whose members' data is beyond one item of 1 MB is seen whole, and changes")
    void beyondOneItem() throws Exception {
        List<Coordinator> members = new ArrayList<>();
        try (MemcachedServer server = MemcachedServer.options().start()) {
            String url = "memcached://" + server.authority();
            try (Coordinator reader = Conclave.connect(url, "reader")) {
                Queue<GroupEvent> events = new ConcurrentLinkedQueue<>();
                reader.group("workers").watch(events::add);
                List<Membership> memberships = new ArrayList<>();
                for (int i = 0; i < MEMBERS; i++) {
                    Coordinator member = Conclave.connect(url, "member-" + i);
                    members.add(member);
                    memberships.add(member.group("workers")
                            .join(Capabilities.of("number", i).and("data", DATA)));
                }
                assertThat((long) MEMBERS * DATA.length()).isGreaterThan(1_800_000);
                assertWhole(reader.group("workers").view());
                Await.until(
                        "the watcher to see all",
                        () -> events.stream()
                                .anyMatch(event -> event.view().members().size() == MEMBERS));

                memberships.get(7).update(Capabilities.of("number", 7).and("data", "little"));
                memberships.get(8).leave();

                Await.until(
                        "the watcher to see both changes",
                        () -> events.stream().anyMatch(event -> {
                            View view = event.view();
                            return view.members().size() == MEMBERS - 1
                                    && view.member("member-8").isEmpty()
                                    && view.member("member-7")
                                            .orElseThrow()
                                            .capabilities()
                                            .text("data")
                                            .orElseThrow()
                                            .equals("little");
                        }));
            } finally {
                members.forEach(Coordinator::close);
            }
        }
    }

    private static void assertWhole(View view) {
        assertThat(view.members()).hasSize(MEMBERS);
        assertThat(view.members())
                .allSatisfy(
                        member -> assertThat(member.capabilities().text("data")).contains(DATA));
    }
}
