package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The mutex")
class MutexTest {
    private static final long SOON = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int MUTEX = Layout.MUTEX;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(4096);
    private final Set<Integer> dead = new HashSet<>();
    private boolean coming;
    private int asked;
    private long pids;

    private final Liveness liveness = new Liveness() {
        @Override
        public boolean lives(int place) {
            asked++;
            return !dead.contains(place);
        }

        @Override
        public boolean isComing() {
            asked++;
            return coming;
        }

        @Override
        public void bury(int place) {}
    };

    private Mutex newcomer() {
        return new Mutex(new Memory(bytes.duplicate()), liveness, ++pids);
    }

    private Mutex at(int place) {
        Mutex mutex = newcomer();
        mutex.settle(place);
        return mutex;
    }

    private long word() {
        return new Memory(bytes).get(MUTEX);
    }

    @Test
    @DisplayName("lets one in at a time, and asks the kernel nothing if it is free")
    void oneAtATime() throws Exception {
        Mutex ada = at(0);
        Mutex bob = at(1);
        assertThat(ada.tryEnter()).isTrue();
        assertThat(bob.tryEnter()).isFalse();
        assertThat(ada.tryEnter()).isFalse();
        ada.leave();
        assertThat(bob.enterWithin(0)).isTrue();
        bob.leave();
        assertThat(word()).isZero();
        assertThat(asked).isZero();
    }

    @Test
    @DisplayName("is not taken from one that lives, however long it stays")
    void stopped() throws Exception {
        at(0).tryEnter();
        long before = word();
        assertThat(at(1).enterWithin(SOON)).isFalse();
        assertThat(newcomer().enterWithin(SOON)).isFalse();
        assertThat(word()).isEqualTo(before);
    }

    @Test
    @DisplayName("is taken from one that died in it, by a member and by a newcomer")
    void killed() throws Exception {
        at(0).tryEnter();
        dead.add(0);
        Mutex bob = at(1);
        assertThat(bob.tryEnter()).isFalse(); // that asks nobody
        assertThat(bob.enterWithin(0)).isTrue();
        bob.leave();

        at(0).tryEnter();
        Mutex cyd = newcomer();
        assertThat(cyd.enterWithin(0)).isTrue();
        cyd.settle(0); // in the place of the one that died
        cyd.leave();
        assertThat(word()).isZero();
    }

    @Test
    @DisplayName("is taken from a newcomer only once that is not in the gate any more, or by the next one there")
    void killedNewcomer() throws Exception {
        newcomer().tryEnter();
        coming = true;
        Mutex ada = at(0);
        assertThat(ada.enterWithin(SOON)).isFalse();
        coming = false;
        assertThat(ada.enterWithin(0)).isTrue();
        ada.leave();

        newcomer().tryEnter();
        coming = true; // by itself
        Mutex bob = newcomer();
        assertThat(bob.enterWithin(0)).isTrue();
        bob.leave();
        assertThat(word()).isZero();
    }

    @Test
    @DisplayName("of one that was taken for dead stays with who took it, though both have had one place")
    void takenForDead() throws Exception {
        Mutex slow = at(0);
        slow.tryEnter();
        dead.add(0); // it gave up its sign of life, and will do nothing but leave
        Mutex bob = at(1);
        bob.enter();
        bob.leave();
        dead.clear();
        Mutex successor = at(0);
        assertThat(successor.tryEnter()).isTrue();
        long before = word();

        assertThatThrownBy(slow::leave).isInstanceOf(IOException.class).hasMessageContaining("taken");

        assertThat(word()).isEqualTo(before);
        slow.leave(); // of what it is not in
        assertThat(word()).isEqualTo(before);
    }

    @Test
    @DisplayName("is taken by who has come to the place of one that died in it")
    void deadPredecessor() throws Exception {
        at(0).tryEnter();
        assertThat(at(0).enterWithin(0)).isTrue();
    }

    @Test
    @DisplayName("is not had again at once by who leaves it while another one has waited for long")
    void givesWay() throws Exception {
        Mutex ada = at(0);
        Mutex bob = at(1);
        assertThat(ada.tryEnter()).isTrue();
        boolean again;
        long took;
        do { // it gives way for a while only, and a machine may stand still for longer
            waitForLong(bob);
            long left = System.nanoTime();
            ada.leave();
            again = ada.tryEnter();
            took = System.nanoTime() - left;
        } while (again && took >= Mutex.WAY_NANOS);

        assertThat(again).isFalse();
        assertThat(word()).isZero();
        assertThat(bob.tryEnter()).isTrue();
        bob.leave();
        assertThat(ada.tryEnter()).isTrue();
    }

    /** Until it has said so. */
    private void waitForLong(Mutex mutex) throws IOException {
        do {
            assertThat(mutex.enterWithin(SOON)).isFalse();
        } while (new Memory(bytes).get(Layout.WAITING) == 0);
    }

    @Test
    @DisplayName("is had again by who leaves it if the one that waited for long has gone")
    void waiterGone() throws Exception {
        Mutex ada = at(0);
        ada.tryEnter();
        waitForLong(at(1)); // and never comes back
        ada.leave();

        ada.enter();

        ada.leave();
        assertThat(ada.tryEnter()).isTrue();
    }

    @Test
    @DisplayName("may have been taken from one that leaves for good, which is no failure")
    void departed() throws Exception {
        Mutex ada = at(0);
        ada.tryEnter();
        dead.add(0); // it has given up its sign of life
        Mutex bob = at(1);
        assertThat(bob.enterWithin(0)).isTrue();
        long before = word();

        ada.depart();

        assertThat(word()).isEqualTo(before);
    }

    @Test
    @DisplayName("tells who stays in it, or else who is coming")
    void inTheWay() throws Exception {
        Memory memory = new Memory(bytes);
        memory.set(Layout.OWNER, 4711);
        Mutex ada = at(0);
        ada.tryEnter();
        assertThat(Mutex.inTheWay(memory)).isEqualTo("process 4711 is in its mutex");
        ada.leave();
        assertThat(Mutex.inTheWay(memory)).isEqualTo("process " + pids + " is coming to it");
    }

    @Test
    @DisplayName("fails who waits for it when that gives up")
    void abandoned() throws Exception {
        at(0).tryEnter();
        Mutex bob = at(1);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            Future<?> waiting = executor.submit(() -> {
                bob.enter();
                return null;
            });
            bob.abandon();
            assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS)).hasMessageContaining("closed");
            assertThatThrownBy(bob::enter).isInstanceOf(IOException.class);
        } finally {
            executor.shutdown();
        }
    }

    @Test
    @DisplayName("keeps several processes apart that take it again and again")
    void manyTurns() throws Exception {
        int each = 100_000;
        long[] count = new long[1];
        List<Callable<Boolean>> processes = new ArrayList<>();
        for (int place = 0; place < 4; place++) {
            Mutex mutex = at(place);
            processes.add(() -> {
                for (int i = 0; i < each; i++) {
                    mutex.enter();
                    count[0]++;
                    mutex.leave();
                }
                return true;
            });
        }
        ExecutorService executor = Executors.newFixedThreadPool(processes.size());
        try {
            for (Future<Boolean> process : executor.invokeAll(processes)) {
                assertThat(process.get()).isTrue();
            }
        } finally {
            executor.shutdown();
        }
        assertThat(count[0]).isEqualTo(4L * each);
    }
}
