package dev.conclave.kit;

import dev.conclave.kit.line.Providers;
import dev.conclave.spi.ClaimKey;
import dev.conclave.spi.ClaimStatus;
import dev.conclave.spi.Driver;
import dev.conclave.spi.DriverProvider;
import dev.conclave.spi.Environment;
import dev.conclave.spi.RosterEntry;
import dev.conclave.spi.RosterReply;
import dev.conclave.spi.SessionId;
import dev.conclave.spi.Target;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Somebody with a driver and without an engine: sees what the backend stores and takes it away from under the members, as an
 * operator does who deletes a key or ends a session.
 */
public final class Administrator {
    private final Driver driver;
    private final KitTime time;

    private Administrator(Driver driver, KitTime time) {
        this.driver = driver;
        this.time = time;
    }

    static Administrator at(String url) throws Exception {
        DriverProvider provider = Providers.forUrl(url);
        KitTime time = new KitTime();
        Target target = Target.parse(url, Map.of(), provider.options());
        Environment environment = new Environment("administrator", subject -> {}, time, target.callTimeout());
        Driver driver = asked("the driver to open", () -> provider.open(target, environment));
        return new Administrator(driver, time);
    }

    /** The driver itself. */
    public Driver driver() {
        return driver;
    }

    /** Who holds a lock and how many wait. */
    public ClaimStatus lock(String name) throws Exception {
        return inspect(new ClaimKey(ClaimKey.Kind.LOCK, name));
    }

    /** Who leads and how many wait to. */
    public ClaimStatus election(String name) throws Exception {
        return inspect(new ClaimKey(ClaimKey.Kind.ELECTION, name));
    }

    /** Who holds a name and how many wait. */
    public ClaimStatus inspect(ClaimKey key) throws Exception {
        return asked("inspecting " + key, () -> driver.inspect(key));
    }

    /** All names of locks that are held or waited for. */
    public List<ClaimStatus> locks() throws Exception {
        return asked("listing the locks", () -> driver.list(ClaimKey.Kind.LOCK));
    }

    /** Who is in a group. */
    public List<RosterEntry> roster(String group) throws Exception {
        RosterReply reply = asked("the roster of " + group, () -> driver.roster(group, -1));
        return reply instanceof RosterReply.Whole whole ? whole.entries() : List.of();
    }

    /** The claim that a lock is held by. */
    public ClaimStatus.Holding holding(String lock) throws Exception {
        return holding(lock(lock));
    }

    /** The only claim that a name is held by. */
    public static ClaimStatus.Holding holding(ClaimStatus status) {
        if (status.holders().size() != 1) {
            throw new AssertionError("one should hold " + status.key() + ", but it is " + status.holders());
        }
        return status.holders().get(0);
    }

    /** Ends somebody's session without asking. */
    public void endSession(SessionId session) throws Exception {
        asked("ending " + session, () -> driver.endSession(session).thenApply(ended -> session));
    }

    /** All that is asked here may be asked again: what the server had no time to answer shows nothing. */
    private static <T> T asked(String what, Supplier<CompletionStage<T>> question) throws Exception {
        return Await.answer(what, () -> Await.result(what, question.get()));
    }

    /** Gives the driver back; the stage does. */
    void close() throws Exception {
        Await.result("the driver to close", driver.close());
        time.close();
    }
}
