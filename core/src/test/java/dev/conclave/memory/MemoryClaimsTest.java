package dev.conclave.memory;

import static dev.conclave.memory.TestMember.lock;
import static dev.conclave.memory.TestMember.tokenOf;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Released;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Subject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("the memory driver's claims")
class MemoryClaimsTest {
    private final VirtualTime time = new VirtualTime();
    private final MemoryBackend backend = MemoryBackend.create("claims", time);
    private final TestMember ada = new TestMember(backend, time, "ada", "a1");
    private final TestMember bob = new TestMember(backend, time, "bob", "b1");
    private final TestMember eve = new TestMember(backend, time, "eve", "e1");

    @AfterEach
    void close() {
        backend.close();
    }

    private ClaimStatus status(String lock) {
        return eve.driver.inspect(lock(lock)).join();
    }

    private List<ClaimId> holders(String lock) {
        return status(lock).holders().stream().map(ClaimStatus.Holding::id).toList();
    }

    @Nested
    @DisplayName("when asking")
    class Asking {
        @Test
        @DisplayName("grant a free name, and tell who holds it")
        void grantsFreeName() {
            ClaimRequest request = new ClaimRequest(new ClaimId(lock("x"), ada.session, 1), false, true, "hello");
            long token = ada.take(request);
            time.advance(ofSeconds(4));
            ClaimStatus.Holding holding = status("x").holders().get(0);
            assertThat(holding)
                    .isEqualTo(new ClaimStatus.Holding(
                            request.id(), false, token, "hello", time.now().minusSeconds(4), ofSeconds(6)));
        }

        @Test
        @DisplayName("give one answer however often a request is repeated, with the same token")
        void repeatsGrant() {
            ClaimRequest request = ada.request("x");
            long token = ada.take(request);
            assertThat(ada.take(request)).isEqualTo(token);
        }

        @Test
        @DisplayName("keep a repeated request at its place in the queue")
        void repeatsWaiting() {
            ClaimRequest adas = ada.request("x");
            ClaimRequest bobs = bob.request("x");
            ClaimRequest eves = eve.request("x");
            ada.take(adas);
            bob.claim(bobs);
            eve.claim(eves);
            assertThat(bob.claim(bobs)).isInstanceOf(ClaimReply.Waiting.class);
            assertThat(status("x").waiters()).isEqualTo(2);
            ada.driver.release(adas.id()).join();
            assertThat(holders("x")).containsExactly(bobs.id());
        }

        @Test
        @DisplayName("refuse a request that does not queue, and remember nothing of it")
        void refusesImpatient() {
            ClaimRequest adas = ada.request("x");
            ada.take(adas);
            assertThat(bob.claim(bob.impatientRequest("x"))).isEqualTo(new ClaimReply.Busy());
            assertThat(status("x").waiters()).isZero();
            ada.driver.release(adas.id()).join();
            assertThat(ada.driver.list(ClaimKey.Kind.LOCK).join()).isEmpty();
        }

        @Test
        @DisplayName("take a request that waited and does not queue any more out of the queue")
        void leavesQueueWhenImpatient() {
            ada.take(ada.sharedRequest("x"));
            ClaimRequest bobs = bob.request("x");
            bob.claim(bobs);
            ClaimRequest eves = eve.sharedRequest("x");
            eve.claim(eves);
            assertThat(bob.claim(new ClaimRequest(bobs.id(), false, false, ""))).isEqualTo(new ClaimReply.Busy());
            assertThat(status("x").waiters()).isZero();
            assertThat(holders("x")).contains(eves.id());
        }

        @Test
        @DisplayName("keep two handles of one session apart")
        void excludesOwnSession() {
            ClaimRequest first = ada.request("x");
            ClaimRequest second = ada.request("x");
            ada.take(first);
            assertThat(ada.claim(second)).isInstanceOf(ClaimReply.Waiting.class);
            ada.driver.release(first.id()).join();
            assertThat(holders("x")).containsExactly(second.id());
        }

        @Test
        @DisplayName("keep a lock and an election of one name apart")
        void separatesKinds() {
            ada.take(ada.request("x"));
            ClaimKey election = new ClaimKey(ClaimKey.Kind.ELECTION, "x");
            bob.take(new ClaimRequest(new ClaimId(election, bob.session, 9), false, true, ""));
            assertThat(eve.driver.list(ClaimKey.Kind.ELECTION).join())
                    .extracting(ClaimStatus::key)
                    .containsExactly(election);
        }

        @Test
        @DisplayName("keep namespaces apart")
        void separatesNamespaces() {
            ada.take(ada.request("x"));
            TestMember other = new TestMember(backend, time, "billing", new SessionId("ada", "a2"));
            assertThat(other.claim(other.request("x"))).isInstanceOf(ClaimReply.Granted.class);
        }

