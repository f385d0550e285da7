package dev.conclave.memory;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.conclave.BackendUnavailableException;
import dev.conclave.MisconfiguredException;
import dev.conclave.memory.MemoryBackend.Outage;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import dev.conclave.spi.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("a memory backend")
class MemoryBackendTest {
    private final VirtualTime time = new VirtualTime();
    private final MemoryBackend backend = MemoryBackend.create("backend", time);

    @AfterEach
    void close() {
        backend.close();
    }

    private TestMember member(String name) {
        return new TestMember(backend, time, name, name + "-1");
    }

    private CompletableFuture<Driver> open(String url, VirtualTime clock) {
        Target target = Target.parse(url, Map.of(), List.of());
        return new MemoryDriverProvider()
                .open(target, new Environment("ada", subject -> {}, clock, TestMember.CALL_TIMEOUT));
    }

    private void assertUnanswered(CompletableFuture<?> step) {
        assertThat(step).isNotDone();
        time.advance(TestMember.CALL_TIMEOUT);
        assertThat(catchThrowable(step::join))
                .hasCauseInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("no answer within 3s");
    }

    @Nested
    @DisplayName("is found")
    class Finding {
        @Test
        @DisplayName("by its driver's service, on the class path")
        void service() {
            assertThat(ServiceLoader.load(DriverProvider.class))
                    .anyMatch(provider -> provider.info().schemes().contains("memory"));
        }

        @Test
        @DisplayName("by its URL, whatever its name")
        void url() {
            String name = "//a b/%2F?x=1&ü+#";
            try (MemoryBackend odd = MemoryBackend.create(name, time)) {
                assertThat(Target.parse(odd.url(), Map.of(), List.of()).path()).isEqualTo(name);
                Driver driver = open(odd.url(), time).join();
                driver.createGroup("g").join();
                assertThat(odd.spaces).hasSize(1);
            }
        }

        @Test
        @DisplayName("by its name, until it is closed")
        void name() {
            assertThat(MemoryBackend.named("backend")).isSameAs(backend);
            assertThatThrownBy(() -> MemoryBackend.create("backend", time)).isInstanceOf(IllegalStateException.class);
            backend.close();
            try (MemoryBackend next = MemoryBackend.create("backend", time)) {
                backend.close();
                assertThat(MemoryBackend.named("backend")).isSameAs(next);
            }
        }

        @Test
        @DisplayName("not by a URL without a name or with a host")
        void refusesUrls() {
            assertThat(open("memory:", time))
                    .failsWithin(ofSeconds(0))
                    .withThrowableThat()
                    .withCauseInstanceOf(MisconfiguredException.class);
            assertThat(open("memory://demo", time))
                    .failsWithin(ofSeconds(0))
                    .withThrowableThat()
                    .withMessageContaining("write memory:NAME");
        }

        @Test
        @DisplayName("with the clock of a member that is still connected, if it was given none")
        void borrowsTime() {
            try (MemoryBackend timeless = MemoryBackend.named("timeless")) {
                VirtualTime leaving = new VirtualTime();
                TestMember ada = new TestMember(timeless, leaving, "ada", "a1");
                TestMember bob = new TestMember(timeless, time, "bob", "b1");
                ada.driver.close().join();
                time.advance(TestMember.TTL);
                assertThat(bob.signals).containsExactly(new Subject.Session(bob.session));
            }
        }
    }

    @Nested
    @DisplayName("loses")
    class Losing {
        @Test
        @DisplayName("a request, which has no effect and is given up in time")
        void request() {
            TestMember ada = member("ada");
            backend.loseNextRequest("ada");
            ClaimRequest request = ada.request("x");
            assertUnanswered(ada.driver.claim(request));
            assertThat(ada.driver.inspect(TestMember.lock("x")).join().holders())
                    .isEmpty();
        }

        @Test
        @DisplayName("a reply, after which the same request finds what it had done")
        void reply() {
            TestMember ada = member("ada");
            backend.loseNextReply("ada");
            ClaimRequest request = ada.request("x");
            assertUnanswered(ada.driver.claim(request));
            long token = ada.driver
                    .inspect(TestMember.lock("x"))
                    .join()
                    .holders()
                    .get(0)
                    .token();
            assertThat(ada.take(request)).isEqualTo(token);
        }

        @Test
        @DisplayName("as many messages as it was told to, of that member only")
        void counted() {
            TestMember ada = member("ada");
            TestMember bob = member("bob");
            backend.loseNextRequest("ada");
            backend.loseNextReply("ada");
            assertThat(bob.renew()).isInstanceOf(Renewal.Renewed.class);
            assertUnanswered(ada.driver.groups());
            assertUnanswered(ada.driver.groups());
            assertThat(ada.driver.groups()).isCompleted();
        }

