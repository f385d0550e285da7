package dev.conclave.file;

import dev.conclave.UnsupportedDeploymentException;
import dev.conclave.spi.Driver;
import dev.conclave.spi.Environment;
import dev.conclave.spi.Target;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The stores that are open in this JVM: one for each directory and namespace, since closing a second one would
 * free the kernel locks of the first.
 */
final class Stores {
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final Map<Object, Store> OPEN = new HashMap<>();

    private Stores() {}

    /** Opens a coordinator's driver, on a thread that lives only for that. */
    static CompletableFuture<Driver> open(Target target, Environment environment) {
        CompletableFuture<Driver> opened = new CompletableFuture<>();
        onThread("conclave-file-open", () -> {
            try {
                FileDriver driver = connect(target, environment);
                if (!opened.complete(driver)) {
                    leave(driver, driver.store()); // nobody waits for it any more
                }
            } catch (IOException | RuntimeException | Error e) {
                opened.completeExceptionally(Failures.of(target, e));
            }
        });
        return opened;
    }

    private static FileDriver connect(Target target, Environment environment) throws IOException {
        StoreDirectory directory = StoreDirectory.open(target);
        LOCK.lock();
        try {
            Object identity = directory.identity();
            Store store = OPEN.get(identity);
            if (store == null) {
                store = first(directory, identity, target);
            }
            store.requireInPlace();
            FileDriver driver = new FileDriver(store, environment);
            store.drivers().add(driver);
            return driver;
        } finally {
            LOCK.unlock();
        }
    }

    private static Store first(StoreDirectory directory, Object identity, Target target) throws IOException {
        String mark = mark(identity);
        if (System.getProperties().putIfAbsent(mark, "open") != null) {
            throw new UnsupportedDeploymentException(
                    "the store " + directory + " is open in this JVM already, through another"
                            + " copy of the driver (another class loader). Load conclave-file once, where both can see it");
        }
        try {
            Store store = Store.open(directory, target.callTimeout());
            OPEN.put(identity, store);
            return store;
        } catch (IOException | RuntimeException | Error e) {
            System.clearProperty(mark);
            throw e;
        }
    }

    private static String mark(Object identity) {
        return "dev.conclave.file.open." + identity;
    }

    /** Takes a driver from its store, and closes that after the last. */
    static CompletableFuture<Void> close(FileDriver driver, Store store) {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        onThread("conclave-file-close", () -> {
            leave(driver, store);
            closed.complete(null);
        });
        return closed;
    }

    private static void leave(FileDriver driver, Store store) {
        LOCK.lock();
        try {
            if (store.drivers().remove(driver) && store.drivers().isEmpty()) {
                store.close(); // under the lock: who opens it again must find it closed
                OPEN.values().remove(store);
                System.clearProperty(mark(store.identity()));
            }
        } finally {
            LOCK.unlock();
        }
    }

    private static void onThread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