        @Test
        @DisplayName("know no session that was never opened or has ended")
        void refusesWithoutSession() {
            ada.driver.endSession(ada.session).join();
            assertThat(ada.claim(ada.request("x"))).isEqualTo(new ClaimReply.NoSession());
            assertThat(holders("x")).isEmpty();
        }

        @Test
        @DisplayName("are granted with a greater token each time, also over different names")
        void growsTokens() {
            long last = 0;
            for (int round = 0; round < 100; round++) {
                TestMember member = round % 2 == 0 ? ada : bob;
                ClaimRequest request = member.request("x" + round % 3);
                long token = member.take(request);
                assertThat(token).isGreaterThan(last);
                member.driver.release(request.id()).join();
                last = token;
            }
        }
    }

    @Nested
    @DisplayName("when released")
    class Releasing {
        @Test
        @DisplayName("go to the first who waits, in the same step, and signal that request alone")
        void handsOver() {
            ClaimRequest adas = ada.request("x");
            ClaimRequest bobs = bob.request("x");
            ClaimRequest eves = eve.request("x");
            long adasToken = ada.take(adas);
            bob.claim(bobs);
            eve.claim(eves);
            assertThat(ada.driver.release(adas.id()).join()).isEqualTo(Released.HELD);
            assertThat(bob.signals).containsExactly(new Subject.Request(bobs.id()));
            assertThat(eve.signals).isEmpty();
            assertThat(bob.take(bobs)).isGreaterThan(adasToken);
        }

        @Test
        @DisplayName("are released once; a repetition finds nothing and harms nobody")
        void repeatsRelease() {
            ClaimRequest adas = ada.request("x");
            ClaimRequest bobs = bob.request("x");
            ada.take(adas);
            bob.claim(bobs);
            ada.driver.release(adas.id()).join();
            assertThat(ada.driver.release(adas.id()).join()).isEqualTo(Released.NOTHING);
            assertThat(holders("x")).containsExactly(bobs.id());
        }

        @Test
        @DisplayName("leave the queue if they waited")
        void releasesWaiting() {
            ClaimRequest adas = ada.request("x");
            ClaimRequest bobs = bob.request("x");
            ada.take(adas);
            bob.claim(bobs);
            assertThat(bob.driver.release(bobs.id()).join()).isEqualTo(Released.WAITING);
            ada.driver.release(adas.id()).join();
            assertThat(status("x")).isEqualTo(new ClaimStatus(lock("x"), List.of(), 0));
        }

        @Test
        @DisplayName("are found as held by one who gives up waiting just after it was granted")
        void releasesWhatWasGrantedMeanwhile() {
            ClaimRequest adas = ada.request("x");
            ClaimRequest bobs = bob.request("x");
            ada.take(adas);
            bob.claim(bobs);
            ada.driver.release(adas.id()).join();
            assertThat(bob.driver.release(bobs.id()).join()).isEqualTo(Released.HELD);
            assertThat(holders("x")).isEmpty();
        }

        @Test
        @DisplayName("leave nothing behind for a name that nobody wants")
        void forgetsFreeNames() {
            for (int name = 0; name < 10_000; name++) {
                ClaimRequest request = ada.request("x" + name);
                ada.take(request);
                ada.driver.release(request.id()).join();
                ada.driver.inspect(lock("y" + name)).join();
            }
            assertThat(ada.driver.list(ClaimKey.Kind.LOCK).join()).isEmpty();
            assertThat(backend.ledger.sessions.all()).allMatch(session -> session.claims.isEmpty());
        }
    }

    @Nested
    @DisplayName("when shared")
    class Sharing {
        @Test
        @DisplayName("stand side by side, each with its token, by age")
        void sharesAmongReaders() {
            ClaimRequest adas = ada.sharedRequest("x");
            ClaimRequest bobs = bob.sharedRequest("x");
            assertThat(ada.take(adas)).isLessThan(bob.take(bobs));
            assertThat(holders("x")).containsExactly(adas.id(), bobs.id());
        }

        @Test
        @DisplayName("make a writer wait until the last of them is released")
        void writerWaitsForReaders() {
            ClaimRequest adas = ada.sharedRequest("x");
            ClaimRequest bobs = bob.sharedRequest("x");
            ClaimRequest eves = eve.request("x");
            ada.take(adas);
            bob.take(bobs);
            eve.claim(eves);
            ada.driver.release(adas.id()).join();
            assertThat(eve.claim(eves)).isInstanceOf(ClaimReply.Waiting.class);
            bob.driver.release(bobs.id()).join();
            assertThat(holders("x")).containsExactly(eves.id());
        }

