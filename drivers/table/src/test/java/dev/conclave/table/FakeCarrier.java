package dev.conclave.table;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Alone in the mutex; hears what the test says. */
final class FakeCarrier implements Carrier {
    static final long DEATH = -1;

    private static final long WAKE_UP = 0;

    private final Table table;
    final BlockingQueue<Long> hints = new LinkedBlockingQueue<>();
    private volatile Throwable failure = new AssertionError("none yet");
    private volatile boolean failing;
    private volatile boolean closed;
    volatile long briefMillis = 1;
    /** What was called, in order. */
    final List<String> calls = new CopyOnWriteArrayList<>();

    FakeCarrier(Table table) {
        this.table = table;
    }

    void fail(Throwable reason) {
        failure = reason;
        failing = true;
        hints.add(WAKE_UP);
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public Table table() {
        return table;
    }

    @Override
    public boolean tryEnter() {
        calls.add("enter");
        return true;
    }

    @Override
    public void enter() {
        calls.add("enter");
    }

    @Override
    public void leave() {
        calls.add("leave");
    }

    @Override
    public void ring(Wake wake) {}

    @Override
    public void await(Hints heard) throws IOException {
        await(heard, Long.MAX_VALUE);
    }

    @Override
    public void awaitBriefly(Hints heard) throws IOException {
        await(heard, briefMillis);
    }

    private void await(Hints heard, long millis) throws IOException {
        Long hint;
        try {
            hint = hints.poll(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (hint == null) {
            return;
        }
        if (failing && failure instanceof IOException e) {
            throw e;
        }
        if (failing && failure instanceof Error e) {
            throw e;
        }
        if (hint == DEATH) {
            heard.deathSuspected();
        } else if (hint != WAKE_UP) {
            heard.heard(hint);
        }
    }

    @Override
    public void wakeUp() {
        hints.add(WAKE_UP);
    }

    @Override
    public void requireInPlace() {}

    @Override
    public long owner() {
        return 0;
    }

    @Override
    public void depart() {
        calls.add("depart");
    }

    @Override
    public void abandon() {
        calls.add("abandon");
    }

    @Override
    public void close() {
        calls.add("close");
        closed = true;
    }

    @Override
    public String label() {
        return "fake";
    }
}
