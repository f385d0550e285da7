package dev.conclave.kit.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conclave.Capabilities;
import dev.conclave.Coordinator;
import dev.conclave.Group;
import dev.conclave.GroupAlreadyExistsException;
import dev.conclave.GroupNotEmptyException;
import dev.conclave.GroupNotFoundException;
import dev.conclave.JoinOptions;
import dev.conclave.Member;
import dev.conclave.MemberAlreadyJoinedException;
import dev.conclave.MemberNotJoinedException;
import dev.conclave.Membership;
import dev.conclave.MisconfiguredException;
import dev.conclave.View;
import dev.conclave.kit.Await;
import dev.conclave.kit.Heard;
import dev.conclave.kit.Scenario;
import dev.conclave.kit.Stage;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;

/** Groups, members and capabilities: parity with the reference's own suite. */
public abstract class GroupBasics extends ScenarioGroup {
    private static final int MAX_CAPABILITIES = 64 * 1024;

    /** For the kit. */
    protected GroupBasics() {}

    @Scenario("B1")
    @DisplayName("A group is created once, is listed for all, and is deleted once")
    void createAndDelete(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Coordinator bob = stage.member("bob");

        ada.group("workers").create();

        assertThatThrownBy(() -> bob.group("workers").create()).isInstanceOf(GroupAlreadyExistsException.class);
        assertThat(bob.groups()).containsExactly("workers");
        assertThat(bob.group("workers").view().members()).isEmpty();
        bob.group("workers").delete();
        assertThatThrownBy(() -> ada.group("workers").delete()).isInstanceOf(GroupNotFoundException.class);
        assertThatThrownBy(() -> ada.group("workers").view()).isInstanceOf(GroupNotFoundException.class);
        assertThat(ada.groups()).isEmpty();
    }

    @Scenario("B1")
    @DisplayName("A group with members is not deleted, one that they have left is")
    void deleteNonEmpty(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Membership membership = ada.group("workers").join();

        assertThatThrownBy(() -> stage.member("bob").group("workers").delete())
                .isInstanceOf(GroupNotEmptyException.class);
        membership.leave();

        ada.group("workers").delete();
        assertThat(ada.groups()).isEmpty();
    }

    @Scenario("B1")
    @DisplayName("Who watches the list of groups is told of it now and at each change")
    void watchGroups(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        Heard<Set<String>> heard = stage.hear();
        stage.member("bob").watchGroups(heard);

        heard.awaitLast("no groups", Set::isEmpty);
        ada.group("workers").create();
        heard.awaitLast("one group", Set.of("workers")::equals);
        ada.group("others").join();
        heard.awaitLast("two groups", Set.of("workers", "others")::equals);
        ada.group("workers").delete();

        heard.awaitLast("the other group", Set.of("others")::equals);
    }

    @Scenario("B2")
    @DisplayName("A member joins once and leaves once")
    void joinAndLeave(Stage stage) throws Exception {
        Group group = stage.member("ada").group("workers");

        Membership membership = group.join();

        assertThatThrownBy(group::join).isInstanceOf(MemberAlreadyJoinedException.class);
        assertThat(group.view().members()).extracting(Member::id).containsExactly("ada");
        assertThat(group.view().member("ada").orElseThrow().incarnation())
                .isEqualTo(membership.incarnation().orElseThrow());
        membership.leave();
        assertThatThrownBy(membership::leave).isInstanceOf(MemberNotJoinedException.class);
        assertThatThrownBy(() -> membership.update(Capabilities.none())).isInstanceOf(MemberNotJoinedException.class);
        assertThat(membership.incarnation()).isEmpty();
        assertThat(group.view().members()).isEmpty();
        group.join();
        assertThat(group.view().members()).hasSize(1);
    }

    @Scenario("B2")
    @DisplayName("Joining an unknown group without creating it is refused and leaves nothing")
    void joinUnknown(Stage stage) throws Exception {
        Coordinator ada = stage.member("ada");
        JoinOptions options = JoinOptions.defaults().withoutCreating();

        assertThatThrownBy(() -> ada.group("workers").join(Capabilities.none(), options))
                .isInstanceOf(GroupNotFoundException.class);

        assertThat(ada.groups()).isEmpty();
        ada.group("workers").create();
        ada.group("workers").join(Capabilities.none(), options);
        assertThat(ada.group("workers").view().members()).hasSize(1);
    }

    @Scenario("B3")
    @DisplayName("Capabilities come back as they were: nested, Unicode, none, and up to 64 KiB")
    void capabilities(Stage stage) throws Exception {
        Group seen = stage.member("bob").group("workers");
        Membership ada = stage.member("ada").group("workers").join();
        assertThat(seen.capabilities("ada")).contains(Capabilities.none());
        for (String json : new String[] {
            "{\"cpu\":8,\"ratio\":0.5,\"on\":true,\"none\":null,\"tags\":[1,\"b\",{\"deep\":[[]]}]}",
            "{\"grüße\":\"snow ☃, face 😀, quote \\\", slash \\\\ / , line\\nend, zero \\u0000\"}",
            "{\"\":\"\"}",
            "{\"big\":\"" + "x".repeat(MAX_CAPABILITIES - 10) + "\"}"
        }) {
            ada.update(Capabilities.parse(json));
            assertThat(seen.capabilities("ada")).contains(Capabilities.parse(json));
            assertThat(ada.capabilities()).isEqualTo(Capabilities.parse(json));
        }
        assertThatThrownBy(() -> Capabilities.parse("{\"big\":\"" + "x".repeat(MAX_CAPABILITIES - 9) + "\"}"))
                .isInstanceOf(MisconfiguredException.class);
    }

    @Scenario("B3")
    @DisplayName(
            "All members come with their capabilities in one view; unknown ones are empty, unknown groups an error")
    void manyCapabilities(Stage stage) throws Exception {
        for (int i = 0; i < 5; i++) {
            stage.member("member-" + i).group("workers").join(Capabilities.of("number", i));
        }
        Coordinator bob = stage.member("bob");

        View view = bob.group("workers").view();

        assertThat(view.members())
                .hasSize(5)
                .allSatisfy(member -> assertThat(member.id())
                        .isEqualTo("member-"
                                + member.capabilities()
                                        .number("number")
                                        .orElseThrow()
                                        .intValue()));
        assertThat(bob.group("workers").capabilities("nobody")).isEmpty();
        assertThatThrownBy(() -> bob.group("unknown").capabilities("ada")).isInstanceOf(GroupNotFoundException.class);
    }

    @Scenario("B3")
    @DisplayName("A view says when each member joined and when it last published")
    void times(Stage stage) throws Exception {
        Group group = stage.member("ada").group("workers");
        Membership ada = group.join(Capabilities.of("cpu", 1));
        Member before = group.view().member("ada").orElseThrow();

        assertThat(before.updatedAt()).isEqualTo(before.joinedAt());
        // Clocks that show milliseconds need one to pass before a later time can show.
        Await.until("the clock to tick", () -> {
            ada.update(Capabilities.of("cpu", 2));
            return group.view().member("ada").orElseThrow().updatedAt().isAfter(before.updatedAt());
        });
        assertThat(group.view().member("ada").orElseThrow().joinedAt()).isEqualTo(before.joinedAt());
        assertThat(group.view().revision()).isPositive();
    }
}
