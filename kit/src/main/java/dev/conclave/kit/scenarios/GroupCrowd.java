package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.Capabilities;
import dev.conclave.Coordinator;
import dev.conclave.GroupEvent;
import dev.conclave.kit.Heard;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Size;
import dev.conclave.kit.Stage;
import dev.conclave.kit.UserThread;
import dev.conclave.kit.line.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;

/** Many members that come and go at once. */
public abstract class GroupCrowd extends ScenarioGroup {
    private static final int THREADS = 8;
    private static final int WATCHERS = 3;
    // One look for each change that it can be told of, the watch that goes with it, and the looks that find nothing.
    private static final int STEPS_PER_CHANGE = 4;

    /** For the kit. */
    protected GroupCrowd() {}

    @Scenario(value = "G4", ttl = "20s", alone = true)
    @DisplayName(
            "After a storm of joins and one of leaves, every watcher has the same view, at a bounded number of steps")
    void storms(Stage stage) throws Exception {
        int size = Size.of(100, 200);
        List<Line> lines = new ArrayList<>();
        List<Heard<GroupEvent>> watchers = new ArrayList<>();
        for (int i = 0; i < WATCHERS; i++) {
            lines.add(stage.line());
            watchers.add(stage.hear());
            stage.member("watcher-" + i, lines.get(i)).group("crowd").watch(watchers.get(i));
        }
        Queue<Coordinator> members = new ConcurrentLinkedQueue<>();
        together(IntStream.range(0, size)
                .<Callable<Boolean>>mapToObj(i -> () -> {
                    Coordinator member = stage.member("member-" + i);
                    members.add(member);
                    return member.group("crowd")
                            .join(Capabilities.of("number", i))
                            .incarnation()
                            .isPresent();
                })
                .toList());
        awaitAll(stage, watchers, size);
        together(members.stream()
                .<Callable<Boolean>>map(member -> () -> {
                    member.close();
                    return true;
                })
                .toList());
        awaitAll(stage, watchers, 0);

        for (Heard<GroupEvent> watcher : watchers) {
            Follower.assertConsistent(watcher.all());
        }
        assertThat(lines).allSatisfy(line -> assertThat(line.count()).isLessThan(2L * size * STEPS_PER_CHANGE));
    }

    private static void awaitAll(Stage stage, List<Heard<GroupEvent>> watchers, int size) throws Exception {
        for (Heard<GroupEvent> watcher : watchers) {
            GroupEvent last = watcher.awaitLast(
                    size + " members", event -> event.view().members().size() == size);
            assertThat(last.view())
                    .isEqualTo(stage.member("reader").group("crowd").view());
        }
    }

    private static void together(List<Callable<Boolean>> tasks) throws Exception {
        Queue<Callable<Boolean>> waiting = new ConcurrentLinkedQueue<>(tasks);
        List<UserThread<Boolean>> users = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            users.add(UserThread.doing(() -> {
                for (Callable<Boolean> task = waiting.poll(); task != null; task = waiting.poll()) {
                    assertThat(task.call()).isTrue();
                }
                return true;
            }));
        }
        for (UserThread<Boolean> user : users) {
            user.result();
        }
    }
}