        @Test
        @DisplayName("wait behind a writer that waits, so that it does not starve")
        void readerWaitsBehindWriter() {
            ClaimRequest adas = ada.sharedRequest("x");
            ClaimRequest bobs = bob.request("x");
            ClaimRequest eves = eve.sharedRequest("x");
            ada.take(adas);
            bob.claim(bobs);
            assertThat(eve.claim(eves)).isInstanceOf(ClaimReply.Waiting.class);
            ada.driver.release(adas.id()).join();
            assertThat(holders("x")).containsExactly(bobs.id());
        }

        @Test
        @DisplayName("are let in all at once after a writer, up to the next writer")
        void readersComeTogether() {
            ClaimRequest writer = ada.request("x");
            ClaimRequest firstReader = bob.sharedRequest("x");
            ClaimRequest secondReader = eve.sharedRequest("x");
            ClaimRequest nextWriter = ada.request("x");
            ClaimRequest lastReader = bob.sharedRequest("x");
            ada.take(writer);
            List.of(firstReader, secondReader, nextWriter, lastReader)
                    .forEach(request -> ada.driver.claim(request).join());
            ada.driver.release(writer.id()).join();
            assertThat(holders("x")).containsExactly(firstReader.id(), secondReader.id());
            assertThat(status("x").waiters()).isEqualTo(2);
        }

        @Test
        @DisplayName("come in at once when the writer before them gives up")
        void readersComeInWhenWriterGivesUp() {
            ClaimRequest adas = ada.sharedRequest("x");
            ClaimRequest bobs = bob.request("x");
            ClaimRequest eves = eve.sharedRequest("x");
            ada.take(adas);
            bob.claim(bobs);
            eve.claim(eves);
            bob.driver.release(bobs.id()).join();
            assertThat(eve.signals).containsExactly(new Subject.Request(eves.id()));
            assertThat(holders("x")).containsExactly(adas.id(), eves.id());
        }
    }

    @Nested
    @DisplayName("when a session ends")
    class SessionsEnding {
        @Test
        @DisplayName("go to the next, who is signalled at the instant of the expiry")
        void expiryHandsOver() {
            ClaimRequest adas = ada.request("x");
            ClaimRequest bobs = bob.request("x");
            ada.take(adas);
            time.advance(ofSeconds(1));
            bob.renew();
            bob.claim(bobs);
            time.advance(ofSeconds(9));
            assertThat(bob.signals).containsExactly(new Subject.Request(bobs.id()));
            assertThat(holders("x")).containsExactly(bobs.id());
        }

        @Test
        @DisplayName("pass over a dead waiter at the head of the queue")
        void passesOverDeadWaiter() {
            ClaimRequest adas = ada.request("x");
            ClaimRequest bobs = bob.request("x");
            ClaimRequest eves = eve.request("x");
            ada.take(adas);
            bob.claim(bobs);
            eve.claim(eves);
            time.advance(ofSeconds(5));
            ada.renew();
            eve.renew();
            time.advance(ofSeconds(5));
            assertThat(status("x").waiters()).isEqualTo(1);
            ada.driver.release(adas.id()).join();
            assertThat(holders("x")).containsExactly(eves.id());
        }

        @Test
        @DisplayName("pass over a waiter whose session ends at the same instant as the holder's")
        void passesOverWaiterDyingTogether() {
            ClaimRequest eves = eve.request("x");
            ada.take(ada.request("x"));
            bob.claim(bob.request("x"));
            eve.claim(eves);
            time.advance(ofSeconds(5));
            eve.renew();
            time.advance(ofSeconds(5));
            assertThat(holders("x")).containsExactly(eves.id());
        }

        @Test
        @DisplayName("are not handed to another request of the session that ends")
        void doesNotHandOverWithinEndedSession() {
            ClaimRequest bobs = bob.sharedRequest("x");
            bob.take(bobs);
            ada.claim(ada.request("x"));
            ada.claim(ada.sharedRequest("x"));
            ada.take(ada.request("y"));
            ada.claim(ada.request("y"));
            ada.driver.endSession(ada.session).join();
            assertThat(status("x")).extracting(ClaimStatus::waiters).isEqualTo(0);
            assertThat(holders("x")).containsExactly(bobs.id());
            assertThat(holders("y")).isEmpty();
        }

