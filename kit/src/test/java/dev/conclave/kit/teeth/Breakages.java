package dev.conclave.kit.teeth;

import dev.conclave.spi.ClaimId;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimReply;
import dev.conclave.spi.ClaimRequest;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Driver;
import dev.conclave.spi.EnrolReply;
import dev.conclave.spi.Enrolment;
import dev.conclave.spi.EnrolmentId;
import dev.conclave.spi.Released;
import dev.conclave.spi.Renewal;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Ways in which drivers are wrong, most of them seen in the wild. */
final class Breakages {
    private Breakages() {}

    /** Nothing is wrong with it. */
    static class Sound extends BrokenKit {
        @Override
        Driver broken(Driver sound) {
            return sound;
        }
    }

    /** Deletes the key without looking whose it is, as tooz does on memcached. */
    static class ReleasesAnybodys extends BrokenKit {
        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<Released> release(ClaimId claim) {
                    return driver.inspect(claim.key())
                            .thenCompose(status -> driver.release(status.holders().stream()
                                    .map(ClaimStatus.Holding::id)
                                    .findFirst()
                                    .orElse(claim)));
                }
            };
        }
    }

    /** Does not set the time-to-live. */
    static class NeverExpires extends BrokenKit {
        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<Duration> openSession(SessionId session, Duration ttl) {
                    return driver.openSession(session, Duration.ofDays(1)).thenApply(granted -> ttl);
                }
            };
        }
    }

    /** Expires a little earlier than it says. */
    static class ExpiresEarly extends BrokenKit {
        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<Duration> openSession(SessionId session, Duration ttl) {
                    return driver.openSession(session, ttl.dividedBy(2)).thenApply(granted -> ttl);
                }
            };
        }
    }

    /** Does not notice that the session or the claim is gone, as none of nine Java libraries does. */
    static class NeverTells extends BrokenKit {
        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<Renewal> renew(
                        SessionId session, Set<ClaimId> claims, Set<EnrolmentId> enrolments) {
                    return driver.renew(session, claims, enrolments)
                            .thenApply(renewal -> new Renewal.Renewed(Set.of(), Set.of()));
                }
            };
        }
    }

    /** Loses a leave now and then, as a cache does that does not look again after a disconnection. */
    static class DropsEvents extends BrokenKit {
        private final AtomicInteger count = new AtomicInteger();

        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<RosterReply> roster(String group, long knownRevision) {
                    return driver.roster(group, knownRevision)
                            .thenApply(reply -> reply instanceof RosterReply.Delta delta
                                            && !delta.left().isEmpty()
                                            && count.incrementAndGet() % 2 == 0
                                    ? new RosterReply.Delta(delta.revision(), Set.of(), delta.listed())
                                    : reply);
                }
            };
        }
    }

    /** Shows an old roster as if nothing had happened since. */
    static class ShowsOldRosters extends BrokenKit {
        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<RosterReply> roster(String group, long knownRevision) {
                    return knownRevision < 0
                            ? driver.roster(group, knownRevision)
                            : CompletableFuture.completedFuture(new RosterReply.Unchanged());
                }
            };
        }
    }

    /** Its counter starts again from time to time. */
    static class TokensGoBack extends BrokenKit {
        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
                    return driver.claim(request)
                            .thenApply(reply -> reply instanceof ClaimReply.Granted granted
                                    ? new ClaimReply.Granted(granted.token() % 100 + 1)
                                    : reply);
                }
            };
        }
    }

    /** Looks first and writes then, so that sometimes two are granted. */
    static class GrantsTwo extends BrokenKit {
        private final AtomicLong count = new AtomicLong();

        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
                    return driver.claim(request)
                            .thenApply(
                                    reply -> !(reply instanceof ClaimReply.Granted) && count.incrementAndGet() % 3 == 0
                                            ? new ClaimReply.Granted(1_000_000 + count.get())
                                            : reply);
                }
            };
        }
    }

    /** Treats sharers as everybody else. */
    static class SharesNothing extends BrokenKit {
        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
                    return driver.claim(new ClaimRequest(request.id(), false, request.queue(), request.payload()));
                }
            };
        }
    }

    /** Breaks whatever stands. */
    static class BreaksAnyToken extends BrokenKit {
        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<Boolean> breakClaim(ClaimKey key, long token) {
                    return driver.inspect(key)
                            .thenCompose(status -> status.holders().isEmpty()
                                    ? CompletableFuture.completedFuture(false)
                                    : driver.breakClaim(
                                            key, status.holders().get(0).token()));
                }
            };
        }
    }

    /** Keeps its names in a system that does not tell upper from lower case, as MySQL does. */
    static class FoldsCase extends BrokenKit {
        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
                    ClaimId id = request.id();
                    String folded = id.key().name().toLowerCase(Locale.ROOT);
                    ClaimId meant = new ClaimId(new ClaimKey(id.key().kind(), folded), id.session(), id.sequence());
                    return driver.claim(new ClaimRequest(meant, request.shared(), request.queue(), request.payload()));
                }
            };
        }
    }

    /** Hashes names to 16 bits, as tooz does on PostgreSQL. */
    static class HashesTooShort extends BrokenKit {
        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<ClaimReply> claim(ClaimRequest request) {
                    ClaimId id = request.id();
                    String hashed = hash(id.key().name());
                    ClaimId meant = new ClaimId(new ClaimKey(id.key().kind(), hashed), id.session(), id.sequence());
                    return driver.claim(new ClaimRequest(meant, request.shared(), request.queue(), request.payload()));
                }
            };
        }
    }

    private static String hash(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("MD5").digest(name.getBytes(StandardCharsets.UTF_8));
            return digest[0] + " " + digest[1];
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets an old incarnation in the way of a new one until its session has expired, as tooz does. */
    static class NeverTakesOver extends BrokenKit {
        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<EnrolReply> enrol(Enrolment enrolment) {
                    return driver.enrol(
                            new Enrolment(enrolment.id(), enrolment.capabilities(), enrolment.createGroup(), false));
                }
            };
        }
    }

    /** Answers a withdrawn request with a grant of its own and never gives it back: a ghost that holds for ever. */
    static class ForgetsToRelease extends BrokenKit {
        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<Released> release(ClaimId claim) {
                    return CompletableFuture.completedFuture(Released.HELD);
                }
            };
        }
    }

    /** Lists elections among the groups, as tooz does on ZooKeeper. */
    static class ListsElections extends BrokenKit {
        @Override
        Driver broken(Driver sound) {
            return new ForwardingDriver(sound) {
                @Override
                public CompletableFuture<Set<String>> groups() {
                    return driver.list(ClaimKey.Kind.ELECTION).thenCombine(driver.groups(), (elections, groups) -> {
                        List<String> names = elections.stream()
                                .map(status -> status.key().name())
                                .toList();
                        Set<String> all = new TreeSet<>(groups);
                        all.addAll(names);
                        return all;
                    });
                }
            };
        }
    }
}