        @Test
        @DisplayName("a member that is cut off, whose session then ends in its time")
        void outage() {
            TestMember ada = member("ada");
            ada.take(ada.request("x"));
            backend.cutOff("ada", Outage.LOST);
            assertUnanswered(ada.driver.renew(ada.session, Set.of(), Set.of()));
            time.advance(TestMember.TTL);
            assertThat(ada.signals).isEmpty();
            backend.reconnect("ada");
            assertThat(ada.renew()).isEqualTo(new Renewal.NoSession());
        }

        @Test
        @DisplayName("a member that is cut off before it connects")
        void connecting() {
            backend.cutOff("ada", Outage.LOST);
            assertUnanswered(open(backend.url(), time));
            backend.reconnect("ada");
            assertThat(open(backend.url(), time)).isCompleted();
        }
    }

    @Nested
    @DisplayName("holds")
    class Holding {
        @Test
        @DisplayName("requests, which take effect in their order long after they were given up")
        void requests() {
            TestMember ada = member("ada");
            backend.cutOff("ada", Outage.LATE_REQUESTS);
            CompletableFuture<Boolean> creation = ada.driver.createGroup("g");
            CompletableFuture<EnrolReply> joining = ada.driver.enrol(ada.enrolment("g", false, false));
            assertUnanswered(creation);
            assertThat(joining).isCompletedExceptionally();
            backend.reconnect("ada");
            assertThat(ada.roster("g", -1))
                    .extracting("entries")
                    .asInstanceOf(InstanceOfAssertFactories.LIST)
                    .hasSize(1);
        }

        @Test
        @DisplayName("replies and signals, while requests take effect")
        void replies() {
            TestMember ada = member("ada");
            TestMember bob = member("bob");
            ClaimRequest adas = ada.request("x");
            ada.take(adas);
            backend.cutOff("bob", Outage.LATE_REPLIES);
            ClaimRequest bobs = bob.request("x");
            CompletableFuture<ClaimReply> waiting = bob.driver.claim(bobs);
            ada.driver.release(adas.id()).join();
            assertThat(waiting).isNotDone();
            assertThat(bob.signals).isEmpty();
            backend.reconnect("bob");
            assertThat(waiting.join()).isInstanceOf(ClaimReply.Waiting.class);
            assertThat(bob.signals).contains(new Subject.Request(bobs.id()));
        }

        @Test
        @DisplayName("an answer as long as it takes, and gives it although it is late")
        void lateAnswer() {
            TestMember ada = member("ada");
            backend.cutOff("ada", Outage.LATE_REPLIES);
            CompletableFuture<Set<String>> groups = ada.driver.groups();
            time.advance(TestMember.CALL_TIMEOUT.minusMillis(1));
            backend.reconnect("ada");
            assertThat(groups).isCompletedWithValue(Set.of());
        }

        @Test
        @DisplayName("nothing back in the end: who is connected again is signalled all that it may have missed")
        void reminds() {
            TestMember ada = member("ada");
            TestMember bob = member("bob");
            ClaimRequest adas = ada.request("x");
            ClaimRequest bobs = bob.request("x");
            ada.take(adas);
            bob.claim(bobs);
            bob.driver.watch(new Subject.Group("g")).join();
            backend.cutOff("bob", Outage.LOST);
            ada.driver.release(adas.id()).join();
            ada.join("g");
            assertThat(bob.signals).isEmpty();
            backend.reconnect("bob");
            assertThat(bob.signals)
                    .containsExactlyInAnyOrder(
                            new Subject.Request(bobs.id()), new Subject.Group("g"), new Subject.Session(bob.session));
        }

        @Test
        @DisplayName("nothing any more once it was restarted")
        void restart() {
            TestMember ada = member("ada");
            backend.cutOff("ada", Outage.LATE_REQUESTS);
            CompletableFuture<Boolean> creation = ada.driver.createGroup("g");
            backend.restart();
            backend.reconnect("ada");
            assertUnanswered(creation);
            assertThat(ada.driver.groups().join()).isEmpty();
        }
    }

    @Nested
    @DisplayName("changes")
    class Changing {
        @Test
        @DisplayName("by expiry: one member's sessions end at once, and it is told")
        void expires() {
            TestMember ada = member("ada");
            TestMember bob = member("bob");
            assertThat(backend.expire("ada")).isTrue();
            assertThat(backend.expire("ada")).isFalse();
            assertThat(ada.signals).containsExactly(new Subject.Session(ada.session));
            assertThat(ada.renew()).isEqualTo(new Renewal.NoSession());
            assertThat(bob.renew()).isInstanceOf(Renewal.Renewed.class);
        }