        @Test
        @DisplayName("cannot be touched any more by the holder that was")
        void staleHolderHarmsNobody() {
            ClaimRequest adas = ada.request("x");
            ada.take(adas);
            backend.expire("ada");
            ClaimRequest bobs = bob.request("x");
            long token = bob.take(bobs);
            ClaimStatus before = status("x");
            ada.driver.release(adas.id()).join();
            ada.driver
                    .renew(ada.session, java.util.Set.of(adas.id()), java.util.Set.of())
                    .join();
            ada.claim(adas);
            ada.driver.endSession(ada.session).join();
            assertThat(status("x")).isEqualTo(before);
            assertThat(bob.take(bobs)).isEqualTo(token);
        }

        @Test
        @DisplayName("cannot be touched by the same member's earlier incarnation")
        void incarnationsAreStrangers() {
            ClaimRequest first = ada.request("x");
            ada.take(first);
            TestMember again = new TestMember(backend, time, "ada", "a2");
            ClaimId sameSequence =
                    new ClaimId(lock("x"), again.session, first.id().sequence());
            assertThat(again.driver.release(sameSequence).join()).isEqualTo(Released.NOTHING);
            again.driver.endSession(again.session).join();
            assertThat(holders("x")).containsExactly(first.id());
        }
    }

    @Nested
    @DisplayName("when broken")
    class Breaking {
        @Test
        @DisplayName("are taken from the holder, who is signalled, and given to the next")
        void breaks() {
            ClaimRequest adas = ada.request("x");
            ClaimRequest bobs = bob.request("x");
            long token = ada.take(adas);
            bob.claim(bobs);
            assertThat(eve.driver.breakClaim(lock("x"), token).join()).isTrue();
            assertThat(ada.signals).containsExactly(new Subject.Session(ada.session));
            assertThat(bob.signals).containsExactly(new Subject.Request(bobs.id()));
            assertThat(holders("x")).containsExactly(bobs.id());
        }

        @Test
        @DisplayName("stay if the token is another's, or that of an earlier grant")
        void breaksNothingWithWrongToken() {
            ClaimRequest adas = ada.request("x");
            long old = ada.take(adas);
            ada.driver.release(adas.id()).join();
            ClaimRequest bobs = bob.request("x");
            bob.take(bobs);
            assertThat(eve.driver.breakClaim(lock("x"), old).join()).isFalse();
            assertThat(eve.driver.breakClaim(lock("y"), old).join()).isFalse();
            assertThat(holders("x")).containsExactly(bobs.id());
            assertThat(bob.signals).isEmpty();
        }

        @Test
        @DisplayName("are broken one by one where they are shared")
        void breaksOneReader() {
            ClaimRequest adas = ada.sharedRequest("x");
            ClaimRequest bobs = bob.sharedRequest("x");
            long token = ada.take(adas);
            bob.take(bobs);
            eve.driver.breakClaim(lock("x"), token).join();
            assertThat(holders("x")).containsExactly(bobs.id());
        }
    }

    @Nested
    @DisplayName("when watched")
    class Watching {
        @Test
        @DisplayName("signal a grant, a hand-over and a release, until unwatched")
        void signalsWatchers() {
            Subject subject = new Subject.Key(lock("x"));
            eve.driver.watch(subject).join();
            eve.driver.watch(subject).join();
            ClaimRequest adas = ada.request("x");
            ada.take(adas);
            assertThat(eve.signals).containsExactly(subject);
            ClaimRequest bobs = bob.request("x");
            bob.claim(bobs);
            ada.driver.release(adas.id()).join();
            assertThat(eve.signals).hasSize(2);
            bob.driver.release(bobs.id()).join();
            assertThat(eve.signals).hasSize(3);
            eve.driver.unwatch(subject);
            ada.take(ada.request("x"));
            assertThat(eve.signals).hasSize(3);
        }

        @Test
        @DisplayName("signal that the holder's session ended")
        void signalsExpiry() {
            ada.take(ada.request("x"));
            time.advance(ofSeconds(3));
            eve.renew();
            eve.driver.watch(new Subject.Key(lock("x"))).join();
            time.advance(ofSeconds(7));
            assertThat(eve.signals).containsExactly(new Subject.Key(lock("x")));
            assertThat(holders("x")).isEmpty();
        }
    }

    @Test
    @DisplayName("are granted at once to the first of the queue, by tokens that grow in its order")
    void tokensFollowTheQueue() {
        ClaimRequest adas = ada.request("x");
        ClaimRequest bobs = bob.sharedRequest("x");
        ClaimRequest eves = eve.sharedRequest("x");
        ada.take(adas);
        bob.claim(bobs);
        eve.claim(eves);
        ada.driver.release(adas.id()).join();
        assertThat(tokenOf(bob.claim(bobs))).isLessThan(tokenOf(eve.claim(eves)));
    }
}
