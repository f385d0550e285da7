package dev.conclave.table;

import dev.conclave.spi.Driver;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Target;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The stores of one kind that are open in this JVM: one for each place, since what the kernel keeps for a process
 * would not tell two of them apart.
 */
public final class Stores {
    private final Backing backing;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Object, Store> open = new HashMap<>();

    /** Opens stores of this kind. */
    public Stores(Backing backing) {
        this.backing = backing;
    }

    /** Opens a coordinator's driver, on a thread that lives only for that. */
    public CompletableFuture<Driver> open(Target target, Environment environment) {
        CompletableFuture<Driver> opened = new CompletableFuture<>();
        onThread("open", () -> {
            try {
                TableDriver driver = connect(target, environment);
                if (!opened.complete(driver)) {
                    leave(driver); // nobody waits for it any more
                }
            } catch (IOException | RuntimeException | Error e) {
                opened.completeExceptionally(backing.failure(target, e));
            }
        });
        return opened;
    }

    private TableDriver connect(Target target, Environment environment) throws IOException {
        lock.lock();
        try {
            Store store = store(target);
            TableDriver driver = new TableDriver(this, backing, target, environment, store);
            store.drivers().add(driver);
            return driver;
        } finally {
            lock.unlock();
        }
    }

    private Store store(Target target) throws IOException {
        Backing.Site site = backing.site(target);
        Object identity = site.identity();
        Store store = open.get(identity);
        if (store == null || store.isLost()) {
            store = new Store(site.open(target.callTimeout()), backing);
            open.put(identity, store);
        } else {
            store.requireInPlace();
        }
        return store;
    }

    /** The store into which a driver goes after its own was lost. */
    CompletableFuture<Store> reopen(TableDriver driver) {
        CompletableFuture<Store> reopened = new CompletableFuture<>();
        onThread("reopen", () -> {
            try {
                reopened.complete(move(driver));
            } catch (IOException | RuntimeException | Error e) {
                reopened.completeExceptionally(backing.failure(driver.target(), e));
            }
        });
        return reopened;
    }

    private Store move(TableDriver driver) throws IOException {
        lock.lock();
        try {
            Store former = driver.store();
            if (!former.isLost() || !former.drivers().contains(driver)) {
                return former; // another step has moved it already, or it is closed
            }
            Store fresh = store(driver.target());
            fresh.drivers().add(driver);
            driver.moveTo(fresh);
            remove(driver, former);
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a driver from its store, and closes that after the last. */
    CompletableFuture<Void> close(TableDriver driver) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        onThread("close", () -> {
            leave(driver);
            closed.complete(null);
        });
        return closed;
    }

    private void leave(TableDriver driver) {
        lock.lock();
        try {
            remove(driver, driver.store());
        } finally {
            lock.unlock();
        }
    }

    private void remove(TableDriver driver, Store store) {
        if (store.drivers().remove(driver) && store.drivers().isEmpty()) {
            store.close(); // under the lock: who opens it again must find it closed
            open.values().remove(store);
        }
    }

    private void onThread(String purpose, Runnable task) {
        Thread thread = new Thread(task, "conclave-" + backing.info().name() + "-" + purpose);
        thread.setDaemon(true);
        thread.start();
    }
}