        @Test
        @DisplayName("by a restart: it keeps its claims, and has lost the history of its groups")
        void restarts() {
            TestMember ada = member("ada");
            ClaimRequest request = ada.request("x");
            long token = ada.take(request);
            EnrolmentId id = ada.join("g");
            long known = ((RosterReply.Whole) ada.roster("g", -1)).revision();
            ada.driver.amend(id, 1, "{\"cpu\":1}").join();
            backend.restart();
            assertThat(ada.take(request)).isEqualTo(token);
            assertThat(ada.roster("g", known)).extracting("historyLost").isEqualTo(true);
        }

        @Test
        @DisplayName("by forgetting: nothing is left, all are told, and tokens and revisions still grow")
        void forgets() {
            TestMember ada = member("ada");
            TestMember bob = member("bob");
            long token = ada.take(ada.request("x"));
            bob.claim(bob.request("x"));
            ada.join("g");
            long revision = ((RosterReply.Whole) ada.roster("g", -1)).revision();
            backend.forget();
            assertThat(ada.signals).contains(new Subject.Session(ada.session));
            assertThat(bob.signals).contains(new Subject.Session(bob.session));
            assertThat(ada.driver.inspect(TestMember.lock("x")).join())
                    .isEqualTo(new ClaimStatus(TestMember.lock("x"), List.of(), 0));
            assertThat(ada.driver.groups().join()).isEmpty();
            TestMember eve = member("eve");
            eve.join("g");
            assertThat(eve.take(eve.request("x"))).isGreaterThan(token);
            assertThat(eve.roster("g", revision)).extracting("historyLost").isEqualTo(true);
        }
    }

    @Nested
    @DisplayName("keeps nothing")
    class Tidiness {
        @Test
        @DisplayName("of members that have closed, once their sessions have ended")
        void members() {
            for (int number = 0; number < 100; number++) {
                TestMember member =
                        new TestMember(backend, time, "namespace-" + number, new SessionId("m" + number, "i" + number));
                member.take(member.request("x"));
                member.driver.watch(new Subject.AllGroups()).join();
                if (number % 2 == 0) {
                    member.driver.endSession(member.session).join();
                }
                member.driver.close().join();
            }
            time.advance(TestMember.TTL);
            assertThat(backend.spaces).isEmpty();
            assertThat(backend.links).isEmpty();
            assertThat(backend.ledger.sessions.all()).isEmpty();
            assertThat(time).hasToString("VirtualTime[PT10S, 0 tasks]");
        }

        @Test
        @DisplayName("of one whose requests arrive after it has closed, beyond its session's life")
        void lateRequests() {
            TestMember ada = member("ada");
            backend.cutOff("ada", Outage.LATE_REQUESTS);
            CompletableFuture<?> watch = ada.driver.watch(new Subject.AllGroups());
            CompletableFuture<?> session = ada.driver.openSession(new SessionId("ada", "a2"), TestMember.TTL);
            ada.driver.close().join();
            assertThat(List.of(watch, session)).allMatch(CompletableFuture::isCompletedExceptionally);
            assertThat(ada.driver.groups()).isCompletedExceptionally();
            backend.reconnect("ada");
            time.advance(TestMember.TTL);
            assertThat(backend.spaces).isEmpty();
            assertThat(backend.links).isEmpty();
        }

        @Test
        @DisplayName("of a member that was never there")
        void strangers() {
            backend.cutOff("nobody", Outage.LOST);
            backend.reconnect("nobody");
            backend.expire("nobody");
            assertThat(backend.links).isEmpty();
        }
    }

    @Test
    @DisplayName("sends signals when its lock is free, so that their receiver may call it from any thread")
    void signalsWithoutLock() {
        List<Boolean> free = new ArrayList<>();
        MemoryBackend[] self = {backend};
        Environment environment = new Environment(
                "ada",
                subject -> free.add(CompletableFuture.supplyAsync(() -> self[0].expire("nobody"))
                        .join()),
                time,
                TestMember.CALL_TIMEOUT);
        Driver driver = backend.connect("conclave", TestMember.TTL, environment).join();
        driver.watch(new Subject.AllGroups()).join();
        driver.createGroup("g")
                .orTimeout(20, java.util.concurrent.TimeUnit.SECONDS)
                .join();
        assertThat(free).containsExactly(false);
    }
}
