package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.GroupEvent;
import dev.conclave.Member;
import dev.conclave.View;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What a careful application makes of a group's events: it applies each delta to its own view. */
final class Follower {
    private Follower() {}

    static Predicate<GroupEvent> isJoined(String member) {
        return event -> event instanceof GroupEvent.Joined joined
                && joined.member().id().equals(member);
    }

    static Predicate<GroupEvent> isLeft(String member) {
        return event ->
                event instanceof GroupEvent.Left left && left.member().id().equals(member);
    }

    /** Whether the event's view has the member, however the watcher came to know. */
    static Predicate<GroupEvent> shows(String member) {
        return event -> event.view().member(member).isPresent();
    }

    /** Fails unless the events begin with a snapshot, and each delta leads from the view before it to the view that it brings. */
    static void assertConsistent(List<GroupEvent> events) {
        assertThat(events.get(0)).isInstanceOf(GroupEvent.Snapshot.class);
        View view = events.get(0).view();
        for (GroupEvent event : events.subList(1, events.size())) {
            Optional<View> expected = applied(view, event);
            if (expected.isPresent()) {
                assertThat(event.view()).as("view after %s", event).isEqualTo(expected.get());
            }
            view = event.view();
        }
    }

    private static Optional<View> applied(View view, GroupEvent event) {
        if (event instanceof GroupEvent.Joined joined) {
            assertThat(view.member(joined.member().id())).as("before %s", event).isEmpty();
            return Optional.of(view.with(joined.member(), 0));
        }
        if (event instanceof GroupEvent.Updated updated) {
            assertThat(view.member(updated.member().id()))
                    .as("before %s", event)
                    .contains(updated.before());
            return Optional.of(view.with(updated.member(), 0));
        }
        if (event instanceof GroupEvent.Left left) {
            Member member = left.member();
            assertThat(view.member(member.id())).as("before %s", event).contains(member);
            return Optional.of(view.without(member.id(), 0));
        }
        return Optional.empty();
    }
}
