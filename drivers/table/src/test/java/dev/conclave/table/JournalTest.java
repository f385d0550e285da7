package dev.conclave.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The journal")
class JournalTest {
    private static final int A = Layout.BLOCKS;
    private static final int B = Layout.BLOCKS + 8;

    private final ByteBuffer bytes = ByteBuffer.allocate(Layout.BLOCKS + 64);

    @Test
    @DisplayName("leaves all of a transaction or nothing, whichever store the process dies at")
    void deathAtEveryStore() {
        boolean committed = false;
        for (long stores = 0; !committed; stores++) {
            bytes.putLong(Layout.JOURNAL_COUNT, 0);
            Memory before = new Memory(bytes);
            before.set(A, 1);
            before.set(B, 2);

            committed = changeAndDie(new DyingMemory(bytes, stores));

            Journal next = new Journal(before);
            next.rollback();
            assertThat(before.get(A) + " " + before.get(B)).isEqualTo(committed ? "20 10" : "1 2");
        }
    }

    private static boolean changeAndDie(Memory memory) {
        try {
            Journal journal = new Journal(memory);
            journal.set(A, 10);
            journal.set(B, 10);
            journal.set(A, 20);
            journal.commit();
            return true;
        } catch (DyingMemory.Killed e) {
            return false;
        }
    }

    @Test
    @DisplayName("is undone as well if who undoes it dies at any store")
    void deathDuringRollback() {
        for (long stores = 0; stores < 8; stores++) {
            Memory memory = new Memory(bytes);
            memory.set(A, 1);
            memory.set(B, 2);
            Journal first = new Journal(memory);
            first.set(A, 10);
            first.set(B, 10);
            first.set(A, 20);

            try {
                new Journal(new DyingMemory(bytes, stores)).rollback();
            } catch (DyingMemory.Killed e) {
                assertThat(new Journal(memory).rollback()).isTrue();
            }

            assertThat(memory.get(A)).isEqualTo(1);
            assertThat(memory.get(B)).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("says that the memory is damaged rather than undo nonsense")
    void damage() {
        Memory memory = new Memory(bytes);
        memory.set(Layout.JOURNAL_COUNT, 1);
        memory.set(Layout.JOURNAL, 3);

        assertThatThrownBy(() -> new Journal(memory).rollback()).isInstanceOf(DamagedTableException.class);

        memory.set(Layout.JOURNAL_COUNT, -7);
        assertThatThrownBy(() -> new Journal(memory).rollback()).isInstanceOf(DamagedTableException.class);
    }

    @Test
    @DisplayName("refuses a transaction that is too large, and can undo it then")
    void tooLarge() {
        ByteBuffer large = ByteBuffer.allocate(Layout.BLOCKS + Layout.JOURNAL_ENTRIES * 8 + 8);
        Memory memory = new Memory(large);
        Journal journal = new Journal(memory);

        assertThatThrownBy(() -> {
                    for (int i = 0; i <= Layout.JOURNAL_ENTRIES; i++) {
                        journal.set(A + i * 8, 1);
                    }
                })
                .isInstanceOf(IllegalStateException.class);

        journal.rollback();
        for (int i = 0; i <= Layout.JOURNAL_ENTRIES; i++) {
            assertThat(memory.get(A + i * 8)).isZero();
        }
    }
}
